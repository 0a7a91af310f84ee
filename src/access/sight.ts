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
  /** splits of data sets that it sees, without their ground truth */
  readonly blind: readonly HiddenPart[];
}

/** A split of a data set whose ground truth is hidden. */
export interface HiddenPart {
  readonly slug: string;
  readonly split: string;
}

/** The data sets that are not public. */
interface NotPublic {
  readonly private: readonly string[];
  /** slug → id of the current terms */
  readonly terms: ReadonlyMap<string, string>;
  readonly hiddenSplits: readonly HiddenPart[];
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
const NOTHING: NotPublic = { private: [], terms: new Map(), hiddenSplits: [] };

/** @returns whether a caller sees all data sets, whatever their visibility, and need not accept terms */
export const seesAll = ({ scopes, datasets }: Pick<Caller, 'scopes' | 'datasets'>): boolean =>
  datasets === null && scopes.has('operate');

/** @returns whether a caller sees the ground truth of hidden splits, of the data sets that it sees at all */
export const seesTruth = ({ scopes }: Pick<Caller, 'scopes'>): boolean => scopes.has('curate') || scopes.has('operate');

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

  /** @returns the sight of one who sees everything but the ground truth of hidden splits */
  async withoutTruth(): Promise<Sight | null> {
    const known = this.notPublic;
    const { hiddenSplits } = known && isFresh(known) ? known.value : await this.read();
    return hiddenSplits.length > 0 ? { only: null, hidden: [], closed: [], blind: hiddenSplits } : null;
  }

  /** @returns whether anyone who may read sees a data set and all its content */
  async isPublic(slug: string): Promise<boolean> {
    const known = this.notPublic;
    const notPublic = known && isFresh(known) ? known.value : await this.read();
    const isBlind = notPublic.hiddenSplits.some((part) => part.slug === slug);
    return !isBlind && !notPublic.terms.has(slug) && !notPublic.private.includes(slug);
  }

  private within(caller: Caller, notPublic: NotPublic): Sight | null | Promise<Sight | null> {
    const only = caller.datasets && [...caller.datasets];
    const hidden = only ? [] : notPublic.private;
    const terms = [...notPublic.terms].filter(([slug]) => caller.datasets?.has(slug) ?? true);
    const blind = seesTruth(caller)
      ? []
      : notPublic.hiddenSplits.filter(({ slug }) => caller.datasets?.has(slug) ?? true);
    const sightWith = (accepted: ReadonlySet<string>): Sight | null => {
      const closed = terms.flatMap(([slug, id]) => (accepted.has(id) ? [] : [slug]));
      return only || hidden.length + closed.length + blind.length > 0 ? { only, hidden, closed, blind } : null;
    };
    if (terms.length === 0 || caller.scopes.has('operate')) return sightWith(new Set(terms.map(([, id]) => id)));
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
    const rows = await this.database.query<NotPublicRow>({
      name: 'data-sets-not-public',
      text: `SELECT * FROM (
               SELECT slug, visibility::text AS kind, terms_id::text AS "termsId", NULL AS split FROM dataset_access
               WHERE visibility <> 'PUBLIC'
               UNION ALL SELECT slug, 'HIDDEN_SPLIT', NULL, split::text FROM hidden_split
             ) AS not_public ORDER BY slug COLLATE "C", split`,
    });
    const value = rows.length === 0 ? NOTHING : notPublicOf(rows);
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

/** What is not public of a data set: all of it, its content without its terms, or the ground truth of a split. */
interface NotPublicRow {
  slug: string;
  kind: 'PRIVATE' | 'TERMS' | 'HIDDEN_SPLIT';
  termsId: string | null;
  split: string | null;
}

function notPublicOf(rows: readonly NotPublicRow[]): NotPublic {
  return {
    private: rows.flatMap(({ slug, kind }) => (kind === 'PRIVATE' ? [slug] : [])),
    terms: new Map(rows.flatMap(({ slug, kind, termsId }) => (kind === 'TERMS' ? [[slug, termsId ?? '']] : []))),
    hiddenSplits: rows.flatMap(({ slug, split }) => (split === null ? [] : [{ slug, split }])),
  };
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

/** What one does not see who sees everything but the ground truth of hidden splits. @returns null if none is hidden */
export const sightWithoutTruth = (database: Database): Promise<Sight | null> => sightsOf(database).withoutTruth();

/** @returns the splits whose ground truth is hidden from a caller, of the data sets that it sees */
export async function blindPartsOf(database: Database, caller: Caller): Promise<readonly HiddenPart[]> {
  return (await sightOf(database, caller))?.blind ?? [];
}

/** @param dataset `slug` or `slug@version` @returns whether anyone who may read sees a data set and its content */
export const isPublicDataset = (database: Database, dataset: string): Promise<boolean> =>
  sightsOf(database).isPublic(dataset.split('@', 1)[0] ?? '');

/** After a change by this process, which then holds at once; other processes find it within a second. */
export const forgetSights = (database: Database): void => ofPools.get(database.pool)?.forget();
