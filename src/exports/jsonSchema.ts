import type { Column } from './table';
import type { DescribedTable } from './tables';

const TYPES: Record<Column['type'], string> = {
  INTEGER: 'integer',
  DOUBLE: 'number',
  BOOLEAN: 'boolean',
  TEXT: 'string',
  ENUM: 'string',
};

/** @returns the JSON Schema of a line of the table's NDJSON with all columns */
export function jsonSchemaOf({ name, description, columns }: DescribedTable): object {
  const propertyOf = ({ type, values, isNullable, description: what }: Column) => ({
    description: what,
    type: isNullable ? [TYPES[type], 'null'] : TYPES[type],
    ...(values ? { enum: isNullable ? [...values, null] : values } : {}),
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: name,
    description,
    type: 'object',
    properties: Object.fromEntries(columns.map((one) => [one.name, propertyOf(one)])),
    required: columns.map((one) => one.name),
    additionalProperties: false,
  };
}
