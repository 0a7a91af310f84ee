// At which score threshold does a detector make one false positive per image, and what does it find there?
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
query OneFalsePositivePerImage($dataset: String!) {
  detectionRuns(
    first: 1
    filter: { dataset: $dataset, status: SUCCEEDED }
    orderBy: { field: CREATED_AT, direction: DESC }
  ) {
    nodes {
      detector { name version }
      evaluations(first: 1) {
        operatingPoint(falsePositivesPerImage: 1) {
          scoreThreshold
          sensitivity
          sensitivityInterval { low high }
          falsePositivesPerImage
          precision
          truePositives
          lesionCount
          falsePositives
          imageCount
        }
      }
    }
  }
}
`;
const variables = { dataset: 'demo' };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
