import { readFile, stat } from 'node:fs/promises';
import { decodePng16, MAX_FILE_BYTES } from '../imaging';
import { claimWarnings } from './claimWarnings';
import { readDicomSlice } from './dicomSlice';
import type { ReadContent, ReadRequest, ReadSlices } from './readRequest';
import { readZip } from './readZip';
import { UploadRefused } from './refusal';
import { writeSlice } from './writtenSlice';

/** The index of a single slice. */
const ONLY_SLICE = 1;

/**
 * Reads an upload, writes its slices as PNG files of ours, or the two files of a model, and returns the numbers to
 * store.
 *
 * @throws UploadRefused, InvalidImage naming the reason
 */
export async function readBody(request: ReadRequest): Promise<ReadContent> {
  if (request.type === 'ZIP') return readZip(request);
  return request.type === 'DICOM' ? readDicom(request) : readPng(request);
}

async function readPng({ bodyPath, outputFolder, pixelSpacingMm, sliceIntervalMm }: ReadRequest): Promise<ReadSlices> {
  const { size } = await stat(bodyPath);
  if (size > MAX_FILE_BYTES)
    throw new UploadRefused('TOO_MANY_BYTES', `Expected a PNG of at most ${MAX_FILE_BYTES} bytes.`);
  const slice = await decodePng16(await readFile(bodyPath), 'the PNG');
  await writeSlice(outputFolder, ONLY_SLICE, slice);
  return {
    kind: 'PNG',
    sliceIndices: [ONLY_SLICE],
    width: slice.width,
    height: slice.height,
    pixelSpacingMm,
    sliceIntervalMm,
    windows: [],
    removedTags: [],
    warnings: [],
  };
}

async function readDicom(request: ReadRequest): Promise<ReadSlices> {
  // A single slice does not state the distance to the next one.
  const { bodyPath, outputFolder, sliceIntervalMm } = request;
  const { slice, width, height, pixelSpacingMm, windows, removedTags, warnings } = await readDicomSlice(
    await readFile(bodyPath),
  );
  await writeSlice(outputFolder, ONLY_SLICE, slice);
  return {
    kind: 'DICOM',
    sliceIndices: [ONLY_SLICE],
    width,
    height,
    pixelSpacingMm,
    sliceIntervalMm,
    windows,
    removedTags: [...removedTags].sort(),
    warnings: [...claimWarnings(request, { pixelSpacingMm, sliceIntervalMm }), ...warnings],
  };
}
