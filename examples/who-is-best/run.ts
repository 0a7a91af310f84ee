// Who is best, and is it sure?
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
query WhoIsBest($dataset: String!) {
  leaderboard(dataset: $dataset, split: TEST, metric: { kind: ACCURACY, iouThreshold: 0.5, topK: 5 }) {
    metric
    imageCount
    lesionCount
    patientCount
    resolvableDifference
    entries {
      rank
      rankLow
      rankHigh
      group
      tiedWithBest
      value
      ciLow
      ciHigh
      standing
      coverage
      verified
      sawTestPatients
      detector { name version }
    }
  }
}
`;
const variables = { dataset: 'demo' };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
