import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ZipEntry, zipFile } from './zipFile';

const FIXTURES = resolve(__dirname, '../fixtures');

type Json = Record<string, unknown>;

/** What is sent instead of what lies in the folder. */
export interface ModelChanges {
  manifest?: (manifest: Json) => unknown;
  onnx?: Buffer;
  /** before each name, with its slash */
  within?: string;
  more?: ZipEntry[];
}

/** A model of the fixtures, by the path of its folder below them. */
export const fixtureModel = (path: string): string => join(FIXTURES, path);

/**
 * Zips the two files of a model folder; the checksum in the manifest is that of the file that is sent, unless the
 * change says otherwise.
 */
export function modelZip(folder: string, { manifest, onnx, within = '', more = [] }: ModelChanges = {}): Buffer {
  const file = onnx ?? readFileSync(join(folder, 'model.onnx'));
  const json = JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  json.onnx.sha256 = createHash('sha256').update(file).digest('hex');
  manifest?.(json);
  return zipFile([
    { name: `${within}model.json`, bytes: Buffer.from(JSON.stringify(json)) },
    { name: `${within}model.onnx`, bytes: file },
    ...more,
  ]);
}
