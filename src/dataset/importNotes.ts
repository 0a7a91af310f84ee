/**
 * What an import notices without refusing anything: input that is understood in part, or taken in a way that someone
 * should know of.
 */

/** For each kind, what is said of one and of several. */
const TEXTS = {
  WINDOWS_NOT_USED: [
    'image has Hounsfield windows that are not pairs of low < high; they are not used',
    'images have Hounsfield windows that are not pairs of low < high; they are not used',
  ],
  IGNORED_ANNOTATIONS: [
    'annotation is marked to be ignored; it is kept as a possibly noisy lesion, which evaluations leave out',
    'annotations are marked to be ignored; they are kept as possibly noisy lesions, which evaluations leave out',
  ],
  CATEGORIES_WITHOUT_TYPE: [
    'lesion has a category that is not one of the eight lesion types; its type is UNKNOWN',
    'lesions have categories that are not among the eight lesion types; their type is UNKNOWN',
  ],
  IMAGE_ENTRIES_MERGED: [
    'image entry names an image that an earlier entry names; both are one image with the lesions of both',
    'image entries name an image that an earlier entry names; they are one image with the lesions of all',
  ],
  ANNOTATIONS_MERGED: [
    'annotation repeats an earlier one with its id; it counts once',
    'annotations repeat an earlier one with its id; each counts once',
  ],
  NAMES_LIKE_DEEPLESION: [
    "file name only holds a name of DeepLesion's form; patient, study and series are taken from it",
    "file names only hold a name of DeepLesion's form; patient, study and series are taken from it",
  ],
  PATIENTS_UNKNOWN: [
    'image names no patient (patient_id); it counts as a separate patient, so that intervals take it as ' +
      'independent of the others',
    'images name no patient (patient_id); each counts as a separate patient, so that intervals take them as ' +
      'independent of one another',
  ],
  PATIENT_DIFFERS: [
    'image has another patient than its file name says; the file name counts',
    'images have another patient than their file names say; the file names count',
  ],
  PATIENTS_IN_SEVERAL_SPLITS: [
    'patient has images in the folders of several splits; a patient belongs to one, and all images have the ' +
      'split that was said at the import',
    'patients have images in the folders of several splits; a patient belongs to one, and all images have the ' +
      'split that was said at the import',
  ],
  NO_LESIONS: [
    'image, and no annotation: a detector can only be wrong on it',
    'images, and no annotation: a detector can only be wrong on them',
  ],
  KEY_SLICE_OUTSIDE_RANGE: [
    'row has a Slice_range without its key slice; it is stored as it is',
    'rows have a Slice_range without their key slice; it is stored as it is',
  ],
  COLUMNS_NOT_READ: [
    'column is not one of DL_info.csv; it was not read',
    'columns are not ones of DL_info.csv; they were not read',
  ],
  PIXELS_IN_OTHER_FORMAT: [
    'image has a file of another form than PNG in the image folder; only 16-bit greyscale PNG can be read',
    'images have files of another form than PNG in the image folder; only 16-bit greyscale PNG can be read',
  ],
  LINKS_FOLLOWED: [
    'pixel file is reached through a link that leads out of the image folder; detection and pictures follow such ' +
      'links of this data set, too',
    'pixel files are reached through links that lead out of the image folder; detection and pictures follow such ' +
      'links of this data set, too',
  ],
  LINKS_TO_NOTHING: [
    'pixel file is a link that leads to nothing, or no regular file; it counts as missing',
    'pixel files are links that lead to nothing, or no regular files; they count as missing',
  ],
} as const;

export type ImportNoteKind = keyof typeof TEXTS;

/** How often something was noticed. */
export interface ImportNote {
  kind: ImportNoteKind;
  count: number;
  /** the same for people, with the count */
  text: string;
  /** places, names or files of the first few */
  first: string[];
}

const SHOWN = 5;

/** Gathers notes; the first few places of each kind are kept, all are counted. */
export class ImportNotes {
  private readonly found = new Map<ImportNoteKind, { count: number; first: Set<string> }>();

  /** @param example where it was, or what; the same example is shown once */
  add(kind: ImportNoteKind, example: string): void {
    const note = this.found.get(kind) ?? { count: 0, first: new Set() };
    note.count++;
    if (note.first.size < SHOWN) note.first.add(example);
    this.found.set(kind, note);
  }

  list(): ImportNote[] {
    return [...this.found].map(([kind, { count, first }]) => ({
      kind,
      count,
      text: `${count} ${TEXTS[kind][count === 1 ? 0 : 1]}`,
      first: [...first],
    }));
  }
}
