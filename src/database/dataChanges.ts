/**
 * Tells whether anything has changed that answers of the graph rest on. Triggers count the transactions that changed rows of
 * the watched tables (migration `data_changes`); a count becomes visible with its change, on every server, so that an answer
 * that was computed after a count was read is right for as long as the count stays the same.
 */
import type { Database, Queryable } from './database';

/** How often what is watched has been changed. Equal stamps of one database mean equal rows. */
export interface DataStamp {
  /** of data sets, categorizations, detectors, runs as a whole, evaluations and reviews */
  readonly data: string;
  /** the same and what runs write of each image: their outcomes and detections */
  readonly all: string;
}

/** Rows that each reading would add up; more are replaced by their sum. */
const MAX_ROWS = 200;

interface CountRow {
  data: number;
  all: number;
  rows: number;
}

/** Reads the stamp of a database. Callers who ask at once share a statement. */
export class DataChanges {
  private reading: Promise<DataStamp> | undefined;
  private next: Promise<DataStamp> | undefined;
  private summing: Promise<void> | undefined;

  constructor(private readonly database: Pick<Database, 'query' | 'identity'>) {}

  /** @returns the stamp at a moment after the call */
  read(): Promise<DataStamp> {
    // A reading that is under way may have begun before a change that the caller knows of.
    if (this.reading) {
      this.next ??= this.reading.then(
        () => this.begin(),
        () => this.begin(),
      );
      return this.next;
    }
    return this.begin();
  }

  /** Waits for what it still does in the background. */
  async settle(): Promise<void> {
    await this.summing;
  }

  private begin(): Promise<DataStamp> {
    this.next = undefined;
    const reading = this.ask().finally(() => {
      if (this.reading === reading) this.reading = undefined;
    });
    this.reading = reading;
    return reading;
  }

  private async ask(): Promise<DataStamp> {
    const [counts] = await this.database.query<CountRow>({
      name: 'data-changes',
      text: `SELECT coalesce(sum(changes) FILTER (WHERE kind = 'DATA'), 0) AS data, coalesce(sum(changes), 0) AS all, count(*) AS rows
             FROM data_change`,
    });
    if (!counts) throw new Error('The changes of the database could not be counted.');
    // A database that was restored from a copy begins again with the counts of the copy.
    const { incarnation } = await this.database.identity();
    if (counts.rows > MAX_ROWS)
      this.summing ??= sumUp(this.database).finally(() => {
        this.summing = undefined;
      });
    return { data: `${incarnation} ${counts.data}`, all: `${incarnation} ${counts.all}` };
  }
}

/** Replaces rows by their sum. It may fail: the next reading tries again. */
async function sumUp(database: Pick<Queryable, 'query'>): Promise<void> {
  await database
    .query({
      name: 'sum-up-data-changes',
      text: `WITH gone AS (DELETE FROM data_change WHERE transaction_id <> 0 RETURNING kind, changes)
             INSERT INTO data_change AS total (kind, transaction_id, changes)
             SELECT kind, 0, sum(changes) FROM gone GROUP BY kind ORDER BY kind
             ON CONFLICT (kind, transaction_id) DO UPDATE SET changes = total.changes + EXCLUDED.changes`,
    })
    .catch(() => undefined);
}
