/** Filters of the graph for commands: a file of its own, because the graph takes a third of a second to load. */
import { LOCAL_CALLER } from '../access';
import { FeatureMatrices } from '../categorization';
import type { Database } from '../database';
import { buildSchema, createFilterReader, type ReadFilter } from '../graphql';

export const graphFilters = (database: Database): ReadFilter =>
  createFilterReader(buildSchema(), { database, featureMatrices: new FeatureMatrices(database) }, LOCAL_CALLER);
