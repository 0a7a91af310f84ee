/** A query that GraphiQL opens with. */
export interface ExampleQuery {
  name: string;
  query: string;
  variables?: Record<string, unknown>;
}

export const exampleQueries: ExampleQuery[] = [
  { name: 'Which data sets are there?', query: 'query Datasets {\n  datasets {\n    slug\n    name\n  }\n}' },
];
