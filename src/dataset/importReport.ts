import type { ImportNote, ImportNotes } from './importNotes';
import type { LesionRecord, RowProblem } from './importRecords';
import type { NamedFiles, StoredDataset } from './importStore';
import type { ImportTree } from './importTree';
import { missingText, type PixelFiles } from './pixelFolder';
import type { ProblemList } from './problemList';
import type { Box } from './recist';
import type { Split } from './vocabulary';

/** What an import did and what it noticed; kept with the data set. */
export interface ImportReport {
  slug: string;
  version: number;
  /** this very file was imported under this slug before: no row was written */
  alreadyImported: boolean;
  /** false: imported before, and the slug means a later version since */
  isLatest: boolean;
  lesions: number;
  images: number;
  imagesWithPixels: number;
  /** the file was imported before, and the pixel files of this call were noted for it */
  pixelsNoted: boolean;
  /** imported before without checksums of its pixel files: how many were noted now */
  checksumsNoted: number;
  /** imported before: pixel files that are other ones than those of that time */
  changedPixels: NamedFiles;
  /** pixel files that cannot be used, a sentence each: those that do not fit count as missing, damaged ones as there */
  unusablePixels: NamedFiles;
  /** imported before: its texts that were changed */
  textsChanged: string[];
  patients: number;
  studies: number;
  series: number;
  /** rows that were skipped, with --skip-bad-rows */
  badRows: RowProblem[];
  /** number of skipped rows; `badRows` has the problems of the first thousand */
  badRowCount: number;
  /** boxes that reach beyond their image; kept as they are */
  boxesBeyondImage: number;
  /** lesions whose study has no usable age: empty, 0 or above 120 years */
  lesionsWithoutAge: number;
  lesionsWithoutSex: number;
  /** rows whose sex or age differs from an earlier row of the same patient or study; the first counts */
  waveringRows: number;
  /** rows whose stored box differs from the file's own by more than the tolerance */
  boxesThatDiffer: { count: number; first: { place: string; differencePx: number }[] };
  /** input that was understood only in part, or in a way that the user should know */
  notes: ImportNote[];
  /** COCO: annotations whose `area` is not width times height */
  wrongAreas?: number;
  /** COCO: the split that was said of all images */
  split?: Split;
  /**
   * what was looked for where pixel files are missing; it names folders of this machine, so it is reported to the
   * caller and not kept
   */
  missingPixels: string | null;
}

const KEPT_DIFFERENCES = 100;

/** What is known before anything is written. */
export type ImportCounts = Omit<
  ImportReport,
  'slug' | 'missingPixels' | Exclude<keyof StoredDataset, 'imagesWithPixels'>
>;

/** The counts of a report, from what is about to be written. */
export function describeImport(
  tree: ImportTree,
  pixels: PixelFiles | null,
  problems: ProblemList,
  differences: readonly { place: string; differencePx: number }[],
  notes: ImportNotes,
): ImportCounts {
  const count = (fits: (lesion: LesionRecord) => boolean): number => tree.lesions.filter(fits).length;
  return {
    lesions: tree.lesions.length,
    images: tree.images.size,
    imagesWithPixels: pixels?.present.size ?? 0,
    patients: tree.patients.size,
    studies: tree.studies.size,
    series: tree.series.size,
    badRows: problems.list(),
    badRowCount: problems.badRows,
    boxesBeyondImage: count(({ box, image }) => isBeyond(box, image.width, image.height)),
    lesionsWithoutAge: count(({ image }) => image.ageYears === null),
    lesionsWithoutSex: count(({ image }) => image.sex === 'UNKNOWN'),
    waveringRows: tree.wavering,
    boxesThatDiffer: { count: differences.length, first: differences.slice(0, KEPT_DIFFERENCES) },
    notes: notes.list(),
  };
}

/** The whole report, once the data set is stored. */
export function reportOf(
  slug: string,
  counts: ImportCounts,
  stored: StoredDataset,
  pixels: PixelFiles | null,
): ImportReport {
  const { id: _, ...told } = stored;
  return { slug, ...counts, ...told, missingPixels: pixels?.missing ? missingText(pixels) : null };
}

/** Half a pixel more on each side holds in either pixel convention. */
function isBeyond({ x1, y1, x2, y2 }: Box, width: number, height: number): boolean {
  return x1 < 0 || y1 < 0 || x2 > width + 0.5 || y2 > height + 0.5;
}
