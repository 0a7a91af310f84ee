// Which lesions of women of 60 and older are large, or in liver or kidney?
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
query FilteredLesions($filter: LesionFilter, $first: Int = 50) {
  lesions(filter: $filter, first: $first) {
    totalCount
    nodes { id coarseType longDiameterMm patient { patientIndex } }
  }
}
`;
const variables = {
  filter: {
    sex: ['FEMALE'],
    ageYears: { gte: 60 },
    or: [{ coarseType: ['LIVER', 'KIDNEY'] }, { longDiameterMm: { gte: 30 } }],
    not: { possiblyNoisy: true }
  }
};
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
