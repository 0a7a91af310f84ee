import { mkdir, rename, rm } from 'node:fs/promises';
import { decodePng16, InvalidImage, type InvalidImageReason } from '../imaging';
import { claimWarnings } from './claimWarnings';
import type { DicomHeader } from './dicomHeader';
import { checkSameSeries, missingSlices, orderSeries } from './dicomSeries';
import { readDicomSlice } from './dicomSlice';
import { fileTypeOf, HEAD_BYTES } from './fileType';
import { MAX_SLICE_BYTES, MAX_UNZIPPED_BYTES } from './limits';
import type { ReadRequest, ReadSlices } from './readRequest';
import { type UploadReason, UploadRefused } from './refusal';
import { partsFolderOf, slicePathIn, writeSlice } from './writtenSlice';
import { bomb, checkRatio, quoteName, type ZippedFile } from './zipFiles';

/** `109.png`, or with its series before it as DeepLesion names key slices. */
const PNG_NAME = /^(?:(.*)_)?(\d{1,5})\.png$/i;
/** Files that may accompany the slices of a series, and the reason in the warning that they were skipped. */
const BYSTANDERS: Partial<Record<UploadReason | InvalidImageReason, string>> = {
  NOT_A_SLICE: 'as they are neither PNG nor DICOM',
  NOT_CT: 'as they are DICOM objects and no CT',
  SECONDARY_CAPTURE: 'as they are secondary captures, whose values are not HU',
  LOCALIZER: 'as they are localizers',
};
/** Names in one warning. */
const MAX_NAMES = 10;
const MAX_WARNINGS = 20;

/** A slice in its zip, unpacked. */
interface UnpackedSlice {
  name: string;
  bytes: Buffer;
}

/**
 * Reads a zip of the slices of one series, one slice in memory at a time. Files that are not slices are skipped, and a
 * warning names them.
 *
 * @throws UploadRefused naming the reason and the file in the zip
 */
export async function readZippedSeries(files: readonly ZippedFile[], request: ReadRequest): Promise<ReadSlices> {
  checkSizes(files);
  const leftOut = new LeftOut();
  let series: PngSeries | DicomSeries | undefined;
  for (const file of files) {
    const bytes = await bytesOf(file);
    await leftOut.orRefuse(file, async () => {
      const type = fileTypeOf(bytes.subarray(0, HEAD_BYTES));
      if (type === 'ZIP') throw new UploadRefused('NESTED_ZIP', 'a zip within the zip is not read.');
      if (type === undefined) throw new UploadRefused('NOT_A_SLICE', 'expected a PNG or DICOM slice.');
      if (series && series.type !== type)
        throw new UploadRefused('MIXED_KINDS', 'expected PNG or DICOM slices, not both.');
      const target = series ?? (type === 'PNG' ? new PngSeries(request) : new DicomSeries(request));
      await target.add({ name: file.name, bytes });
      series = target;
    });
  }
  if (!series) throw leftOut.nothingElse();
  const read = await series.finish();
  return { ...read, warnings: [...new Set([...leftOut.warnings(), ...read.warnings])].slice(0, MAX_WARNINGS) };
}

async function bytesOf(file: ZippedFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The files of a zip that are not slices of its series. */
class LeftOut {
  private readonly names = new Map<UploadReason | InvalidImageReason, string[]>();
  private first: UploadRefused | undefined;

  /**
   * Processes a file; if it is refused, it is skipped if such files may be there, and otherwise the refusal names it.
   */
  async orRefuse({ label, name }: ZippedFile, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!(thrown instanceof UploadRefused) && !(thrown instanceof InvalidImage)) throw thrown;
      const refusal = new UploadRefused(thrown.reason, `${label}: ${thrown.message}`, { cause: thrown });
      if (BYSTANDERS[thrown.reason] === undefined) throw refusal;
      // That a CT was expected says more than that a README is none.
      if (!this.first || this.first.reason === 'NOT_A_SLICE') this.first = refusal;
      this.names.set(thrown.reason, [...(this.names.get(thrown.reason) ?? []), name]);
    }
  }

  /** The refusal of a zip in which nothing else is. */
  nothingElse(): UploadRefused {
    return this.first ?? new UploadRefused('EMPTY_ZIP', 'Expected a zip of slices; there is none in it.');
  }

  warnings(): string[] {
    return [...this.names].map(([reason, names]) => {
      const shown = names.slice(0, MAX_NAMES).map(quoteName).join(', ');
      const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
      return `These files of the zip were skipped, ${BYSTANDERS[reason]}: ${shown}${more}.`;
    });
  }
}

function checkSizes(files: readonly ZippedFile[]): void {
  let unpackedBytes = 0;
  for (const file of files) {
    if (file.unpackedBytes > MAX_SLICE_BYTES) throw bomb(`${file.label} has more than ${MAX_SLICE_BYTES} bytes`);
    checkRatio(file, 'no CT is');
    unpackedBytes += file.unpackedBytes;
  }
  if (unpackedBytes > MAX_UNZIPPED_BYTES) throw bomb(`it holds more than ${MAX_UNZIPPED_BYTES} bytes`);
}

/** Slices whose names say their places. */
class PngSeries {
  readonly type = 'PNG';
  private readonly indices = new Set<number>();
  /** folder and beginning of the names of all slices */
  private series: string | undefined;
  private size: { width: number; height: number } | undefined;

  constructor(private readonly request: ReadRequest) {}

  async add({ name, bytes }: UnpackedSlice): Promise<void> {
    const folderEnd = name.lastIndexOf('/') + 1;
    const [, prefix = '', digits] = PNG_NAME.exec(name.slice(folderEnd)) ?? [];
    if (digits === undefined)
      throw new UploadRefused(
        'SLICE_NAME',
        'expected PNG slices to be named by their index from head to feet, 001.png.',
      );
    this.checkSeries(name.slice(0, folderEnd) + prefix);
    const index = Number(digits);
    if (this.indices.has(index)) throw new UploadRefused('DUPLICATE_SLICE', `slice ${index} is there twice.`);
    const slice = await decodePng16(bytes, 'the PNG');
    this.size ??= slice;
    if (slice.width !== this.size.width || slice.height !== this.size.height)
      throw new UploadRefused('MIXED_SERIES', 'expected the slices of one series, but their sizes differ.');
    this.indices.add(index);
    await writeSlice(this.request.outputFolder, index, slice);
  }

  /** The series of a PNG is known only from its folder, and from the part of the name before its index. */
  private checkSeries(series: string): void {
    const nameOf = (one: string): string => quoteName(one.replace(/\/$/, ''));
    this.series ??= series;
    if (series !== this.series)
      throw new UploadRefused(
        'MIXED_SERIES',
        `expected the slices of one series, but ${nameOf(this.series)} and ${nameOf(series)} differ: send a zip ` +
          'for each.',
      );
  }

  finish(): ReadSlices {
    const { pixelSpacingMm, sliceIntervalMm } = this.request;
    const { width = 0, height = 0 } = this.size ?? {};
    const sliceIndices = [...this.indices].sort((a, b) => a - b);
    const intervalWarning =
      sliceIntervalMm === null
        ? ['The distance of the slices is not known: each is processed alone. Pass it as ?sliceIntervalMm=.']
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
      warnings: [...intervalWarning, ...missingSlices(sliceIndices)],
    };
  }
}

/** Slices whose positions say their places, which is known of all only at the end. */
class DicomSeries {
  readonly type = 'DICOM';
  private readonly headers: (DicomHeader & { label: string })[] = [];
  private readonly removedTags = new Set<string>();
  private readonly partsFolder: string;

  constructor(private readonly request: ReadRequest) {
    this.partsFolder = partsFolderOf(request.outputFolder);
  }

  async add({ name, bytes }: UnpackedSlice): Promise<void> {
    const { slice, removedTags, ...header } = await readDicomSlice(bytes);
    const [first] = this.headers;
    if (first) checkSameSeries(first, header);
    else await mkdir(this.partsFolder, { mode: 0o700 });
    await writeSlice(this.partsFolder, this.headers.length, slice);
    this.headers.push({ ...header, label: quoteName(name) });
    for (const tag of removedTags) this.removedTags.add(tag);
  }

  async finish(): Promise<ReadSlices> {
    const { order, sliceIndices, sliceIntervalMm, warnings } = orderSeries(this.headers);
    for (const [place, part] of order.entries())
      await rename(
        slicePathIn(this.partsFolder, part),
        slicePathIn(this.request.outputFolder, sliceIndices[place] ?? part),
      );
    await rm(this.partsFolder, { recursive: true });
    const [first] = this.headers;
    if (!first) throw new Error('A series without slices.');
    // A single slice does not state the distance to the next one.
    const intervalMm = sliceIntervalMm ?? this.request.sliceIntervalMm;
    const read = { pixelSpacingMm: first.pixelSpacingMm, sliceIntervalMm: intervalMm };
    return {
      kind: 'DICOM_SERIES',
      sliceIndices,
      width: first.width,
      height: first.height,
      pixelSpacingMm: first.pixelSpacingMm,
      sliceIntervalMm: intervalMm,
      windows: first.windows,
      removedTags: [...this.removedTags].sort(),
      warnings: [
        ...new Set([
          ...claimWarnings(this.request, read),
          ...warnings,
          ...this.headers.flatMap((header) => header.warnings),
        ]),
      ],
    };
  }
}
