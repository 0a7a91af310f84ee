// Is a new detector no worse than another one, by more than 5 percentage points?
// Made of query.graphql by scripts/makeCookbook.mjs.
const server = process.env.DEEPLESION_SERVER ?? 'http://127.0.0.1:4000';
const key = process.env.DEEPLESION_KEY;

async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${server}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (answer.errors) throw new Error(answer.errors[0]?.message);
  return answer.data;
}

const found = await ask<{ single: { nodes: { id: string }[] }; multi: { nodes: { id: string }[] } }>(`
query FirstEvaluations {
  single: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-single" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
  multi: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-multi" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
}
`);

const query = `
query NoWorse($candidate: ID!, $reference: ID!) {
  assertNoWorse(candidate: $candidate, reference: $reference, margin: 0.05, metric: SENSITIVITY, falsePositivesPerImage: 4) {
    holds
    candidate
    reference
    difference
    ciLow
    ciHigh
    lesionCount
    sentence
  }
}
`;
const variables = { candidate: found.single.nodes[0]?.id, reference: found.multi.nodes[0]?.id };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
