// How are the long diameters distributed, by split and type?
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
query Diameters($filter: LesionFilter, $groupBy: [LesionGrouping!] = [SPLIT, COARSE_TYPE]) {
  lesionStatistics(filter: $filter, groupBy: $groupBy) {
    split
    coarseType
    lesionCount
    patientCount
    longDiameterMm {
      mean
      standardDeviation
      p5
      p50
      p95
      histogram(bins: 10, min: 0, max: 100) { edges counts below above nullCount }
    }
  }
}
`;
const data = await ask(query);
console.log(JSON.stringify(data, null, 2));

export {};
