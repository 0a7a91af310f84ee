import type { BrowserBed } from '../bed';

/** Asks the product's graph, for what a story has to know beforehand. */
export async function askGraph<Result>(
  bed: Pick<BrowserBed, 'origin'>,
  query: string,
  variables: unknown = {},
): Promise<Result> {
  const response = await fetch(`${bed.origin}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
