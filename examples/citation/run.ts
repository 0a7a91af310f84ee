// How do I cite the data, and how do others find out that they have the same data?
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
query Citation($dataset: String!) {
  dataset(slug: $dataset) {
    slug
    version
    name
    licence
    citation
    synthetic
    sourceFile
    sourceSha256
    importedAt
  }
}
`;
const variables = { dataset: 'demo@1' };
const data = await ask(query, variables);
console.log(JSON.stringify(data, null, 2));

export {};
