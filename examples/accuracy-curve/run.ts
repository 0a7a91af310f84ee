// How accurate is the newest run, at each IoU threshold?
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
query AccuracyCurve {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      id
      detector { name version }
      dataset { slug version }
      executionProviders
      timing { meanMsPerImage imagesPerSecond }
      evaluations {
        id
        strata { name lesionCount }
        accuracyCurve { iouThreshold accuracy correct total ciLow ciHigh }
        top1: accuracyCurve(topK: 1) { iouThreshold accuracy correct total }
        froc { falsePositivesPerImage sensitivity }
        averagePrecision
      }
    }
  }
}
`;
const data = await ask(query);
console.log(JSON.stringify(data, null, 2));

export {};
