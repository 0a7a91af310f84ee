// Which detections of the newest run have the highest scores, and what is annotated there?
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
query Findings {
  detectionRuns(first: 1, filter: { status: SUCCEEDED }, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      detections(first: 10, orderBy: { field: SCORE, direction: DESC }) {
        nodes {
          id
          score
          boundingBox { x1 y1 x2 y2 }
          image { url(overlay: "lesions") lesions { boundingBox { x1 y1 x2 y2 } } }
          reviews { verdict reviewer remark }
        }
      }
    }
  }
}
`;
const data = await ask(query);
console.log(JSON.stringify(data, null, 2));

export {};
