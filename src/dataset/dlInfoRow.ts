import type { DL_INFO_COLUMNS } from '../dlInfoColumns';
import type { ImageRecord, LesionRecord, RowProblem } from './importRecords';
import { type Box, boxOfAxes } from './recist';
import { type NamedSlice, readFileName } from './sourceFileName';
import { COARSE_TYPES, type CoarseType, type Sex, type Split } from './vocabulary';

export type DlInfoColumn = (typeof DL_INFO_COLUMNS)[number];
export type DlInfoCells = Readonly<Record<DlInfoColumn, string>>;

/** A valid row, with the box as its file states it. */
export interface DlInfoRow {
  lesion: LesionRecord;
  /** the file's own box, for comparison with the one of the measurement */
  fileBox: Box;
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;
/** A table program that met an empty cell writes the whole column with decimals. */
const INTEGER = /^-?\d{1,9}(\.0+)?$/;
const SPLITS: Readonly<Record<string, Split>> = { '1': 'TRAIN', '2': 'VALIDATION', '3': 'TEST' };
const SEXES: Readonly<Record<string, Sex>> = { F: 'FEMALE', M: 'MALE', '': 'UNKNOWN' };
const MAX_IMAGE_SIDE = 65_536;
/** Far beyond any pixel, millimetre or Hounsfield value, and small enough that products stay finite. */
const MAX_MAGNITUDE = 1e6;
/** The file has ages of 0 and of 157; both mean a missing age. */
const OLDEST_YEARS = 120;
/** Diameters are rounded to six digits in the file. */
const DIAMETER_ROUNDING_PX = 1e-3;

/** Reads the cells of one row and remembers what does not fit. */
class RowReader {
  readonly problems: RowProblem[] = [];

  constructor(
    private readonly cells: DlInfoCells,
    readonly place: string,
  ) {}

  text(column: DlInfoColumn): string {
    return this.cells[column].trim();
  }

  /** @returns NaN after a complaint */
  complain(column: DlInfoColumn, expected: string): number {
    const got = this.cells[column];
    const shown = JSON.stringify(got.length > 80 ? `${got.slice(0, 80)}…` : got);
    this.problems.push({ place: this.place, column, reason: `expected ${expected}, got ${shown}` });
    return Number.NaN;
  }

  integer(column: DlInfoColumn, low: number, high: number): number {
    const text = this.text(column);
    const value = Number(text);
    return INTEGER.test(text) && value >= low && value <= high
      ? value
      : this.complain(column, `a whole number in ${low} … ${high}`);
  }

  numbers(column: DlInfoColumn, count: number | 'pairs', allowNaN = false): number[] {
    const parts = this.text(column)
      .split(',')
      .map((part) => part.trim());
    const fits = count === 'pairs' ? parts.length >= 2 && parts.length % 2 === 0 : parts.length === count;
    const values = parts.map((part) =>
      NUMBER.test(part) ? Number(part) : allowNaN && /^nan$/i.test(part) ? Number.NaN : undefined,
    );
    if (
      fits &&
      values.every((value) => value !== undefined && (Number.isNaN(value) || Math.abs(value) <= MAX_MAGNITUDE))
    )
      return values as number[];
    this.complain(
      column,
      `${count === 'pairs' ? 'pairs of' : count} numbers in −${MAX_MAGNITUDE} … ${MAX_MAGNITUDE} with commas between`,
    );
    return [];
  }

  oneOf<T>(column: DlInfoColumn, values: Readonly<Record<string, T>>): T | undefined {
    const value = values[this.text(column).replace(/\.0+$/, '')];
    if (value === undefined)
      this.complain(
        column,
        `one of ${Object.keys(values)
          .map((key) => key || '(empty)')
          .join(', ')}`,
      );
    return value;
  }
}

/**
 * Parses one row of DL_info.csv.
 *
 * @param rowIndex 0-based data row
 * @param line 1-based line of the file
 */
export function parseDlInfoRow(
  cells: DlInfoCells,
  rowIndex: number,
  line: number,
): DlInfoRow | { problems: RowProblem[] } {
  const row = new RowReader(cells, `line ${line}`);
  const image = readImage(row);
  const axes = row.numbers('Measurement_coordinates', 8);
  const fileBox = readBox(row);
  const [longPx = 0, shortPx = 0] = readDiameters(row);
  const [x = 0, y = 0, z = 0] = readLocation(row);
  const coarseType = readCoarseType(row);
  const noisy = row.oneOf('Possibly_noisy', { '0': false, '1': true });
  if (row.problems.length > 0) return { problems: row.problems };
  const spacing = image.pixelSpacingMm ?? Number.NaN;
  const lesion: LesionRecord = {
    sourceRowIndex: rowIndex,
    place: row.place,
    image,
    box: boxOfAxes(axes),
    axes,
    longDiameterMm: longPx * spacing,
    shortDiameterMm: shortPx * spacing,
    normalizedLocation: [x, y, z],
    coarseType,
    possiblyNoisy: noisy ?? false,
  };
  return { lesion, fileBox };
}

function readImage(row: RowReader): ImageRecord {
  const { fileName, exact, slice } = readFileName(row.text('File_name'));
  const patientIndex = row.integer('Patient_index', 0, 999_999);
  const studyIndex = row.integer('Study_index', 0, 999);
  const seriesIndex = row.integer('Series_ID', 0, 999);
  const sliceIndex = row.integer('Key_slice_index', 0, 9999);
  const indices = { patientIndex, studyIndex, seriesIndex, sliceIndex };
  checkFileName(row, exact ? slice : null, indices);
  const [width = 0, height = 0] = readImageSize(row);
  const [pixelSpacingMm, sliceIntervalMm] = readSpacing(row);
  return {
    fileName,
    ...indices,
    sliceRange: readSliceRange(row),
    width,
    height,
    pixelSpacingMm,
    sliceIntervalMm,
    windows: readWindows(row),
    split: row.oneOf('Train_Val_Test', SPLITS) ?? 'UNASSIGNED',
    sex: row.oneOf('Patient_gender', SEXES) ?? 'UNKNOWN',
    ageYears: readAge(row),
  };
}

function checkFileName(row: RowReader, named: NamedSlice | null, indices: NamedSlice): void {
  if (!named) {
    row.complain('File_name', 'a name like 000001_01_01_109.png');
    return;
  }
  const differs = (['patientIndex', 'studyIndex', 'seriesIndex', 'sliceIndex'] as const).some(
    (index) => Number.isFinite(indices[index]) && indices[index] !== named[index],
  );
  if (differs)
    row.complain(
      'File_name',
      `the patient, study, series and slice of the index columns (${Object.values(indices).join(', ')})`,
    );
}

function readBox(row: RowReader): Box {
  const [x1 = 0, y1 = 0, x2 = 1, y2 = 1] = row.numbers('Bounding_boxes', 4);
  if (!(x1 < x2 && y1 < y2)) row.complain('Bounding_boxes', 'x1 < x2 and y1 < y2');
  return { x1, y1, x2, y2 };
}

function readDiameters(row: RowReader): number[] {
  const values = row.numbers('Lesion_diameters_Pixel_', 2);
  const [long = 0, short = 0] = values;
  if (values.length > 0 && !(short >= 0 && long > 0 && long >= short - DIAMETER_ROUNDING_PX))
    row.complain('Lesion_diameters_Pixel_', 'a long and a short diameter, long ≥ short ≥ 0');
  return [long, Math.min(short, long)];
}

function readLocation(row: RowReader): number[] {
  const values = row.numbers('Normalized_lesion_location', 3);
  if (values.some((value) => value < 0 || value > 1))
    row.complain('Normalized_lesion_location', 'three numbers in 0 … 1');
  return values;
}

/** −1 is unknown, which all training rows are. */
function readCoarseType(row: RowReader): CoarseType {
  const code = row.integer('Coarse_lesion_type', -1, COARSE_TYPES.length - 1);
  if (code === 0) row.complain('Coarse_lesion_type', '−1 or 1 … 8');
  return COARSE_TYPES[Math.max(code, 0)] ?? 'UNKNOWN';
}

function readSliceRange(row: RowReader): readonly [number, number] | null {
  const values = row.numbers('Slice_range', 2);
  if (values.length === 0) return null;
  const [first = 0, last = 0] = values;
  if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last))
    row.complain('Slice_range', 'first and last slice index, first ≤ last');
  return [first, last];
}

/**
 * The slice interval of some rows is NaN or negative: then it is unknown, and the key slice is used for its neighbours.
 */
function readSpacing(row: RowReader): [number | null, number | null] {
  const values = row.numbers('Spacing_mm_px_', 3, true);
  if (values.length === 0) return [null, null];
  const [x = 0, y = 0, z = 0] = values;
  if (!(x > 0 && y > 0)) row.complain('Spacing_mm_px_', 'a positive pixel spacing');
  else if (Math.abs(x - y) > 1e-6 * x) row.complain('Spacing_mm_px_', 'the same spacing along x and y');
  return [x, z > 0 ? z : null];
}

function readImageSize(row: RowReader): number[] {
  const values = row.numbers('Image_size', 2);
  if (values.some((side) => !(Number.isInteger(side) && side > 0 && side <= MAX_IMAGE_SIDE)))
    row.complain('Image_size', `width and height in pixels, 1 … ${MAX_IMAGE_SIDE}`);
  return values;
}

function readWindows(row: RowReader): number[] {
  const values = row.numbers('DICOM_windows', 'pairs');
  if (values.some((high, i) => i % 2 === 1 && high <= (values[i - 1] ?? 0)))
    row.complain('DICOM_windows', 'low < high in HU');
  return values;
}

function readAge(row: RowReader): number | null {
  const text = row.text('Patient_age');
  if (text === '' || /^nan$/i.test(text)) return null;
  const years = NUMBER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(years) || years < 0) row.complain('Patient_age', 'years, or nothing');
  return years > 0 && years <= OLDEST_YEARS ? years : null;
}
