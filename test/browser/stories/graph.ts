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

/** A global id of an evaluation that no database has. */
export const ABSENT_EVALUATION = btoa('Evaluation:00000000-0000-4000-8000-000000000000').replace(/=+$/, '');

/** Without what a refused request leaves in the log of a browser. */
export const withoutStatus = (problems: readonly string[], status: number): string[] =>
  problems.filter((problem) => !problem.startsWith(`status ${status}`) && !problem.includes(`status of ${status}`));
