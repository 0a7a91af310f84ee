// Which lesions did it miss, the largest first, and why?
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

const found = await ask<{ evaluations: { nodes: { id: string }[] } }>(`
query NewestEvaluation {
  evaluations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}
`);

const query = `
query MissedLesions($evaluation: ID!) {
  evaluation(id: $evaluation) {
    outcomes(kinds: [MISSED], scoreAtLeast: 0.3, iouThreshold: 0.5, orderBy: { field: LONG_DIAMETER, direction: DESC }, first: 20) {
      counts { hits missed falsePositives }
      nodes { reason overlap lesion { id coarseType longDiameterMm } image { fileName } }
    }
  }
}
`;
const variables = { evaluation: found.evaluations.nodes[0]?.id };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
