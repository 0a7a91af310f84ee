import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema } from './schema';

/** @returns the text of `schema.graphql` */
export function printPublishedSchema(): string {
  return (
    '# Made by "npm run schema" from src/graphql; do not ' +
    `edit.\n\n${printSchema(lexicographicSortSchema(buildSchema()))}\n`
  );
}

if (require.main === module) process.stdout.write(printPublishedSchema());
