import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Queryable } from '../database';
import { type FeatureSet, findFeatureSets, loadFeatureMatrix } from './featureSets';
import { type FeatureMatrix, type NearLesion, nearestLesions } from './nearestLesions';

/** Room for some fifteen categorizations of DeepLesion's 32,735 lesions × 128 numbers. */
const DEFAULT_LIMIT_BYTES = 256 * 2 ** 20;

/** One categorization's features, being read or there. */
interface Entry {
  version: string;
  matrix: Promise<FeatureMatrix>;
  /** 0 until it is there */
  bytes: number;
}

/**
 * The features of the categorizations that were requested last, in memory: a search in SQL takes some seventy times as
 * long (bench/similar.ts). One for the process, which all requests share.
 */
export class FeatureMatrices {
  /** by categorization, in the order of their last use */
  private readonly entries = new Map<number, Entry>();
  private turn: Promise<void> = Promise.resolve();

  /** @param limitBytes features kept at most; larger ones are read again for each request */
  constructor(
    private readonly database: Queryable,
    private readonly limitBytes = DEFAULT_LIMIT_BYTES,
  ) {}

  /** Features that are in memory or on their way there. */
  get size(): number {
    return this.entries.size;
  }

  /**
   * Searches the neighbours of some lesions. The event loop turns between two searches, also of two clients: a
   * search of 33,000 lesions holds it up for some milliseconds, and a page has many.
   *
   * @param first how many for each lesion, at least 1
   * @returns a list for each lesion, as `nearestLesions` has them
   */
  async similarLesions(set: FeatureSet, lesionIds: readonly number[], first: number): Promise<NearLesion[][]> {
    const matrix = await this.matrixOf(set);
    const found: NearLesion[][] = [];
    for (const lesionId of lesionIds) {
      await this.ownTurn();
      found.push(nearestLesions(matrix, lesionId, first));
    }
    return found;
  }

  /** @returns the features of a set, read once for all who ask meanwhile and until its version is another */
  matrixOf(set: FeatureSet): Promise<FeatureMatrix> {
    const known = this.entries.get(set.categorizationId);
    // A Map walks its keys in the order in which they were put in: the first is the one to forget.
    this.entries.delete(set.categorizationId);
    const entry = known?.version === set.version ? known : this.load(set);
    this.entries.set(set.categorizationId, entry);
    return entry.matrix;
  }

  private load(set: FeatureSet): Entry {
    const entry: Entry = { version: set.version, matrix: this.read(set), bytes: 0 };
    entry.matrix.then(
      ({ values, lesionIds }) => {
        entry.bytes = values.byteLength + lesionIds.byteLength;
        this.forgetLeastUsed();
      },
      () => {
        // The waiting callers get the error; the next caller tries again.
        if (this.entries.get(set.categorizationId) === entry) this.entries.delete(set.categorizationId);
      },
    );
    return entry;
  }

  /**
   * Deleted categorizations are not requested again and would stay for long: a read, which is rare, is the occasion to
   * let them go.
   */
  private async read(set: FeatureSet): Promise<FeatureMatrix> {
    const others = [...this.entries.keys()];
    if (others.length > 0) {
      const present = new Set((await findFeatureSets(this.database, others)).map((one) => one.categorizationId));
      for (const id of others) if (!present.has(id)) this.entries.delete(id);
    }
    return loadFeatureMatrix(this.database, set);
  }

  private forgetLeastUsed(): void {
    let total = [...this.entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [id, { bytes }] of this.entries) {
      if (total <= this.limitBytes) return;
      this.entries.delete(id);
      total -= bytes;
    }
  }

  private ownTurn(): Promise<void> {
    this.turn = this.turn.then(() => nextTurn());
    return this.turn;
  }
}
