// Which false positives of a run should a radiologist look at first?
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

const found = await ask<{ detectionRuns: { nodes: { id: string }[] } }>(`
query NewestRun {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { id }
  }
}
`);

const query = `
query ReviewQueue($run: ID!) {
  reviewProgress(run: $run) { candidates reviewed lesion notLesion unsure }
  reviewQueue(run: $run, first: 10, filter: { scoreAtLeast: 0.3 }) {
    totalCount
    nodes {
      id
      score
      boundingBox { x1 y1 x2 y2 }
      image { fileName url(overlay: "lesions") }
    }
  }
}
`;
const variables = { run: found.detectionRuns.nodes[0]?.id };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
