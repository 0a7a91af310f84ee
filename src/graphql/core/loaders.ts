import DataLoader from 'dataloader';
import type { FeatureMatrices } from '../../categorization';
import {
  countRowsOfParents,
  type Listing,
  type Page,
  type PageWindow,
  type Queryable,
  readPagesOfParents,
} from '../../database';
import { accessLoaders } from '../access/loaders';
import { categorizationLoaders } from '../categorization/loaders';
import { datasetLoaders } from '../dataset/loaders';
import { detectionLoaders } from '../detection/loaders';
import { evaluationLoaders } from '../evaluation/loaders';
import { outcomeLoaders } from '../evaluation/outcomeLoaders';
import { exportLoaders } from '../exports/loaders';
import { createVariants, type LoaderMakers, type LoaderSources, type NameMembers } from './loading';

/** The pages and counts of one list under many parents. */
interface ListInParents<Row> {
  pages: DataLoader<number, Page<Row>>;
  counts: DataLoader<number, number>;
}

/** A loader by row id, which is given only rows of its own type. */
interface Primable {
  prime(id: number, row: unknown): unknown;
}

/** The loader of lists within parents, independent of the item type. */
const listLoaders = {
  listInParents:
    ({ database, variant }) =>
    <Row>(name: string, listing: Listing<Row>, window: PageWindow): ListInParents<Row> =>
      variant(name, () => ({
        pages: new DataLoader(async (ids: readonly number[]) => {
          const pages = await readPagesOfParents(database, listing, window, ids);
          return ids.map((id) => pages.get(id) ?? { rows: [], positions: [], hasMore: false });
        }),
        counts: new DataLoader(async (ids: readonly number[]) => {
          const counts = await countRowsOfParents(database, listing, ids);
          return ids.map((id) => counts.get(id) ?? 0);
        }),
      })),
} satisfies LoaderMakers;

const MAKERS = {
  ...accessLoaders,
  ...datasetLoaders,
  ...categorizationLoaders,
  ...detectionLoaders,
  ...evaluationLoaders,
  ...exportLoaders,
  ...outcomeLoaders,
  ...listLoaders,
};

/** The loaders of one request, by name. */
export type Loaders = { readonly [Name in keyof typeof MAKERS]: ReturnType<(typeof MAKERS)[Name]> };

/** The prototype of the loaders of all requests: each loader is made at its first use, and is then an own property. */
const PROTOTYPE = Object.create(null);
for (const [name, make] of Object.entries<LoaderMakers[string]>(MAKERS))
  Object.defineProperty(PROTOTYPE, name, {
    get(this: { readonly sources: LoaderSources }) {
      const value = make(this.sources);
      Object.defineProperty(this, name, { value });
      return value;
    },
  });

/**
 * The loaders of one request: rows that are requested one by one during execution are read in one statement per kind.
 * They are made for each request, and for each event of a subscription, because a loader caches everything.
 *
 * @param named fills the names of data set versions into rows, of which their ids are made
 */
export function createLoaders(database: Queryable, named: NameMembers, featureMatrices: FeatureMatrices): Loaders {
  const sources: LoaderSources = {
    database,
    named,
    prime: (name, row) => {
      const loader: Primable = loaders[name];
      loader.prime(row.id, row);
    },
    featureMatrices,
    variant: createVariants(),
  };
  const loaders: Loaders = Object.create(PROTOTYPE, { sources: { value: sources } });
  return loaders;
}
