import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from '@swc/core';

const EXAMPLES = resolve(__dirname, '../../examples');
const run = promisify(execFile);

const has = (program: string, ...words: string[]): boolean => spawnSync(program, words).status === 0;

/** How the programs of the cookbook are started, per language; a language whose programs this machine lacks is absent. */
const LANGUAGES: Readonly<Record<string, (name: string, folder: string) => [program: string, ...words: string[]]>> = {
  ...(has('curl', '--version') && { curl: (name: string) => ['sh', join(EXAMPLES, name, 'run.sh')] }),
  ...(has('python3', '--version') && { Python: (name: string) => ['python3', join(EXAMPLES, name, 'run.py')] }),
  ...(has('Rscript', '-e', 'library(httr2)') && { R: (name: string) => ['Rscript', join(EXAMPLES, name, 'run.R')] }),
  TypeScript: (name: string, folder: string) => [process.execPath, javaScriptOf(name, folder)],
};

/** The languages whose programs run here. */
export const COOKBOOK_LANGUAGES = Object.keys(LANGUAGES);

/** Node runs TypeScript from 22.18 on. The program reads the documents that lie in its folder. */
function javaScriptOf(name: string, folder: string): string {
  const file = join(EXAMPLES, name, 'run.ts');
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  const program = join(folder, `${name}.mjs`);
  writeFileSync(program, code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(file).href)));
  return program;
}

/**
 * Runs the program of a recipe in every language that is here, side by side.
 *
 * @param words what follows the program
 * @returns what each printed on standard output
 */
export async function runRecipe(
  name: string,
  server: string,
  words: readonly string[],
): Promise<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'cookbook-'));
  const env = { ...process.env, DEEPLESION_SERVER: server };
  try {
    const outputs = Object.entries(LANGUAGES).map(async ([language, commandOf]): Promise<[string, string]> => {
      const [program, ...given] = commandOf(name, folder);
      // Some write a file where they are started.
      const cwd = mkdtempSync(join(folder, 'in-'));
      const { stdout } = await run(program, [...given, ...words], { env, cwd, maxBuffer: 2 ** 24 });
      return [language, stdout];
    });
    return Object.fromEntries(await Promise.all(outputs));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** R prints 15 digits, and not all programs print `data` around it. */
export function parsedAnswer(text: string): unknown {
  const answer = JSON.parse(text, (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value));
  return answer.data ?? answer;
}

/** Whether the R client can be installed and run here. */
export const hasR = has('Rscript', '-e', 'library(httr2); library(tibble); library(ggplot2)');

/** Installs clients/r into a folder of its own, and asks a server by clients/r/tests/live.R. @returns what it prints */
export async function runRClient(server: string): Promise<unknown> {
  const library = mkdtempSync(join(tmpdir(), 'r-client-'));
  const client = resolve(EXAMPLES, '../clients/r');
  const env = { ...process.env, DEEPLESION_SERVER: server, R_LIBS: library };
  try {
    await run('R', ['CMD', 'INSTALL', '--no-docs', `--library=${library}`, client], { env });
    const { stdout } = await run('Rscript', [join(client, 'tests', 'live.R')], { env, cwd: library });
    return JSON.parse(stdout);
  } finally {
    rmSync(library, { recursive: true, force: true });
  }
}
