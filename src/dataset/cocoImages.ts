/** The image entries of a COCO file, gathered into images and whom they show. */
import { isStorable } from '../storableText';
import { CocoImage, problemsOfEntry } from './cocoFile';
import type { ImportNotes } from './importNotes';
import type { ImageRecord, RowProblem } from './importRecords';
import { mergeWindows } from './importTree';
import type { ProblemList } from './problemList';
import { commonFolder, readFileName, type SourceFileName } from './sourceFileName';
import type { Split } from './vocabulary';

const MAX_NAME_LENGTH = 300;
/** Folders that exporters make for splits, such as `train` and `val2017`. */
const SPLIT_FOLDER = /(?:^|\/)(train|val|test)(?:ing|id|idation)?(?:\d{4})?(?=\/)/i;

/** The images of a file. Several ids may mean one image. */
export interface CocoImages {
  byId: Map<number, ImageRecord>;
  /** where each was first spoken of */
  places: Map<ImageRecord, string>;
  /** entries that do not fit, by their ids */
  bad: Map<number, string>;
}

interface Entry {
  image: CocoImage;
  name: SourceFileName;
  place: string;
  /** number or name of its patient, where one is said */
  patient: number | string | null;
}

/** An image, with the entry that spoke of it first. */
interface KnownImage {
  record: ImageRecord;
  entry: Entry;
}

/** Reads the image entries; errors go to `problems`, remarks to `notes`. */
export function readCocoImages(
  entries: readonly unknown[],
  split: Split,
  problems: ProblemList,
  notes: ImportNotes,
): CocoImages {
  const images: CocoImages = { byId: new Map(), places: new Map(), bad: new Map() };
  const parsed = parseEntries(entries, images, problems);
  const common = commonFolder(parsed.filter(isForeignPath).map(({ name }) => name.path));
  const numberOf = numberPatients(parsed);
  const byName = new Map<string, KnownImage>();
  parsed.forEach((entry, index) => {
    const record = toRecord(entry, numberOf(entry, index), index + 1, common, split);
    const { image, place } = entry;
    const same = byName.get(record.fileName);
    const problem = isName(record.fileName)
      ? contradiction(entry, record, images, same)
      : {
          place,
          column: 'file_name',
          reason: `expected a file name of at most ${MAX_NAME_LENGTH} characters without NUL`,
        };
    if (problem) {
      problems.add(problem);
      if (!images.byId.has(image.id)) images.bad.set(image.id, place);
      return;
    }
    noteOddities(entry, record, notes);
    if (same) {
      merge(same, { record, entry });
      notes.add('IMAGE_ENTRIES_MERGED', place);
    } else {
      byName.set(record.fileName, { record, entry });
      images.places.set(record, place);
    }
    images.byId.set(image.id, same?.record ?? record);
  });
  for (const { record, entry } of byName.values())
    if (!entry.name.slice && entry.patient === null) notes.add('PATIENTS_UNKNOWN', record.fileName);
  noteTornPatients(parsed, numberOf, notes);
  return images;
}

/** A URL may hide what its text does not show. */
const isName = (fileName: string): boolean =>
  fileName !== '' && fileName.length <= MAX_NAME_LENGTH && isStorable(fileName);

/** Paths of another machine are shown without their common part. */
const isForeignPath = ({ name }: Entry): boolean => name.absolute && !name.exact;

function parseEntries(entries: readonly unknown[], { bad }: CocoImages, problems: ProblemList): Entry[] {
  const parsed: Entry[] = [];
  entries.forEach((entry, index) => {
    const place = `images[${index}]`;
    const result = CocoImage.safeParse(entry);
    if (result.success) {
      const image = result.data;
      parsed.push({ image, place, name: readFileName(image.file_name), patient: saidPatient(image) });
      return;
    }
    problems.add(...problemsOfEntry(place, entry, result.error));
    const { data } = CocoImage.pick({ id: true }).safeParse(entry);
    if (data) bad.set(data.id, place);
  });
  return parsed;
}

/** `7`, `"7"` and `"000007"` are one patient. */
function saidPatient({ patient_id: id, patient }: CocoImage): number | string | null {
  const said = id ?? patient ?? null;
  return typeof said === 'string' && /^\d{1,6}$/.test(said) ? Number(said) : said;
}

/** Patients that are named otherwise than by a number, or not at all, get numbers behind those of the others. */
function numberPatients(parsed: readonly Entry[]): (entry: Entry, index: number) => number {
  const numberSaid = ({ name, patient }: Entry): number | undefined =>
    name.slice?.patientIndex ?? (typeof patient === 'number' ? patient : undefined);
  const highest = parsed.reduce((high, entry) => Math.max(high, numberSaid(entry) ?? 0), 0);
  const named = new Map<string, number>();
  parsed.forEach(({ patient }, index) => {
    if (typeof patient === 'string' && !named.has(patient)) named.set(patient, highest + index + 1);
  });
  return (entry, index) =>
    numberSaid(entry) ??
    (typeof entry.patient === 'string' ? named.get(entry.patient) : undefined) ??
    highest + index + 1;
}

/** Images of one patient without DeepLesion's names get a study each. */
function toRecord(
  { image, name, patient }: Entry,
  patientIndex: number,
  ownStudy: number,
  common: string,
  split: Split,
): ImageRecord {
  const { windows, slice_intv: interval, slice_no: sliceNumber } = image;
  const { slice } = name;
  return {
    fileName: name.exact || !name.absolute ? name.fileName : name.path.slice(common.length),
    sourcePath: name.path,
    patientIndex,
    studyIndex: slice?.studyIndex ?? (patient === null ? 1 : ownStudy),
    seriesIndex: slice?.seriesIndex ?? 1,
    sliceIndex: name.exact ? (slice?.sliceIndex ?? 0) : (sliceNumber ?? slice?.sliceIndex ?? 0),
    sliceRange: null,
    width: image.width,
    height: image.height,
    pixelSpacingMm: image.spacing ?? null,
    sliceIntervalMm: typeof interval === 'number' && interval > 0 ? interval : null,
    windows: windows && isWindows(windows) ? windows : [],
    split,
    sex: 'UNKNOWN',
    ageYears: null,
  };
}

const isWindows = (values: readonly number[]): boolean =>
  values.length % 2 === 0 && values.every((value, i) => i % 2 === 0 || value > (values[i - 1] ?? value));

/** Entries of one file are one image, unless they say different things of it. */
function contradiction(
  { image, place, patient }: Entry,
  record: ImageRecord,
  { byId, places }: CocoImages,
  same: KnownImage | undefined,
): RowProblem | null {
  const before = byId.get(image.id);
  if (before && before.fileName !== record.fileName)
    return { place, column: 'id', reason: `image id ${image.id} is also that of ${places.get(before)}` };
  if (!same) return null;
  const known = same.record;
  const problem = (column: string, mine: unknown, other: unknown): RowProblem => ({
    place,
    column,
    reason: `${record.fileName} is also that of ${same.entry.place}, with ${other} there and ${mine} here`,
  });
  if (known.width !== record.width || known.height !== record.height)
    return problem('file_name', `${record.width} × ${record.height} pixels`, `${known.width} × ${known.height}`);
  if (differ(known.pixelSpacingMm, record.pixelSpacingMm))
    return problem('spacing', record.pixelSpacingMm, known.pixelSpacingMm);
  if (differ(known.sliceIntervalMm, record.sliceIntervalMm))
    return problem('slice_intv', record.sliceIntervalMm, known.sliceIntervalMm);
  if (differ(same.entry.patient, patient)) return problem('patient_id', patient, same.entry.patient);
  return null;
}

const differ = (a: number | string | null, b: number | string | null): boolean => a !== null && b !== null && a !== b;

function merge(known: KnownImage, more: KnownImage): void {
  const { record } = known;
  record.pixelSpacingMm ??= more.record.pixelSpacingMm;
  record.sliceIntervalMm ??= more.record.sliceIntervalMm;
  record.windows = mergeWindows(record.windows, more.record.windows);
  if (known.entry.patient !== null || more.entry.patient === null) return;
  const { patientIndex, studyIndex } = more.record;
  Object.assign(record, { patientIndex, studyIndex });
  known.entry = { ...known.entry, patient: more.entry.patient };
}

function noteOddities({ image, name, place, patient }: Entry, record: ImageRecord, notes: ImportNotes): void {
  if (image.windows && image.windows.length > 0 && record.windows.length === 0) notes.add('WINDOWS_NOT_USED', place);
  if (name.slice && !name.exact) notes.add('NAMES_LIKE_DEEPLESION', record.fileName);
  if (name.slice && patient !== null && patient !== name.slice.patientIndex) notes.add('PATIENT_DIFFERS', place);
}

/**
 * A random split of images separates those of a patient: then training and test images are alike.
 */
function noteTornPatients(
  parsed: readonly Entry[],
  numberOf: (entry: Entry, index: number) => number,
  notes: ImportNotes,
): void {
  const splits = new Map<number, Set<string>>();
  parsed.forEach((entry, index) => {
    const folder = SPLIT_FOLDER.exec(entry.image.file_name.replaceAll('\\', '/'))?.[1]?.toLowerCase();
    if (folder === undefined) return;
    const patient = numberOf(entry, index);
    splits.set(patient, (splits.get(patient) ?? new Set()).add(folder));
  });
  for (const [patient, found] of splits)
    if (found.size > 1) notes.add('PATIENTS_IN_SEVERAL_SPLITS', `patient ${patient}: ${[...found].sort().join(', ')}`);
}
