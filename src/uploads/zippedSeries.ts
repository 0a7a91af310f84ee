import { mkdir, rename, rm } from 'node:fs/promises';
import { decodePng16, InvalidImage } from '../imaging';
import type { DicomHeader } from './dicomHeader';
import { checkSameSeries, orderSeries } from './dicomSeries';
import { readDicomSlice } from './dicomSlice';
import { fileTypeOf, HEAD_BYTES } from './fileType';
import { MAX_SLICE_BYTES, MAX_UNZIPPED_BYTES } from './limits';
import type { ReadRequest, ReadSlices } from './readRequest';
import { UploadRefused } from './refusal';
import { slicePathIn, writeSlice } from './writtenSlice';
import { bomb, checkRatio, type ZippedFile } from './zipFiles';

/** `109.png`, or with its series before it as DeepLesion names key slices. */
const PNG_NAME = /^(?:.*_)?(\d{1,5})\.png$/;

/** A slice in its zip, unpacked. */
interface UnpackedSlice {
  baseName: string;
  bytes: Buffer;
}

/**
 * Reads a zip of the slices of one series, one slice in memory at a time.
 *
 * @throws UploadRefused naming the reason and the number of the file in the zip
 */
export async function readZippedSeries(files: readonly ZippedFile[], request: ReadRequest): Promise<ReadSlices> {
  checkSizes(files);
  let series: PngSeries | DicomSeries | undefined;
  for (const file of files) {
    const chunks: Buffer[] = [];
    for await (const chunk of file.chunks()) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    await naming(file, async () => {
      const type = fileTypeOf(bytes.subarray(0, HEAD_BYTES));
      if (type === 'ZIP') throw new UploadRefused('NESTED_ZIP', 'a zip within the zip is not read.');
      if (type === undefined) throw new UploadRefused('NOT_A_SLICE', 'expected a PNG or DICOM slice.');
      series ??= type === 'PNG' ? new PngSeries(request) : new DicomSeries(request);
      if (series.type !== type) throw new UploadRefused('MIXED_KINDS', 'expected PNG or DICOM slices, not both.');
      await series.add({ baseName: file.baseName, bytes });
    });
  }
  if (!series) throw new UploadRefused('EMPTY_ZIP', 'Expected a zip of slices; there is none in it.');
  return series.finish();
}

function checkSizes(files: readonly ZippedFile[]): void {
  let unpackedBytes = 0;
  for (const file of files) {
    if (file.unpackedBytes > MAX_SLICE_BYTES) throw bomb(`file ${file.number} has more than ${MAX_SLICE_BYTES} bytes`);
    checkRatio(file, 'no CT is');
    unpackedBytes += file.unpackedBytes;
  }
  if (unpackedBytes > MAX_UNZIPPED_BYTES) throw bomb(`it holds more than ${MAX_UNZIPPED_BYTES} bytes`);
}

/** Says of a refusal which file it is about. */
async function naming({ number }: ZippedFile, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof UploadRefused) && !(thrown instanceof InvalidImage)) throw thrown;
    throw new UploadRefused(thrown.reason, `File ${number} of the zip: ${thrown.message}`, { cause: thrown });
  }
}

/** Slices whose names say their places. */
class PngSeries {
  readonly type = 'PNG';
  private readonly indices = new Set<number>();
  private size: { width: number; height: number } | undefined;

  constructor(private readonly request: ReadRequest) {}

  async add({ baseName, bytes }: UnpackedSlice): Promise<void> {
    const index = Number(PNG_NAME.exec(baseName)?.[1] ?? Number.NaN);
    if (Number.isNaN(index))
      throw new UploadRefused(
        'SLICE_NAME',
        'expected PNG slices to be named by their index from head to feet, 001.png.',
      );
    if (this.indices.has(index)) throw new UploadRefused('DUPLICATE_SLICE', `slice ${index} is there twice.`);
    const slice = await decodePng16(bytes, 'the PNG');
    this.size ??= slice;
    if (slice.width !== this.size.width || slice.height !== this.size.height)
      throw new UploadRefused('MIXED_SERIES', 'expected the slices of one series, but their sizes differ.');
    this.indices.add(index);
    await writeSlice(this.request.outputFolder, index, slice);
  }

  finish(): ReadSlices {
    const { pixelSpacingMm, sliceIntervalMm } = this.request;
    const { width = 0, height = 0 } = this.size ?? {};
    const sliceIndices = [...this.indices].sort((a, b) => a - b);
    const warnings =
      sliceIntervalMm === null
        ? ['The distance of the slices is not known: each is looked at alone. Say it by ?sliceIntervalMm=.']
        : [];
    return {
      kind: 'PNG_SERIES',
      sliceIndices,
      width,
      height,
      pixelSpacingMm,
      sliceIntervalMm,
      windows: [],
      removedTags: [],
      warnings,
    };
  }
}

/** Slices whose positions say their places, which is known of all only at the end. */
class DicomSeries {
  readonly type = 'DICOM';
  private readonly headers: DicomHeader[] = [];
  private readonly removedTags = new Set<string>();
  private readonly partsFolder: string;

  constructor(private readonly request: ReadRequest) {
    this.partsFolder = `${request.outputFolder}-parts`;
  }

  async add({ bytes }: UnpackedSlice): Promise<void> {
    const { slice, removedTags, ...header } = await readDicomSlice(bytes);
    const [first] = this.headers;
    if (first) checkSameSeries(first, header);
    else await mkdir(this.partsFolder, { mode: 0o700 });
    await writeSlice(this.partsFolder, this.headers.length, slice);
    this.headers.push(header);
    for (const tag of removedTags) this.removedTags.add(tag);
  }

  async finish(): Promise<ReadSlices> {
    const { order, sliceIndices, sliceIntervalMm, warnings } = orderSeries(
      this.headers.map(({ positionMm }) => positionMm),
    );
    for (const [place, part] of order.entries())
      await rename(
        slicePathIn(this.partsFolder, part),
        slicePathIn(this.request.outputFolder, sliceIndices[place] ?? part),
      );
    await rm(this.partsFolder, { recursive: true });
    const [first] = this.headers;
    if (!first) throw new Error('A series without slices.');
    return {
      kind: 'DICOM_SERIES',
      sliceIndices,
      width: first.width,
      height: first.height,
      pixelSpacingMm: first.pixelSpacingMm,
      sliceIntervalMm,
      windows: first.windows,
      removedTags: [...this.removedTags].sort(),
      warnings: [...new Set([...warnings, ...this.headers.flatMap((header) => header.warnings)])],
    };
  }
}
