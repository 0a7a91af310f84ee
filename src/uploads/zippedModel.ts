import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTypeOf } from './fileType';
import type { ReadModel, ReadRequest } from './readRequest';
import { UploadRefused } from './refusal';
import { checkRatio, quoteName, type ZippedFile } from './zipFiles';

const FILE_NAMES = ['model.json', 'model.onnx'];
const EXPECTED = 'Expected a zip of model.json and model.onnx, at its top or in one folder, and nothing else';

/** Whether a zip is meant as a model, rightly packed or not. */
export function isZippedModel(files: readonly ZippedFile[]): boolean {
  return files.some(({ baseName }) => FILE_NAMES.includes(baseName));
}

/**
 * Unpacks the two files of a model, a piece at a time, into a folder of their own. What is in them is looked at when
 * the model is registered, as it is with every other folder.
 *
 * @throws UploadRefused naming the file
 */
export async function readZippedModel(
  files: readonly ZippedFile[],
  { modelFolder, maxModelBytes }: ReadRequest,
): Promise<ReadModel> {
  checkNames(files);
  for (const file of files) checkRatio(file, 'no weights are');
  const bytes = files.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0);
  if (bytes > maxModelBytes)
    throw new UploadRefused(
      'TOO_MANY_BYTES',
      `Expected a model of at most ${maxModelBytes} bytes when it is unpacked (MAX_MODEL_BYTES), got ${bytes}.`,
    );
  await mkdir(modelFolder, { mode: 0o700 });
  for (const file of files)
    await writeFile(join(modelFolder, file.baseName), unpackedOf(file), { flag: 'wx', mode: 0o600 });
  return { kind: 'MODEL' };
}

/** After this, the only two names are our own. */
function checkNames(files: readonly ZippedFile[]): void {
  const [folder = ''] = /^[^/]*\//.exec(files.find(({ baseName }) => FILE_NAMES.includes(baseName))?.name ?? '') ?? [];
  const expected = FILE_NAMES.map((name) => folder + name);
  const other = files.find(({ name }) => !expected.includes(name));
  if (other) throw new UploadRefused('MODEL_FILES', `${EXPECTED}, but ${other.label} is there too.`);
  const missing = expected.find((name) => !files.some((file) => file.name === name));
  if (missing !== undefined)
    throw new UploadRefused('MODEL_FILES', `${EXPECTED}, but ${quoteName(missing)} is missing.`);
}

async function* unpackedOf(file: ZippedFile): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of file.chunks()) {
    if (isFirst && fileTypeOf(chunk) === 'ZIP')
      throw new UploadRefused('NESTED_ZIP', `${file.baseName} is a zip within the zip, which is not read.`);
    isFirst = false;
    yield chunk;
  }
}
