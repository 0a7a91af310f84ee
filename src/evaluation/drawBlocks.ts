/**
 * Draws of patients, twelve at once. What a draw counts is how often the patients of many boxes were drawn; three draws
 * share one double, so that a pass over the boxes adds up twelve draws with four additions. Sums are of whole numbers and
 * stay below 2⁵³, so that they are the same as of one draw after the other.
 */
import { drawWeights } from './patientDraws';

/** Draws of a block. */
export const BLOCK = 12;
/** Doubles of a patient in a block, and draws of each. */
const LANES = 4;
const DRAWS_OF_LANE = BLOCK / LANES;
/** Each draw has 17 bits of a double. */
const FIELD = 2 ** 17;
const TWO_FIELDS = FIELD ** 2;

/** How often each patient was drawn, in each draw of a block. */
export interface DrawBlock {
  /** BLOCK lists, by patient; those of draws that are not needed are 0 */
  readonly weights: readonly Int32Array[];
  /** LANES doubles for each patient */
  readonly packed: Float64Array;
  /** additions after which a field might be full */
  readonly capacity: number;
}

/**
 * @param weights at most BLOCK lists of how often each patient was drawn
 * @throws RangeError if a patient was drawn so often that a sum would not fit
 */
export function packDraws(weights: readonly Int32Array[]): DrawBlock {
  const patientCount = weights[0]?.length ?? 0;
  const all = Array.from({ length: BLOCK }, (_, draw) => weights[draw] ?? new Int32Array(patientCount));
  const packed = new Float64Array(LANES * patientCount);
  let most = 1;
  for (const [draw, ofDraw] of all.entries()) {
    const lane = Math.floor(draw / DRAWS_OF_LANE);
    const unit = FIELD ** (draw % DRAWS_OF_LANE);
    for (let patient = 0; patient < patientCount; patient++) {
      const weight = ofDraw[patient]!;
      if (weight > most) most = weight;
      packed[LANES * patient + lane]! += weight * unit;
    }
  }
  if (most >= FIELD) throw new RangeError(`Expected a patient to be drawn less than ${FIELD} times, got ${most}.`);
  return { weights: all, packed, capacity: Math.floor((FIELD - 1) / most) };
}

/**
 * Calls for each block of draws, in their order.
 *
 * @param random of `seededRandom`
 * @param take gets a block and the number of its first draw
 */
export function overBlocks(
  random: () => number,
  patientCount: number,
  resamples: number,
  take: (block: DrawBlock, first: number, count: number) => void,
): void {
  for (let first = 0; first < resamples; first += BLOCK) {
    const count = Math.min(BLOCK, resamples - first);
    const weights = Array.from({ length: count }, () => {
      const ofDraw = new Int32Array(patientCount);
      drawWeights(random, ofDraw);
      return ofDraw;
    });
    take(packDraws(weights), first, count);
  }
}

/** Adds up how often the patients of a list were drawn, from its beginning on. */
export class DrawnCounts {
  /** BLOCK sums, of all that were come past */
  readonly sums = new Int32Array(BLOCK);
  private at = 0;

  /** @param patients of each of the list */
  constructor(
    private readonly patients: Int32Array,
    private readonly block: DrawBlock,
  ) {}

  /** Goes on to a place of the list; its own patient is not added. */
  upTo(end: number): void {
    const { patients } = this;
    const { packed, capacity } = this.block;
    let at = this.at;
    while (at < end) {
      const stop = Math.min(end, at + capacity);
      let [first, second, third, fourth] = [0, 0, 0, 0];
      for (; at < stop; at++) {
        const lane = LANES * patients[at]!;
        first += packed[lane]!;
        second += packed[lane + 1]!;
        third += packed[lane + 2]!;
        fourth += packed[lane + 3]!;
      }
      this.add(0, first);
      this.add(DRAWS_OF_LANE, second);
      this.add(2 * DRAWS_OF_LANE, third);
      this.add(3 * DRAWS_OF_LANE, fourth);
    }
    this.at = at;
  }

  private add(draw: number, lane: number): void {
    const high = Math.floor(lane / TWO_FIELDS);
    const rest = lane - high * TWO_FIELDS;
    const middle = Math.floor(rest / FIELD);
    this.sums[draw]! += rest - middle * FIELD;
    this.sums[draw + 1]! += middle;
    this.sums[draw + 2]! += high;
  }
}
