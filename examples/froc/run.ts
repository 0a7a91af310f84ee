// How sensitive is a detector at a given number of false positives per image?
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

const query = `
query Froc($dataset: String!, $rates: [Float!]!) {
  detectionRuns(
    first: 1
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        froc(falsePositivesPerImage: $rates) {
          falsePositivesPerImage
          sensitivity
          truePositives
          total
          scoreThreshold
          reachedFalsePositivesPerImage
        }
      }
    }
  }
}
`;
const variables = { dataset: 'demo', rates: [0.5, 1, 2, 4] };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
