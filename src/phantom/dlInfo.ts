import { DL_INFO_COLUMNS } from '../dlInfoColumns';

/** One row of DL_info.csv with its columns as values. Coordinates are 1-based pixels, y down. */
export interface DlInfoRow {
  readonly fileName: string;
  readonly patientIndex: number;
  readonly studyIndex: number;
  readonly seriesId: number;
  readonly keySliceIndex: number;
  /** x11, y11, x12, y12 of the long axis, x21, y21, x22, y22 of the short axis. */
  readonly measurement: readonly number[];
  readonly box: readonly number[];
  /** Long and short diameter, pixels. */
  readonly diametersPx: readonly [number, number];
  readonly location: readonly [number, number, number];
  readonly coarseType: number;
  readonly possiblyNoisy: 0 | 1;
  readonly sliceRange: readonly [number, number];
  /** Pixel spacing, pixel spacing, slice interval, mm. */
  readonly spacing: readonly [number, number, number];
  readonly imageSize: readonly [number, number];
  readonly window: readonly [number, number];
  readonly gender: 'F' | 'M';
  readonly age: number;
  readonly split: 1 | 2 | 3;
}

/** Six significant digits, as the published file writes its numbers. */
export function sixDigits(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** A quoted list of numbers as the published file writes it: `"1.5, 2, 3"`. */
export function quotedList(values: readonly number[]): string {
  return `"${values.map(sixDigits).join(', ')}"`;
}

/** Folder of a series: `PPPPPP_SS_RR`. */
export function seriesFolder(patient: number, study: number, series: number): string {
  return `${String(patient).padStart(6, '0')}_${String(study).padStart(2, '0')}_${String(series).padStart(2, '0')}`;
}

/** File name of a slice within its series: `NNN.png`, four digits from slice 1000 on. */
export function sliceFile(slice: number): string {
  return `${String(slice).padStart(3, '0')}.png`;
}

/** `File_name` of a key slice. */
export function keySliceName(patient: number, study: number, series: number, slice: number): string {
  return `${seriesFolder(patient, study, series)}_${sliceFile(slice)}`;
}

/** One line of DL_info.csv, without its line end. */
export function dlInfoLine(row: DlInfoRow): string {
  return [
    row.fileName,
    row.patientIndex,
    row.studyIndex,
    row.seriesId,
    row.keySliceIndex,
    quotedList(row.measurement),
    quotedList(row.box),
    quotedList(row.diametersPx),
    quotedList(row.location),
    row.coarseType,
    row.possiblyNoisy,
    quotedList(row.sliceRange),
    quotedList(row.spacing),
    quotedList(row.imageSize),
    quotedList(row.window),
    row.gender,
    row.age,
    row.split,
  ].join(',');
}

/** The header line of DL_info.csv. */
export function dlInfoHeader(): string {
  return DL_INFO_COLUMNS.join(',');
}
