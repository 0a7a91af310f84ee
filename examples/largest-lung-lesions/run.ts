// Which lung lesions of the test split are the largest, and what do they look like?
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
query LargestLungLesions {
  lesions(
    first: 10
    filter: { split: TEST, coarseType: LUNG }
    orderBy: { field: LONG_DIAMETER_MM, direction: DESC }
  ) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      sourceRowIndex
      longDiameterMm
      shortDiameterMm
      boundingBox { x1 y1 x2 y2 }
      image {
        fileName
        url(window: "lung", overlay: "lesions", size: 512)
        study { ageYears patient { patientIndex sex } }
      }
    }
  }
}
`;
const data = await ask(query);
console.log(JSON.stringify(data, null, 2));

export {};
