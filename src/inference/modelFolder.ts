import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BadUserInput } from '../errors';
import type { EncoderManifest } from './encoderManifest';
import { type DetectorManifest, parseEncoderManifest, parseManifest } from './manifest';

/** A model folder whose files match its manifest. */
export interface ModelFolder<Manifest = DetectorManifest> {
  manifest: Manifest;
  /** absolute path of the ONNX file */
  onnxPath: string;
}

const MAX_ONNX_BYTES = 2 ** 31;
export const MAX_MANIFEST_BYTES = 2 ** 20;

/**
 * Reads `model.json` and checks the ONNX file against it.
 *
 * @throws BadUserInput saying which part does not fit
 */
export function readModelFolder(folder: string): Promise<ModelFolder> {
  return readFolder(folder, parseManifest);
}

/**
 * The same for an encoder.
 *
 * @throws BadUserInput saying which part does not fit
 */
export function readEncoderFolder(folder: string): Promise<ModelFolder<EncoderManifest>> {
  return readFolder(folder, parseEncoderManifest);
}

async function readFolder<Manifest extends DetectorManifest | EncoderManifest>(
  folder: string,
  parse: (text: string) => Manifest,
): Promise<ModelFolder<Manifest>> {
  await checkRegularFile(join(folder, 'model.json'), 'model.json', MAX_MANIFEST_BYTES);
  const manifest = parse(textOf(await readFile(join(folder, 'model.json'))));
  const read = { manifest, onnxPath: join(folder, manifest.onnx.file) };
  await checkModelFile(read);
  return read;
}

/** UTF-8, with or without a byte order mark; Windows' editors write either, and UTF-16. */
function textOf(bytes: Buffer): string {
  const isUtf16 = [0xfeff, 0xfffe].includes(bytes.length >= 2 ? bytes.readUInt16LE() : 0);
  try {
    if (!isUtf16) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new BadUserInput(
      'Expected model.json to be UTF-8, got bytes that are none: save it as UTF-8.',
      'model.json',
      { cause },
    );
  }
  throw new BadUserInput('Expected model.json to be UTF-8, got UTF-16: save it as UTF-8.', 'model.json');
}

/**
 * Checks the ONNX file against the manifest.
 *
 * @throws BadUserInput if it is missing, not a regular file, or another file
 */
export async function checkModelFile({
  manifest: { onnx },
  onnxPath,
}: ModelFolder<DetectorManifest | EncoderManifest>): Promise<void> {
  await checkRegularFile(onnxPath, onnx.file, MAX_ONNX_BYTES);
  const sha256 = await sha256OfFile(onnxPath);
  if (sha256 !== onnx.sha256) {
    throw new BadUserInput(
      `model.onnx has sha256 ${sha256}, model.json says ${onnx.sha256}: copy the folder again or export the ` +
        'model again.',
      'onnx.sha256',
    );
  }
}

/** @returns the checksum in hexadecimal; the file may be larger than memory */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * A symbolic link may lead to any file of the machine, whose contents could be read through the model's output. A hard
 * link is harmless, and copies of folders that share their files (`cp -al`, `rsync --link-dest`) consist of them.
 */
export async function checkRegularFile(path: string, name: string, maxBytes: number): Promise<void> {
  const stat = await lstat(path).catch((cause) => {
    throw new BadUserInput(`${name} is missing.`, name, { cause });
  });
  if (!stat.isFile()) throw new BadUserInput(`Expected ${name} to be a regular file, no link or device.`, name);
  if (stat.size > maxBytes)
    throw new BadUserInput(`Expected ${name} to have at most ${maxBytes} bytes, got ${stat.size}.`, name);
}
