import { evaluateRun } from '../../src/results';
import { type ExportServer, startExportServer, textOf } from '../exports/exportBed';
import { idOfRow } from '../globalIds';
import { makeRun } from '../results/evaluatedRun';
import { seedCohort } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let bed: TestDatabase;
let server: ExportServer;
let evaluation: string;
let cohort: string;
beforeAll(async () => {
  bed = await createTestDatabase();
  server = await startExportServer(bed.database);
  const { runId } = await makeRun(bed.database, [
    { patient: 1, lesions: [{ box: [10, 10, 40, 40] }], detections: [{ box: [10, 10, 40, 40], score: 0.9 }] },
  ]);
  const [run] = await bed.database.query<{ id: number }>({ text: 'SELECT dataset_id AS id FROM detection_run' });
  await bed.database.query({ text: `UPDATE detector SET model_sha256 = repeat('a', 64)` });
  const { id } = await evaluateRun(bed.database, runId, { resamples: 100 });
  evaluation = await idOfRow(bed.database, 'Evaluation', id);
  cohort = await idOfRow(bed.database, 'Cohort', await seedCohort(bed.database, run?.id ?? 0));
  const [{ name } = { name: '' }] = await bed.database.query<{ name: string }>({
    text: `SELECT slug || '@' || version AS name FROM dataset`,
  });
  dataset = name;
});
afterAll(async () => {
  await server.stop();
  await bed.drop();
});
let dataset = '';

interface Citation {
  text: string;
  bibtex: string;
  cslJson: string;
  ris: string;
  works: { key: string; kind: string; notes: string[]; url: string | null }[];
}

/** Over HTTP, so that addresses begin with that of the server. */
async function cite(given: string): Promise<Citation> {
  const query = `{ citationOf(${given}) { text bibtex cslJson ris works { key kind notes url } } }`;
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as {
    data: { citationOf: Citation } | null;
    errors?: { message: string; extensions: { code: string } }[];
  };
  if (errors?.[0]) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  return data!.citationOf;
}

const FORMS = { text: 'text', bibtex: 'bibtex', cslJson: 'csl-json', ris: 'ris' } as const;

/** The same from the address of exports. */
async function expectAsExported(citation: Citation, path: string, query: Record<string, string> = {}): Promise<void> {
  for (const [form, format] of Object.entries(FORMS))
    expect(citation[form as keyof typeof FORMS]).toBe(
      await textOf(await server.get(`/exports/${path}/citation?${new URLSearchParams({ ...query, format })}`)),
    );
}

describe('citationOf', () => {
  it('cites a data set version as its exports do', async () => {
    await expectAsExported(await cite(`dataset: "${dataset}"`), dataset);
  });

  it('cites a selection with its size, its filter and the address that has both', async () => {
    const citation = await cite(`dataset: "${dataset}", filter: { longDiameterMm: { gte: 0 } }`);
    const [data] = citation.works;
    expect(data?.notes.at(-1)).toMatch(/^Selection: \d+ lesions, by the filter \{"longDiameterMm":\{"gte":0\}\}\.$/);
    await expectAsExported(citation, dataset, { filter: '{"longDiameterMm":{"gte":0}}' });
    const address = new URL(data?.url ?? '');
    expect((await server.get(address.pathname + address.search)).status).toBe(200);
  });

  it('cites a cohort with its name and the checksum of its members', async () => {
    const citation = await cite(`cohort: "${cohort}"`);
    expect(citation.works[0]?.notes.at(-1)).toBe(`Cohort: all (${cohort}), SHA-256 of its members: ${'c'.repeat(64)}.`);
    await expectAsExported(citation, dataset, { filter: JSON.stringify({ cohort }) });
  });

  it('cites an evaluation with its data, its detector and this software, each once', async () => {
    const citation = await cite(`evaluations: ["${evaluation}"]`);
    await expectAsExported(citation, `evaluations/${evaluation}`);
    expect(citation.works.map(({ kind }) => kind)).toEqual(['DATASET', 'SOFTWARE', 'SOFTWARE']);
    const all = await cite(
      `dataset: "${dataset}", cohort: "${cohort}", evaluations: ["${evaluation}", "${evaluation}"]`,
    );
    const keys = all.works.map(({ key }) => key);
    expect([...new Set(keys)]).toEqual(keys);
    expect(keys).toHaveLength(4);
  });

  it.each([
    ['filter: {}', 'BAD_USER_INPUT'],
    ['evaluations: []', 'BAD_USER_INPUT'],
    ['dataset: "none"', 'NOT_FOUND'],
    ['cohort: "x"', 'BAD_USER_INPUT'],
  ])('refuses %s: %s', async (given, code) => {
    await expect(cite(given)).rejects.toThrow(code);
  });
});
