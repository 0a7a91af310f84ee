import type { PixelConvention } from '../imaging';
import type { ImageRecord, LesionRecord, RowProblem } from './importRecords';

/** Something that several rows speak of, with the row that spoke first. */
interface Entry<T> {
  value: T;
  place: string;
}

/**
 * Gathers rows into patients, studies, series and images, and notices where two rows disagree. Sex and age may waver in
 * a source; the first row counts and the wavering is counted. Everything else that two rows say of one image has to be
 * the same.
 */
export class ImportTree {
  readonly patients = new Map<number, Entry<ImageRecord>>();
  readonly studies = new Map<string, Entry<ImageRecord>>();
  readonly series = new Map<string, Entry<ImageRecord>>();
  readonly images = new Map<string, Entry<ImageRecord>>();
  readonly lesions: LesionRecord[] = [];
  /** rows whose sex or age differs from that of an earlier row */
  wavering = 0;
  private readonly seen = new Map<string, string>();
  /** the coordinate of an image's left edge, as an evaluation clips there */
  private readonly edge: number;

  constructor(pixelConvention: PixelConvention) {
    this.edge = pixelConvention === 'ONE_BASED' ? 0.5 : 0;
  }

  /** @returns the contradiction of the record, which is then skipped */
  add(record: LesionRecord): RowProblem[] {
    const problems = [...this.conflicts(record), ...this.elsewhere(record), ...this.repetition(record)];
    if (problems.length > 0) return problems;
    this.addImage(record.image, record.place);
    this.lesions.push(record);
    return [];
  }

  /** Adds an image with all above it; also one that shows no lesion. */
  addImage(image: ImageRecord, place: string): void {
    const entry = { value: image, place };
    const patient = this.patients.get(image.patientIndex);
    const study = this.studies.get(studyKey(image));
    if ((patient && patient.value.sex !== image.sex) || (study && study.value.ageYears !== image.ageYears))
      this.wavering++;
    if (!patient) this.patients.set(image.patientIndex, entry);
    if (!study) this.studies.set(studyKey(image), entry);
    if (!this.series.has(seriesKey(image))) this.series.set(seriesKey(image), entry);
    const before = this.images.get(image.fileName)?.value;
    if (!before) this.images.set(image.fileName, { value: { ...image }, place });
    else before.windows = mergeWindows(before.windows, image.windows);
  }

  private conflicts({ image, place }: LesionRecord): RowProblem[] {
    const problems: RowProblem[] = [];
    const patient = this.patients.get(image.patientIndex);
    if (patient && patient.value.split !== image.split) {
      problems.push({
        place,
        column: 'Train_Val_Test',
        reason:
          `patient ${image.patientIndex} is in split ${image.split} here and in ${patient.value.split} on ` +
          `${patient.place}: a patient belongs to one split`,
      });
    }
    const before = this.images.get(image.fileName);
    if (!before) return problems;
    for (const [field, column] of IMAGE_FIELDS) {
      if (same(before.value[field], image[field])) continue;
      problems.push({
        place,
        column,
        reason: `${image.fileName} has ${show(image[field])} here and ${show(before.value[field])} on ${before.place}`,
      });
    }
    return problems;
  }

  /** Clipped to its image, such a box has no area: no detection could ever hit it. */
  private elsewhere({ place, box, axes, image: { width, height } }: LesionRecord): RowProblem[] {
    const { x1, y1, x2, y2 } = box;
    const edge = this.edge;
    if (x2 > edge && y2 > edge && x1 < width + edge && y1 < height + edge) return [];
    const column = axes.length > 0 ? 'Measurement_coordinates' : 'bbox';
    const reason = `expected a box on its image of ${width} × ${height} pixels, got x ${x1} … ${x2}, y ${y1} … ${y2}`;
    return [{ place, column, reason }];
  }

  private repetition({ image, place, box, axes }: LesionRecord): RowProblem[] {
    const key = JSON.stringify([image.fileName, box, axes]);
    const before = this.seen.get(key);
    if (before === undefined) this.seen.set(key, place);
    return before === undefined ? [] : [{ place, column: 'all', reason: `repeats the lesion of ${before}` }];
  }
}

type StudyPlace = Pick<ImageRecord, 'patientIndex' | 'studyIndex'>;
export const studyKey = ({ patientIndex, studyIndex }: StudyPlace): string => `${patientIndex}/${studyIndex}`;
export const seriesKey = (image: StudyPlace & Pick<ImageRecord, 'seriesIndex'>): string =>
  `${studyKey(image)}/${image.seriesIndex}`;

const IMAGE_FIELDS = [
  ['width', 'Image_size'],
  ['height', 'Image_size'],
  ['pixelSpacingMm', 'Spacing_mm_px_'],
  ['sliceIntervalMm', 'Spacing_mm_px_'],
  ['sliceRange', 'Slice_range'],
] as const;

/**
 * A radiologist may have measured two lesions of one slice in two windows; the image has both, the first row's first.
 */
export function mergeWindows(known: readonly number[], more: readonly number[]): number[] {
  const pairs = new Map<string, number[]>();
  for (const windows of [known, more])
    for (let i = 0; i < windows.length; i += 2) {
      const pair = windows.slice(i, i + 2);
      if (!pairs.has(pair.join())) pairs.set(pair.join(), pair);
    }
  return [...pairs.values()].flat();
}

const show = (value: unknown): string => JSON.stringify(value);
const same = (a: unknown, b: unknown): boolean => show(a) === show(b);
