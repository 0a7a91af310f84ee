import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, NotFound } from '../errors';
import type { EncoderManifest } from '../inference';
import { compareVersions, type ModelFolder, readEncoderFolder } from '../inference';

const EncoderKind = z.looseObject({ kind: z.literal('encoder') });

/** An encoder of MODELS_DIR whose files match its manifest. */
export type KnownEncoder = ModelFolder<EncoderManifest>;

/**
 * Whether a model folder contains an encoder; one that cannot be read is left to the checks of a detector, which report
 * the reason.
 */
export async function holdsEncoder(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'model.json'), 'utf8').catch(() => '');
  try {
    return EncoderKind.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

/** Names of the folders below MODELS_DIR, in order; none if it is not there. */
export async function modelFolderNames(modelsDir: string): Promise<string[]> {
  const entries = await readdir(modelsDir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/**
 * Finds an encoder. The folders are read again each time: encoders are requested by the day, not by the second.
 *
 * @param wanted name and version; omitted: the only name that exists, and the highest version; sha256: only this file
 * @throws NotFound with the known encoders, and the reasons why others are refused
 */
export async function findEncoderFolder(
  modelsDir: string,
  wanted: { name?: string | null; version?: string | null; sha256?: string },
): Promise<KnownEncoder> {
  const known: KnownEncoder[] = [];
  const refused: string[] = [];
  for (const name of await modelFolderNames(modelsDir)) {
    if (!(await holdsEncoder(join(modelsDir, name)))) continue;
    await readEncoderFolder(join(modelsDir, name)).then(
      (folder) => known.push(folder),
      (failure) => refused.push(`${name} (${messageOf(failure)})`),
    );
  }
  known.sort((a, b) => compareVersions(a.manifest.version, b.manifest.version));
  const fits = ({ manifest }: KnownEncoder): boolean =>
    (wanted.name == null || manifest.name === wanted.name) &&
    (wanted.version == null || manifest.version === wanted.version) &&
    (wanted.sha256 === undefined || manifest.onnx.sha256 === wanted.sha256);
  const matches = known.filter(fits);
  const names = new Set(matches.map(({ manifest }) => manifest.name));
  const found = matches.at(-1);
  if (found && names.size === 1) return found;
  const list = known.map(({ manifest }) => `${manifest.name}@${manifest.version}`).join(', ') || 'none';
  const what = `${wanted.name ?? 'encoder'}${wanted.version == null ? '' : `@${wanted.version}`}`;
  const got = names.size > 1 ? 'no name' : JSON.stringify(what);
  const refusals = refused.length > 0 ? ` Refused: ${refused.join('; ')}.` : '';
  throw new NotFound(
    `Expected encoder to name one of those in MODELS_DIR, got ${got}. Known: ${list}.${refusals}`,
    'encoder',
  );
}
