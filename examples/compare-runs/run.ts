// Is one detector better than another, or is the difference within the noise?
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

const found = await ask<{ single: { nodes: { id: string }[] }; multi: { nodes: { id: string }[] } }>(`
query FirstEvaluations {
  single: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-single" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
  multi: evaluations(
    first: 1
    filter: { dataset: "demo", detector: "phantom-multi" }
    orderBy: { field: CREATED_AT, direction: ASC }
  ) {
    nodes { id }
  }
}
`);

const query = `
query CompareRuns($evaluations: [ID!]!) {
  compareEvaluations(ids: $evaluations) {
    baseline { run { detector { name version } } lesionCount }
    differences {
      other { run { detector { name version } } }
      imageCount
      points { iouThreshold difference ciLow ciHigh mcNemarP onlyBaseline onlyOther total }
      discordantLesions(first: 5) {
        foundBy
        reason
        bestOverlap
        lesion { id coarseType longDiameterMm }
      }
    }
  }
}
`;
const variables = { evaluations: [found.single.nodes[0]?.id, found.multi.nodes[0]?.id] };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
