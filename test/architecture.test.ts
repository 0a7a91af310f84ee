import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

const SOURCE = resolve(__dirname, '../src');
const DOMAIN_ROOMS = [
  'database',
  'dataset',
  'phantom',
  'imaging',
  'categorization',
  'inference',
  'models',
  'runs',
  'results',
  'evaluation',
  'uploads',
];
/** Who is the only one to import what. */
const KEEPERS: Record<string, (file: string) => boolean> = {
  'onnxruntime-node': (file) => file === join('inference', 'session.ts'),
  sharp: (file) => file.startsWith(`imaging${sep}`),
};

interface Import {
  file: string;
  line: number;
  target: string;
}

const sourceFiles = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (name === 'generated') return [];
    if (statSync(path).isDirectory()) return sourceFiles(path);
    return path.endsWith('.ts') ? [path] : [];
  });

const importsOf = (path: string): Import[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text, index) => {
      const target = /(?:from|import|require\()\s*['"]([^'"]+)['"]/.exec(text)?.[1];
      return target ? [{ file: relative(SOURCE, path), line: index + 1, target }] : [];
    });

/** The room of a file below src/, or '' for the files that every room may use. */
const roomOf = (file: string): string => (file.includes(sep) ? (file.split(sep)[0] ?? '') : '');

const targetFile = ({ file, target }: Import): string | null =>
  target.startsWith('.') ? relative(SOURCE, resolve(SOURCE, dirname(file), target)) : null;

const all = sourceFiles(SOURCE).flatMap(importsOf);
const name = ({ file, line, target }: Import): string => `${file}:${line} imports ${target}`;
const offenders = (rule: (one: Import) => boolean): string[] => all.filter(rule).map(name);

describe('the rooms of src', () => {
  it('reads imports at all', () => {
    expect(all.length).toBeGreaterThan(50);
  });

  it('reach into one another through index.ts alone', () => {
    expect(
      offenders((one) => {
        const target = targetFile(one);
        if (target === null) return false;
        const room = roomOf(join(target, 'x'));
        const enters = room !== '' && statSync(join(SOURCE, room), { throwIfNoEntry: false })?.isDirectory() === true;
        // The command line has no index: main.ts is its face, and it shares its progress bar with the demo.
        return enters && room !== roomOf(one.file) && room !== 'cli' && target !== room;
      }),
    ).toEqual([]);
  });

  it('keep GraphQL and HTTP out of the domain rooms', () => {
    const isWay = (target: string) => /^(graphql|type-graphql|express|@apollo\/)/.test(target);
    expect(offenders((one) => DOMAIN_ROOMS.includes(roomOf(one.file)) && isWay(one.target))).toEqual([]);
  });

  it('point one way: no domain room knows the graph, the HTTP server, the command line or the jobs', () => {
    const isWayIn = (one: Import) =>
      ['graphql', 'http', 'cli', 'jobs'].includes(roomOf(join(targetFile(one) ?? '', 'x')));
    expect(offenders((one) => DOMAIN_ROOMS.includes(roomOf(one.file)) && isWayIn(one))).toEqual([]);
  });

  it('leave evaluation a room of pure functions that imports nothing of ours', () => {
    expect(
      offenders((one) => {
        const target = targetFile(one);
        return roomOf(one.file) === 'evaluation' && target !== null && roomOf(join(target, 'x')) !== 'evaluation';
      }),
    ).toEqual([]);
  });

  it('have one keeper for each native library', () => {
    expect(offenders((one) => KEEPERS[one.target]?.(one.file) === false)).toEqual([]);
  });
});
