/** Fields that several filters of a data set's content have, so that they are described in the same words. */
import { Field, ID, Int } from 'type-graphql';
import { FloatRange } from '../core/floatRange';

type FieldType = Parameters<typeof Field>[0] & (() => unknown);

const optional = (type: FieldType, description: string) => Field(type, { nullable: true, description });

/**
 * A list of values of which any matches.
 *
 * @param type the type of one value
 * @param condition when a row matches, as a sentence without its full stop
 */
export const AnyOf = (type: () => unknown, condition: string) =>
  optional(() => [type()], `${condition}. An empty list matches nothing.`);

/**
 * A list of values, or a single one, that the row itself is compared with.
 *
 * @param values what the values are, in the plural
 */
export const OneOf = (type: () => unknown, values: string) =>
  AnyOf(type, `One of these ${values}; a single value need not be a list`);

export const InDataset = () =>
  optional(
    () => String,
    '`slug` for the latest version of a data set, `slug@2` for version 2. If a filter names no data ' +
      'set, it covers the latest version of each; NOT_FOUND if there is no such data set.',
  );

export const OfPatient = () => optional(() => Int, "The source's patient index.");

/** @param condition when a row matches, as a sentence without its full stop */
export const InCohort = (condition: string) =>
  optional(() => ID, `Global id of a cohort: ${condition}. A filter with a cohort covers the data set version of it.`);

export const AgeAtStudy = () => optional(() => FloatRange, 'Age of the patient at the time of the study in years.');
