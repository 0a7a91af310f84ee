/**
 * What test/architecture.test.ts reads out of sources: imports, circles, tables and statements. Pure functions over
 * file texts, so that a broken rule can be planted.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix, relative, resolve, sep } from 'node:path';

/** File names below src/ with `/`, to their text. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  file: string;
  line: number;
  /** as it is written */
  specifier: string;
  /** the file below src/ that it leads to; null for a package */
  target: string | null;
}

/** Reads all TypeScript below a folder but generated code. */
export function readSources(folder: string, isSource = /(?<!\.d)\.ts$/): Sources {
  const filesBelow = (path: string): string[] =>
    readdirSync(path).flatMap((name) => {
      const inner = join(path, name);
      if (name === 'generated' || name === 'node_modules') return [];
      if (statSync(inner).isDirectory()) return filesBelow(inner);
      return isSource.test(inner) ? [inner] : [];
    });
  const root = resolve(folder);
  return new Map(
    filesBelow(root).map((path) => [relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')]),
  );
}

/** @returns the places of lines that are longer than this */
export const longLinesOf = (sources: Sources, columns: number): string[] =>
  [...sources].flatMap(([file, text]) =>
    text.split('\n').flatMap((line, index) => ([...line].length > columns ? [`${file}:${index + 1}`] : [])),
  );

/** The room of a file; '' for the files beside the rooms, which every room may use. */
export const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');

export function importsOf(sources: Sources): Import[] {
  const found: Import[] = [];
  for (const [file, text] of sources) {
    const lines = text.split('\n');
    lines.forEach((written, index) => {
      const specifier = /(?:from|import|require\()\s*\(?['"]([^'"]+)['"]/.exec(written)?.[1];
      if (specifier) found.push({ file, line: index + 1, specifier, target: targetOf(sources, file, specifier) });
    });
  }
  return found;
}

function targetOf(sources: Sources, file: string, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  const path = posix.join(posix.dirname(file), specifier);
  if (sources.has(`${path}.ts`)) return `${path}.ts`;
  return sources.has(`${path}/index.ts`) ? `${path}/index.ts` : `${path}.ts`;
}

/** @returns imports of another room than the room's row of the table names, as `FILE:LINE imports SPECIFIER` */
export function forbiddenArrows(sources: Sources, mayUse: Readonly<Record<string, readonly string[]>>): string[] {
  return importsOf(sources)
    .filter(({ file, target }) => {
      const [from, to] = [roomOf(file), roomOf(target ?? '')];
      return from !== '' && to !== '' && from !== to && !mayUse[from]?.includes(to);
    })
    .map(nameOf);
}

export const nameOf = ({ file, line, specifier }: Import): string => `${file}:${line} imports ${specifier}`;

/** @returns circles of files, each as `A → B → A`, shortest first (Tarjan's strongly connected components) */
export function circlesOf(sources: Sources): string[] {
  const arrows = new Map<string, string[]>([...sources.keys()].map((file) => [file, []]));
  for (const { file, target } of importsOf(sources)) if (target) arrows.get(file)?.push(target);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): void => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const next of arrows.get(file) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(file) !== index.get(file)) return;
    const members = stack.splice(stack.indexOf(file));
    if (members.length > 1) circles.push(members);
  };
  for (const file of arrows.keys()) if (!index.has(file)) visit(file);
  return circles.sort((a, b) => a.length - b.length).map((files) => [...files, files[0]].join(' → '));
}

/** A table, and the model of Prisma Client that stands for it. */
export interface Table {
  name: string;
  model: string;
}

/** @param schema the text of prisma/schema.prisma */
export function tablesOf(schema: string): Table[] {
  return [...schema.matchAll(/^model (\w+) \{[\s\S]*?^\s*@@map\("(\w+)"\)/gm)].map(([, model = '', name = '']) => ({
    name,
    model: `${model.charAt(0).toLowerCase()}${model.slice(1)}`,
  }));
}

/** @returns the files that write the table, by SQL or through Prisma Client */
export function writersOf(sources: Sources, { name, model }: Table): string[] {
  const sql = new RegExp(`\\b(INSERT INTO|UPDATE|DELETE FROM|COPY|TRUNCATE|MERGE INTO)\\s+(ONLY\\s+)?"?${name}\\b`);
  const prisma = new RegExp(`\\.${model}\\s*\\.(create|update|upsert|delete)\\w*\\(`);
  return matching(sources, (text) => sql.test(text) || prisma.test(text));
}

/** @returns the files that read the table, by SQL or through Prisma Client */
export function readersOf(sources: Sources, { name, model }: Table): string[] {
  const sql = new RegExp(`\\b(FROM|JOIN|USING)\\s+(ONLY\\s+)?"?${name}\\b|\\bfrom: ['"\`]${name}\\b`);
  const prisma = new RegExp(`\\.${model}\\s*\\.(find|count|aggregate|groupBy)\\w*\\(`);
  // `DELETE FROM` is no reading.
  return matching(sources, (text) => sql.test(text.replaceAll('DELETE FROM', 'DELETE_FROM')) || prisma.test(text));
}

/** @returns the files that hold a statement written by hand, or a part of one */
export function sqlFilesOf(sources: Sources): string[] {
  const statement =
    /\bSELECT\s+[\w(*$"]|\bINSERT INTO\s|\bUPDATE\s+[\w".]+(\s+AS\s+\w+)?\s+SET\b|\bDELETE FROM\s|\bFROM\s+\w+\s+(AS|JOIN|WHERE)\b/;
  return matching(sources, (text) => statement.test(withoutComments(text)));
}

/**
 * @returns how many statements by hand a file holds: every verb at the beginning of a text or of a line of one, or
 * after a bracket
 */
export function countStatements(text: string): number {
  return withoutComments(text).match(/[`'"(]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s/g)?.length ?? 0;
}

const stripped = new Map<string, string>();

function withoutComments(text: string): string {
  const known = stripped.get(text);
  if (known !== undefined) return known;
  const bare = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');
  stripped.set(text, bare);
  return bare;
}

function matching(sources: Sources, rule: (text: string) => boolean): string[] {
  return [...sources].filter(([, text]) => rule(withoutComments(text))).map(([file]) => file);
}
