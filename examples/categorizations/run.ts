// What is in the pseudo-clusters of the newest categorization, and how good is it?
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
query Categorizations {
  categorizations(first: 1, orderBy: { field: CREATED_AT, direction: DESC }) {
    nodes {
      name
      method
      source
      status
      encoder { name version }
      clusterCount
      selectionRule
      chosenIteration
      iterations { iteration nmiToPrevious purityToPrevious silhouette sizes }
      quality { silhouette sizes }
      agreementWithCoarseTypes { lesions nmi purity floorPurity }
      pseudoClusters {
        nodes {
          clusterIndex
          label
          size
          longDiameterMm { p25 p50 p75 }
          location { z { mean standardDeviation } }
          coarseTypes { coarseType share }
          montageUrl(count: 16, size: 96)
          typicalLesions(first: 3) { longDiameterMm image { url(overlay: "lesions") } }
        }
      }
    }
  }
}
`;
const data = await ask(query);
console.log(JSON.stringify(data, null, 2));

export {};
