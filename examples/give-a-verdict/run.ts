// How does a radiologist confirm that a detection is a lesion?
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

const found = await ask<{ detectionRuns: { nodes: { detections: { nodes: { id: string }[] } }[] } }>(`
query BestDetection {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes { detections(first: 1, orderBy: { field: SCORE, direction: DESC }) { nodes { id } } }
  }
}
`);

const query = `
mutation GiveAVerdict($input: ReviewDetectionInput!) {
  reviewDetection(input: $input) {
    review { verdict reviewer remark createdAt }
    detection { id reviewCount currentVerdict }
  }
}
`;
const variables = {
  input: {
    detectionId: found.detectionRuns.nodes[0]?.detections.nodes[0]?.id,
    verdict: 'UNSURE',
    reviewer: 'cookbook',
    remark: 'An example.',
    idempotencyKey: 'cookbook'
  }
};
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
