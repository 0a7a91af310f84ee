import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { COARSE_TYPES, importDlInfo, SPLITS } from '../../src/dataset';
import { type ExportServer, rowsOf, startExportBed, startExportServer, textOf } from '../exports/exportBed';
import type { TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery } from './testGraph';

interface Cohort {
  id: string;
  name: string;
  filter: object;
  lesionCount: number;
  imageCount: number;
  patientCount: number;
  membersSha256: string;
  owner: string | null;
  dataset: { slug: string; version: number };
}

let bed: TestDatabase & { csv: string };
let server: ExportServer;
let graph: RunQuery;
beforeAll(async () => {
  bed = await startExportBed();
  server = await startExportServer(bed.database);
  graph = graphOf(server.services);
});
afterAll(async () => {
  await server.stop();
  await bed.drop();
});

const FIELDS =
  'id name filter lesionCount imageCount patientCount membersSha256 createdAt owner dataset { slug version }';

async function answer<Data>(source: string, variables: object = {}): Promise<Data> {
  const { data, errors } = await graph(source, { ...variables });
  if (errors[0]) throw errors[0];
  return data as Data;
}

async function freeze(input: object): Promise<Cohort> {
  const { createCohort } = await answer<{ createCohort: { cohort: Cohort } }>(
    `mutation ($input: CreateCohortInput!) { createCohort(input: $input) { cohort { ${FIELDS} } } }`,
    { input: { dataset: 'small', name: 'a selection', ...input } },
  );
  return createCohort.cohort;
}

const codeOf = async (asked: Promise<unknown>): Promise<unknown> => {
  const failure: unknown = await asked.catch((thrown) => thrown);
  return (failure as { originalError?: { code?: string } }).originalError?.code;
};

const rowsOfLesions = (filter: object): Promise<Record<string, unknown>[]> =>
  server.get(`/exports/small@1/lesions.ndjson?${new URLSearchParams({ filter: JSON.stringify(filter) })}`).then(rowsOf);

const count = async (list: string, filter: object): Promise<number> => {
  const type = { lesions: 'LesionFilter', bookmarkedImages: 'BookmarkedImageFilter', patients: 'PatientFilter' }[list];
  const data = await answer<Record<string, { totalCount: number }>>(
    `query ($filter: ${type ?? 'StudyFilter'}) { ${list}(filter: $filter) { totalCount } }`,
    { filter },
  );
  return data[list]?.totalCount ?? Number.NaN;
};

describe('a cohort', () => {
  it('has the lesions of its filter, their checksum, and the filter as it was given', async () => {
    const filter = { split: ['TRAIN', 'TEST'], longDiameterMm: { gte: 5 } };
    const cohort = await freeze({ name: ' large ', filter });
    const rows = await rowsOfLesions(filter);
    const members = rows.map((row) => `${row.source_row_index}\n`).join('');
    expect(cohort).toMatchObject({
      name: 'large',
      filter,
      lesionCount: rows.length,
      imageCount: new Set(rows.map((row) => row.file_name)).size,
      patientCount: new Set(rows.map((row) => row.patient_index)).size,
      membersSha256: createHash('sha256').update(members).digest('hex'),
      dataset: { slug: 'small', version: 1 },
      owner: null,
    });
    expect(await rowsOfLesions({ cohort: cohort.id })).toEqual(rows);
  });

  it('is what any filter matched, in every filter that takes one', async () => {
    const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
    const filters = fc.record(
      {
        split: some(SPLITS),
        coarseType: some(COARSE_TYPES),
        longDiameterMm: fc.record({ gte: fc.double({ min: 0, max: 30, noNaN: true }) }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const rows = await rowsOfLesions(filter);
        if (rows.length === 0) return expect(await codeOf(freeze({ filter }))).toBe('BAD_USER_INPUT');
        const { id, imageCount, patientCount } = await freeze({ filter });
        const cohort = { cohort: id };
        const studies = new Set(rows.map((row) => `${row.patient_index} ${row.study_index}`)).size;
        expect(await count('lesions', cohort)).toBe(rows.length);
        expect(await count('lesions', { not: cohort, dataset: 'small' })).toBe(
          (await rowsOfLesions({})).length - rows.length,
        );
        expect(await count('lesions', { and: [cohort, filter] })).toBe(rows.length);
        expect(await count('bookmarkedImages', cohort)).toBe(imageCount);
        expect(await count('bookmarkedImages', { lesion: cohort })).toBe(imageCount);
        expect(await count('patients', cohort)).toBe(patientCount);
        expect(await count('studies', cohort)).toBe(studies);
      }),
      { numRuns: 10 },
    );
  });

  it('stays what it was when a new version is imported', async () => {
    const before = await freeze({ filter: { split: ['TRAIN'] } });
    const csvPath = `${server.services.config.dataDir}/next.csv`;
    const lines = readFileSync(bed.csv, 'utf8').trimEnd().split('\n');
    writeFileSync(csvPath, `${lines.slice(0, -1).join('\n')}\n`);
    await importDlInfo({ database: bed.database, csvPath, slug: 'small' });
    rmSync(csvPath);
    expect(await count('lesions', { cohort: before.id })).toBe(before.lesionCount);
    const { cohort } = await answer<{ cohort: Cohort }>(
      `query ($id: ID!) { cohort(id: $id) { ${FIELDS} } }`,
      before as object,
    );
    expect(cohort).toEqual(before);
    await expect(bed.database.query({ text: `UPDATE cohort SET name = 'x'` })).rejects.toThrow('never changes');
    await expect(bed.database.query({ text: 'UPDATE cohort_lesion SET lesion_id = 1' })).rejects.toThrow(
      'never changes',
    );
  });

  it('is listed, found by its id, and made once for a key', async () => {
    const input = { dataset: 'small@1', name: 'once', idempotencyKey: 'k' };
    const [first, second] = await Promise.all([freeze(input), freeze(input)]);
    expect(second).toEqual(first);
    expect(await codeOf(freeze({ ...input, name: 'another' }))).toBe('CONFLICT');
    const { cohorts, node } = await answer<{ cohorts: { nodes: Cohort[]; totalCount: number }; node: Cohort }>(
      `query ($id: ID!) { cohorts(filter: { dataset: "small@1", name: "once" }, orderBy: { field: CREATED_AT }) { totalCount nodes { ${FIELDS} } }
         node(id: $id) { ... on Cohort { ${FIELDS} } } }`,
      { id: first.id },
    );
    expect(cohorts).toEqual({ totalCount: 1, nodes: [first] });
    expect(node).toEqual(first);
  });

  it('exports the same bytes as the same lesions chosen otherwise', async () => {
    const { id } = await freeze({ dataset: 'small@1', filter: { split: ['TEST'] } });
    const file = async (name: string, filter: object): Promise<string> =>
      textOf(await server.get(`/exports/small@1/${name}?${new URLSearchParams({ filter: JSON.stringify(filter) })}`));
    for (const name of ['lesions.csv', 'DL_info.csv'])
      expect(await file(name, { cohort: id })).toBe(await file(name, { split: ['TEST'] }));
    for (const name of ['images.csv', 'studies.csv', 'patients.csv'])
      expect((await file(name, { cohort: id })).split('\n').length).toBeGreaterThan(2);
  });

  it('is refused with a reason when it is gone or was never there', async () => {
    const { id } = await freeze({ dataset: 'small@1' });
    const remove = (input: object) =>
      answer<{ deleteCohort: object }>(
        'mutation ($input: DeletionInput!) { deleteCohort(input: $input) { deleted counts { what isDependent } } }',
        { input: { id, reason: 'It was a mistake.', ...input } },
      );
    const counts = [{ what: 'COHORT_LESIONS', isDependent: false }];
    expect(await remove({ dryRun: true })).toEqual({ deleteCohort: { deleted: false, counts } });
    expect(await remove({})).toEqual({ deleteCohort: { deleted: true, counts } });
    expect(await codeOf(count('lesions', { cohort: id }))).toBe('NOT_FOUND');
    await expect(remove({})).rejects.toThrow('It was a mistake.');
    const export_ = await server.get(`/exports/small@1/lesions.csv?filter={"cohort":"${id}"}`);
    expect(export_.status).toBe(404);
  });

  it.each([
    [{ name: ' ' }, 'BAD_USER_INPUT'],
    [{ name: 'x'.repeat(201) }, 'BAD_USER_INPUT'],
    [{ dataset: 'none' }, 'NOT_FOUND'],
    [{ filter: { patientIndex: 999_999 } }, 'BAD_USER_INPUT'],
    [{ filter: { cohort: 'x' } }, 'BAD_USER_INPUT'],
    [{ idempotencyKey: '' }, 'BAD_USER_INPUT'],
  ])('is not made of %j: %s', async (input, code) => {
    expect(await codeOf(freeze(input))).toBe(code);
  });
});
