import {
  codeOfOutcome,
  type EdgeBox,
  explainMiss,
  findOutcomes,
  isFalsePositive,
  OUTCOME_KINDS,
  type OutcomeKind,
  type OutcomeRules,
  orderByFallingScore,
  type Ranking,
  type Stratum,
} from '../evaluation';
import type { EvaluatedLesion, EvaluationData } from './evaluationData';
import { LEFT_OUT_REASONS, type LeftOutReason } from './leftOut';
import { strataOf } from './strata';

/**
 * Why an outcome is what it is. Of MISSED: no detection overlaps the lesion, none enough, only one with too low a score
 * does, or one does that finds another lesion. OTHER_STRATUM: an error of the stratum that lies on a lesion outside it.
 * The others are of LEFT_OUT.
 */
export const OUTCOME_REASONS = [
  'NO_BOX',
  'TOO_FAR',
  'SCORE_TOO_LOW',
  'FINDS_ANOTHER',
  'OTHER_STRATUM',
  ...LEFT_OUT_REASONS,
] as const;
export type OutcomeReason = (typeof OUTCOME_REASONS)[number];

/** What became of a detection or a lesion. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly imageId: number;
  /** of the detection among those of its image, from 1; null: it is a lesion */
  readonly rank: number | null;
  readonly score: number | null;
  /** row id; null without a lesion, and for one that reviews confirmed */
  readonly lesionId: number | null;
  /** with the lesion; of BACKGROUND the greatest with any, of MISSED the greatest of any detection; null: LEFT_OUT */
  readonly overlap: number | null;
  readonly reason: OutcomeReason | null;
  /** of the detection, or else of the lesion, cut to the image */
  readonly box: EdgeBox;
}

/** What the outcomes of an evaluation are computed of. */
export interface OutcomeSource {
  readonly data: EvaluationData;
  readonly ranking: Ranking;
}

/** How many outcomes there are of each kind. */
export type OutcomeCounts = { readonly [Kind in OutcomeKind]: number } & { readonly falsePositives: number };

const MISSED = codeOfOutcome('MISSED');
const LEFT_OUT = codeOfOutcome('LEFT_OUT');
const BEYOND_LIMIT = 'BEYOND_LIMIT' satisfies LeftOutReason;

/**
 * All outcomes that a stratum can have, whatever the score threshold: by image, of an image the detections by rank, then
 * its lesions, then what is left out. The order never changes, so that the number of a row is a key. Some 45 bytes a
 * row.
 */
export class OutcomeTable {
  readonly length: number;
  readonly kind: Uint8Array;
  readonly imageId: Int32Array;
  /** NaN: a lesion */
  readonly score: Float64Array;
  /** NaN: of what is left out, and of lesions until they are asked for */
  readonly overlap: Float64Array;
  /** 0: a lesion */
  readonly rank: Int32Array;
  private readonly detection: Int32Array;
  private readonly lesion: Int32Array;
  /** of a lesion: the score of the detection that finds it; NaN: none does */
  private readonly foundAt: Float64Array;
  /** −1: it counts */
  private readonly leftOut: Int32Array;

  constructor(
    private readonly source: OutcomeSource,
    private readonly stratum: Stratum,
    private readonly rules: OutcomeRules,
  ) {
    const { data, ranking } = source;
    const { images } = data;
    const found = findOutcomes(images, ranking, stratum, rules);
    const [D, G] = [found.detection.length, stratum.lesions.length];
    const leftOut = this.leftOutOfStratum();
    const image = (place: number): number => data.imageIds[place]!;
    const concatenate = (
      ofDetection: (row: number) => number,
      ofLesion: (lesion: number) => number,
      ofLeftOut: (item: number) => number,
    ): Float64Array => {
      const column = new Float64Array(D + G + leftOut.length);
      for (let row = 0; row < D; row++) column[row] = ofDetection(row);
      for (let at = 0; at < G; at++) column[D + at] = ofLesion(stratum.lesions[at]!);
      for (let at = 0; at < leftOut.length; at++) column[D + G + at] = ofLeftOut(leftOut[at]!);
      return column;
    };
    const imageIds = concatenate(
      (row) => image(ranking.imageOf[found.detection[row]!]!),
      (lesion) => data.lesions[lesion]!.imageId,
      (item) => data.leftOut[item]!.imageId,
    );
    // Stable: within an image the order of the three parts stays.
    const order = orderByFallingScore(imageIds.map((id) => -id));
    const ordered = (column: Float64Array): Float64Array => Float64Array.from(order, (row) => column[row]!);
    const whole = (column: Float64Array): Int32Array => Int32Array.from(order, (row) => column[row]!);
    const none = (): number => -1;
    const unknown = (): number => Number.NaN;
    this.length = order.length;
    this.imageId = whole(imageIds);
    this.kind = Uint8Array.from(
      ordered(
        concatenate(
          (row) => found.kind[row]!,
          () => MISSED,
          () => LEFT_OUT,
        ),
      ),
    );
    this.detection = whole(concatenate((row) => found.detection[row]!, none, none));
    this.lesion = whole(
      concatenate(
        (row) => found.lesion[row]!,
        (lesion) => lesion,
        none,
      ),
    );
    this.leftOut = whole(concatenate(none, none, (item) => item));
    this.rank = whole(
      concatenate(
        (row) => ranking.rankInImage[found.detection[row]!]! + 1,
        () => 0,
        (item) => data.leftOut[item]!.rank ?? 0,
      ),
    );
    this.score = ordered(
      concatenate(
        (row) => images.scores[found.detection[row]!]!,
        unknown,
        (item) => data.leftOut[item]!.score ?? Number.NaN,
      ),
    );
    this.overlap = ordered(
      concatenate((row) => (found.kind[row] === LEFT_OUT ? Number.NaN : found.overlap[row]!), unknown, unknown),
    );
    this.foundAt = ordered(
      concatenate(unknown, (lesion) => images.scores[found.hitBy[lesion]!] ?? Number.NaN, unknown),
    );
  }

  /** @returns whether a row is an outcome if only detections from a score on count */
  isThere(row: number, scoreAtLeast: number): boolean {
    if (this.kind[row] === MISSED) return !(this.foundAt[row]! >= scoreAtLeast);
    return !(this.score[row]! < scoreAtLeast);
  }

  /** @returns in mm; NaN: without a lesion, or it has none */
  longDiameterMm(row: number): number {
    return this.lesionOf(row)?.longDiameterMm ?? Number.NaN;
  }

  /** @returns the greatest overlap of any detection with the lesion of a row of MISSED, and that of others */
  overlapOf(row: number): number {
    if (this.kind[row] === MISSED && Number.isNaN(this.overlap[row])) this.overlap[row] = this.missOf(row).overlap;
    return this.overlap[row]!;
  }

  /** @returns what a row says */
  read(row: number, scoreAtLeast: number): Outcome {
    const lesion = this.lesionOf(row);
    const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
    return {
      kind: OUTCOME_KINDS[this.kind[row]!]!,
      imageId: this.imageId[row]!,
      rank: this.rank[row] === 0 ? null : this.rank[row]!,
      score: known(this.score[row]!),
      // Lesions that reviews confirmed have negative ids, and no row.
      lesionId: lesion && lesion.id > 0 ? lesion.id : null,
      overlap: known(this.overlapOf(row)),
      reason: this.reasonOf(row, scoreAtLeast),
      box: this.boxOf(row),
    };
  }

  /** @returns whether outcomes of a kind are false positives */
  isFalse(code: number): boolean {
    return isFalsePositive(OUTCOME_KINDS[code]!, this.rules);
  }

  private leftOutOfStratum(): number[] {
    const { leftOut } = this.source.data;
    const items = [...leftOut.keys()];
    const lesions = items.filter((item) => leftOut[item]!.lesion);
    const members = strataOf(lesions.map((item) => leftOut[item]!.lesion!)).find(
      ({ name }) => name === this.stratum.name,
    );
    const own = new Set([...(members?.lesions ?? [])].map((member) => lesions[member]!));
    return items.filter((item) => !leftOut[item]!.lesion || own.has(item));
  }

  private lesionOf(row: number): EvaluatedLesion | null {
    const { data } = this.source;
    if (this.lesion[row]! >= 0) return data.lesions[this.lesion[row]!]!;
    return data.leftOut[this.leftOut[row]!]?.lesion ?? null;
  }

  private missOf(row: number) {
    const { data, ranking } = this.source;
    const lesion = this.lesion[row]!;
    const subject = { lesion, image: imageOfLesion(data.images.lesionOffsets, lesion) };
    return explainMiss(data.images, ranking, subject, this.rules.leastHit, this.rules.overlap);
  }

  private reasonOf(row: number, scoreAtLeast: number): OutcomeReason | null {
    const kind = this.kind[row]!;
    if (kind === LEFT_OUT) return this.source.data.leftOut[this.leftOut[row]!]?.reason ?? BEYOND_LIMIT;
    if (this.isFalse(kind)) return this.isOnOtherStratum(row) ? 'OTHER_STRATUM' : null;
    if (kind !== MISSED) return null;
    const { reason, score, rank } = this.missOf(row);
    const counts = (score ?? 0) >= scoreAtLeast && (rank ?? 0) <= this.rules.maxDetections;
    return reason === 'SCORE_TOO_LOW' && counts ? 'FINDS_ANOTHER' : reason;
  }

  /** Only lesions of the stratum are looked for; those of a row that hits or nearly hits one are of it. */
  private isOnOtherStratum(row: number): boolean {
    const { images } = this.source.data;
    if (this.stratum.lesions.length === images.lesionBoxes.length / 4) return false;
    const detection = this.detection[row]!;
    const image = this.source.ranking.imageOf[detection]!;
    for (let lesion = images.lesionOffsets[image]!; lesion < images.lesionOffsets[image + 1]!; lesion++) {
      const overlap = this.rules.overlap(images.detectionBoxes, detection, images.lesionBoxes, lesion);
      if (overlap >= this.rules.leastHit && !this.stratum.lesions.includes(lesion)) return true;
    }
    return false;
  }

  private boxOf(row: number): EdgeBox {
    const { images, leftOut } = this.source.data;
    const boxAt = (boxes: Float64Array, at: number): EdgeBox => ({
      x1: boxes[4 * at]!,
      y1: boxes[4 * at + 1]!,
      x2: boxes[4 * at + 2]!,
      y2: boxes[4 * at + 3]!,
    });
    if (this.detection[row]! >= 0) return boxAt(images.detectionBoxes, this.detection[row]!);
    return this.lesion[row]! >= 0 ? boxAt(images.lesionBoxes, this.lesion[row]!) : leftOut[this.leftOut[row]!]!.box;
  }
}

/** @param offsets rising first lesion of each image */
function imageOfLesion(offsets: Int32Array, lesion: number): number {
  let [low, high] = [0, offsets.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (offsets[middle]! <= lesion) low = middle;
    else high = middle;
  }
  return low;
}

/** Counts outcomes by kind. */
export class OutcomeCounter {
  private readonly counts = new Int32Array(OUTCOME_KINDS.length);

  constructor(private readonly table: OutcomeTable) {}

  add(row: number): void {
    this.counts[this.table.kind[row]!]!++;
  }

  get counted(): OutcomeCounts {
    const of = (kind: OutcomeKind): number => this.counts[codeOfOutcome(kind)]!;
    const [HIT, DUPLICATE, LOCALIZATION, BACKGROUND] = [
      of('HIT'),
      of('DUPLICATE'),
      of('LOCALIZATION'),
      of('BACKGROUND'),
    ];
    let falsePositives = 0;
    for (let code = 0; code < this.counts.length; code++)
      if (this.table.isFalse(code)) falsePositives += this.counts[code]!;
    return { HIT, DUPLICATE, LOCALIZATION, BACKGROUND, MISSED: of('MISSED'), LEFT_OUT: of('LEFT_OUT'), falsePositives };
  }
}
