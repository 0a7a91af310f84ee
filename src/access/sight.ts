/** Which data sets a caller sees. What is not public is read from the database at most every 0.7 s, by all callers together. */
import type { Database } from '../database';
import type { Caller } from './caller';
import { holderOfOwner } from './keys';
import { personOfOwner } from './people';

/** What a caller does not see of what there is; for a caller that sees everything there is none. */
export interface Sight {
  /** slugs of the only data sets that there are for it; null: of all */
  readonly only: readonly string[] | null;
  /** slugs of data sets that are absent for it */
  readonly hidden: readonly string[];
  /** slugs of data sets that it sees, whose content is absent because it has not accepted their terms */
  readonly closed: readonly string[];
}

/** The data sets that are not public. */
interface NotPublic {
  readonly private: readonly string[];
  /** slug → id of the current terms */
  readonly terms: ReadonlyMap<string, string>;
}

interface Kept<Value> {
  value: Value;
  /** by `performance.now()`, before it was read */
  readAt: number;
}

/** A change holds on every server within a second. */
const KEPT_MS = 700;
/** Holders of keys, and people, whose acceptances are remembered; those of others are read again. */
const MAX_HOLDERS = 10_000;
const NOTHING: NotPublic = { private: [], terms: new Map() };

/** @returns whether a caller sees all data sets, whatever their visibility, and need not accept terms */
export const seesAll = ({ scopes, datasets }: Pick<Caller, 'scopes' | 'datasets'>): boolean =>
  datasets === null && scopes.has('operate');

/** @returns whom an acceptance of terms belongs to: the holder of a key, or a person; null for any other owner */
export const signatoryOf = (owner: string): string | null => holderOfOwner(owner) ?? personOfOwner(owner);

/** What callers of one database see. */
class Sights {
  private notPublic: Kept<NotPublic> | undefined;
  private reading: Promise<NotPublic> | undefined;
  private readonly accepted = new Map<string, Kept<ReadonlySet<string>>>();
  private generation = 0;

  constructor(private readonly database: Database) {}

  forget(): void {
    this.generation += 1;
    this.notPublic = undefined;
    this.reading = undefined;
    this.accepted.clear();
  }

  /** @returns at once as long as what is known is fresh; null: there is nothing that the caller does not see */
  of(caller: Caller): Sight | null | Promise<Sight | null> {
    if (seesAll(caller)) return null;
    const known = this.notPublic;
    if (known && isFresh(known)) return this.within(caller, known.value);
    return this.read().then((notPublic) => this.within(caller, notPublic));
  }

  /** @returns whether anyone who may read sees a data set and its content */
  async isPublic(slug: string): Promise<boolean> {
    const known = this.notPublic;
    const notPublic = known && isFresh(known) ? known.value : await this.read();
    return !notPublic.terms.has(slug) && !notPublic.private.includes(slug);
  }

  private within(caller: Caller, notPublic: NotPublic): Sight | null | Promise<Sight | null> {
    const only = caller.datasets && [...caller.datasets];
    const hidden = only ? [] : notPublic.private;
    const terms = [...notPublic.terms].filter(([slug]) => caller.datasets?.has(slug) ?? true);
    if (terms.length === 0 || caller.scopes.has('operate'))
      return only || hidden.length > 0 ? { only, hidden, closed: [] } : null;
    const sightWith = (accepted: ReadonlySet<string>): Sight | null => {
      const closed = terms.flatMap(([slug, id]) => (accepted.has(id) ? [] : [slug]));
      return only || hidden.length + closed.length > 0 ? { only, hidden, closed } : null;
    };
    const accepted = this.acceptedBy(caller);
    return accepted instanceof Promise ? accepted.then(sightWith) : sightWith(accepted);
  }

  /** Requests that come at once share one statement. */
  private read(): Promise<NotPublic> {
    if (this.reading) return this.reading;
    const { generation } = this;
    const reading = this.readNow(generation).finally(() => {
      if (this.reading === reading) this.reading = undefined;
    });
    this.reading = reading;
    return reading;
  }

  private async readNow(generation: number): Promise<NotPublic> {
    const readAt = performance.now();
    const rows = await this.database.query<{ slug: string; isPrivate: boolean; termsId: string | null }>({
      name: 'data-sets-not-public',
      text: `SELECT slug, visibility = 'PRIVATE' AS "isPrivate", terms_id AS "termsId" FROM dataset_access
             WHERE visibility <> 'PUBLIC' ORDER BY slug COLLATE "C"`,
    });
    const value =
      rows.length === 0
        ? NOTHING
        : {
            private: rows.filter(({ isPrivate }) => isPrivate).map(({ slug }) => slug),
            terms: new Map(rows.flatMap(({ slug, isPrivate, termsId }) => (isPrivate ? [] : [[slug, termsId ?? '']]))),
          };
    if (generation === this.generation) this.notPublic = { value, readAt };
    return value;
  }

  /** @returns ids of the terms that a caller has accepted */
  private acceptedBy({ owner }: Caller): ReadonlySet<string> | Promise<ReadonlySet<string>> {
    const holder = signatoryOf(owner);
    if (holder === null) return NONE;
    const known = this.accepted.get(holder);
    return known && isFresh(known) ? known.value : this.readAccepted(holder);
  }

  private async readAccepted(holder: string): Promise<ReadonlySet<string>> {
    const { generation } = this;
    const readAt = performance.now();
    const rows = await this.database.query<{ termsId: string }>({
      name: 'terms-accepted',
      text: 'SELECT terms_id AS "termsId" FROM terms_acceptance WHERE holder = $1::uuid',
      values: [holder],
    });
    const value = new Set(rows.map(({ termsId }) => termsId));
    if (generation !== this.generation) return value;
    this.accepted.delete(holder);
    this.accepted.set(holder, { value, readAt });
    if (this.accepted.size > MAX_HOLDERS) {
      const oldest = this.accepted.keys().next();
      if (!oldest.done) this.accepted.delete(oldest.value);
    }
    return value;
  }
}

const NONE: ReadonlySet<string> = new Set();
const isFresh = ({ readAt }: { readAt: number }): boolean => performance.now() - readAt < KEPT_MS;

/** By pool, because a database has many views. */
const ofPools = new WeakMap<Database['pool'], Sights>();

function sightsOf(database: Database): Sights {
  const sights = ofPools.get(database.pool) ?? new Sights(database);
  ofPools.set(database.pool, sights);
  return sights;
}

/**
 * What a caller does not see.
 *
 * @returns null if it sees everything; at once as long as what is known is fresh
 */
export const sightOf = (database: Database, caller: Caller): Sight | null | Promise<Sight | null> =>
  sightsOf(database).of(caller);

/** @param dataset `slug` or `slug@version` @returns whether anyone who may read sees a data set and its content */
export const isPublicDataset = (database: Database, dataset: string): Promise<boolean> =>
  sightsOf(database).isPublic(dataset.split('@', 1)[0] ?? '');

/** After a change by this process, which then holds at once; other processes find it within a second. */
export const forgetSights = (database: Database): void => ofPools.get(database.pool)?.forget();
