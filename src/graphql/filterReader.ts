/** Filters of the graph for other ways in: the same inputs, read from JSON, with the same errors. */
import { assertInputObjectType, coerceInputValue, type GraphQLSchema } from 'graphql';
import { type Caller, databaseFor } from '../access';
import {
  type BookmarkedImageFilter,
  type LesionFilter,
  nameMembers,
  type PatientFilter,
  type StudyFilter,
} from '../dataset';
import { BadUserInput } from '../errors';
import type { ReadContext } from './core/context';
import { createLoaders } from './core/loaders';
import type { NameMembers } from './core/loading';
import { checkReferencesOf } from './core/references';
import { toBookmarkedImageFilter } from './dataset/bookmarkedImageFilter';
import { toLesionFilter } from './dataset/lesionFilter';
import { toPatientFilter } from './dataset/patientFilter';
import { toStudyFilter } from './dataset/studyFilter';

/** From the input of the graph to the filter of the room. */
const CONVERTERS = {
  LesionFilter: (input: object): LesionFilter => toLesionFilter(input),
  BookmarkedImageFilter: (input: object): BookmarkedImageFilter => toBookmarkedImageFilter(input),
  StudyFilter: (input: object): StudyFilter => toStudyFilter(input),
  PatientFilter: (input: object): PatientFilter => toPatientFilter(input),
};

/** The filters that can be read, by their names in the schema. */
export interface ReadableFilters {
  LesionFilter: LesionFilter;
  BookmarkedImageFilter: BookmarkedImageFilter;
  StudyFilter: StudyFilter;
  PatientFilter: PatientFilter;
}

/** @throws BadUserInput, NotFound naming the argument `filter` or the field of it */
export type ReadFilter = <Name extends keyof ReadableFilters>(
  name: Name,
  json: unknown,
) => Promise<ReadableFilters[Name]>;

/** @returns a function that reads a filter as an argument of that type is read: what the caller may not see is not found */
export function createFilterReader(
  schema: GraphQLSchema,
  services: ReadContext['services'],
  caller: Caller,
): ReadFilter {
  return async (name, json) => {
    const type = assertInputObjectType(schema.getType(name));
    const input: unknown = coerceInputValue(json, type, (path, _value, error) => {
      const place = ['filter', ...path].join('.');
      throw new BadUserInput(`Expected filter to be a ${name} of the graph: ${place}: ${error.message}`, 'filter');
    });
    if (typeof input !== 'object' || input === null)
      throw new BadUserInput(`Expected filter to be a ${name} of the graph, a JSON object.`, 'filter');
    const database = databaseFor(services.database, caller);
    const named: NameMembers = (members) => nameMembers(services.database, members, database);
    const loaders = createLoaders(database, named, services.featureMatrices);
    await checkReferencesOf({ name: 'filter', type }, input, { services, database, loaders, caller });
    return CONVERTERS[name](input);
  };
}
