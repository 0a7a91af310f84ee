import { createKey } from '../../src/access';
import { importDlInfo } from '../../src/dataset';
import { evaluateRun } from '../../src/results';
import { SMALL_CSV } from '../dataset/importBed';
import { GLOBAL_TYPES, idOfNothing, idOfRow } from '../globalIds';
import { makeRun } from '../results/evaluatedRun';
import { seedCategorization, seedCohort, seedDataset, seedExportJob } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

const TREE = `{ dataset(slug: "small@1") { id lesions(first: 500) { nodes { id sourceRowIndex boundingBox { x1 y1 x2 y2 }
  patient { id patientIndex } image { id fileName study { id studyIndex } series { id seriesIndex } } } } } }`;

interface LesionNode {
  id: string;
  patient: { id: string };
  image: { id: string; study: { id: string }; series: { id: string } };
}
interface Tree {
  dataset: { id: string; lesions: { nodes: LesionNode[] } };
}

/** @returns everything below a data set by its id, without the ids */
async function readById(test: TestDatabase, ids: readonly string[]): Promise<unknown> {
  const { data, errors } = await graphOf(testServices(test.database))(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
      ... on Dataset { slug version } ... on Patient { patientIndex sex } ... on Study { studyIndex ageYears patient { patientIndex } }
      ... on Series { seriesIndex study { studyIndex } } ... on BookmarkedImage { fileName sliceIndex }
      ... on Lesion { sourceRowIndex boundingBox { x1 y1 x2 y2 } image { fileName } } } }`,
    { ids },
  );
  expect(errors).toEqual([]);
  return data.nodes;
}

describe('an id of something that a data set version contains', () => {
  it('finds the same after DROP DATABASE and an import into a new one, whose rows have other numbers', async () => {
    const before = await createTestDatabase();
    await importDlInfo({ database: before.database, csvPath: SMALL_CSV, slug: 'small' });
    const { data } = await graphOf(testServices(before.database))(TREE);
    const { dataset } = data as unknown as Tree;
    const { nodes } = dataset.lesions;
    const ids = [
      dataset.id,
      ...nodes.flatMap(({ id, patient, image }) => [id, patient.id, image.id, image.study.id, image.series.id]),
    ];
    const lesionRow = 'SELECT min(lesion.id) AS id FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE slug = $1';
    const rowOf = ({ database }: TestDatabase) => database.query({ text: lesionRow, values: ['small'] });
    const [seen, row] = [await readById(before, ids), await rowOf(before)];
    await before.drop();

    const after = await createTestDatabase();
    // Other data sets come first, and take the numbers.
    await seedDataset(after.database, { patients: 5 });
    await importDlInfo({ database: after.database, csvPath: SMALL_CSV, slug: 'beside' });
    await importDlInfo({ database: after.database, csvPath: SMALL_CSV, slug: 'small' });
    expect(await rowOf(after)).not.toEqual(row);
    expect(nodes.length).toBeGreaterThan(3);
    expect(await readById(after, ids)).toEqual(seen);
    await after.drop();
  });

  it('is the same for a categorization of the same content, and another for another', async () => {
    const uuids = async (patients: number): Promise<unknown> => {
      const test = await createTestDatabase();
      if (patients > 5) await seedDataset(test.database, { slug: 'first', patients: 2 });
      await seedCategorization(test.database, await seedDataset(test.database, { patients }));
      const [row] = await test.database.query<{ uuid: string }>({ text: 'SELECT uuid FROM categorization' });
      await test.drop();
      return row?.uuid;
    };
    expect(await uuids(5)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await uuids(6)).toBe(await uuids(6));
    expect(await uuids(5)).not.toBe(await uuids(6));
  });

  it('names the data set version that a running server finds now, also where the database was replaced', async () => {
    const test = await createTestDatabase();
    const lesion = '{ lesions(first: 1) { nodes { id dataset { slug } } } }';
    const idNow = async (): Promise<string> => {
      const { data } = await graphOf(testServices(test.database))(lesion);
      const { lesions } = data as unknown as { lesions: { nodes: { id: string }[] } };
      return Buffer.from(lesions.nodes[0]?.id ?? '', 'base64url').toString();
    };
    await seedDataset(test.database, { slug: 'one', patients: 1 });
    expect(await idNow()).toBe('Lesion:one@1:0');
    await test.replace();
    await seedDataset(test.database, { slug: 'other', patients: 1 });
    expect(await idNow()).toBe('Lesion:other@1:0');
    await test.drop();
  });
});

describe.each(EXECUTORS)('the nodes of all types, run by %s', (executor) => {
  let test: TestDatabase;
  const ids = new Map<string, string>();
  const TABLES = {
    Dataset: 'dataset',
    Patient: 'patient',
    Study: 'study',
    Series: 'series',
    BookmarkedImage: 'bookmarked_image',
    Lesion: 'lesion',
    Categorization: 'categorization',
    Cohort: 'cohort',
    Export: 'export_job',
    PseudoCluster: 'pseudo_cluster',
    Detector: 'detector',
    DetectionRun: 'detection_run',
    Detection: 'detection',
    DetectionReview: 'detection_review',
    Evaluation: 'evaluation',
    ApiKey: 'api_key',
  } as const;
  beforeAll(async () => {
    test = await createTestDatabase();
    const { runId } = await makeRun(
      test.database,
      [{ patient: 1, lesions: [{ box: [10, 10, 40, 40] }], detections: [{ box: [10, 10, 40, 40], score: 0.9 }] }],
      { clusters: 1 },
    );
    await evaluateRun(test.database, runId, { resamples: 100 });
    await test.database.query({
      text: `INSERT INTO detection_review (detection_id, verdict, reviewer) SELECT id, 'LESION', 'somebody' FROM detection`,
    });
    const [{ id: datasetId } = { id: 0 }] = await test.database.query<{ id: number }>({
      text: 'SELECT min(id) AS id FROM dataset',
    });
    await seedCohort(test.database, datasetId);
    await seedExportJob(test.database, datasetId);
    await createKey(test.database, { name: 'somebody', scopes: ['read'] }, null);
    await test.database.query({ text: `UPDATE detector SET model_sha256 = repeat('a', 64)` });
    for (const type of GLOBAL_TYPES) {
      const [row] = await test.database.query<{ id: number }>({ text: `SELECT min(id) AS id FROM ${TABLES[type]}` });
      ids.set(type, await idOfRow(test.database, type, row?.id ?? 0));
    }
  });
  afterAll(() => test.drop());
  const ask = (id: string) =>
    graphOf(testServices(test.database), executor)('query ($id: ID!) { node(id: $id) { __typename id } }', { id });

  it.each(GLOBAL_TYPES)('are found by the id of a %s, null where there is none', async (type) => {
    const id = ids.get(type) ?? '';
    expect(await ask(id)).toEqual({ data: { node: { __typename: type, id } }, errors: [] });
    expect(await ask(idOfNothing(type))).toEqual({ data: { node: null }, errors: [] });
  });

  it.each(GLOBAL_TYPES)('refuse an id of an earlier version of a %s and say that ids changed', async (type) => {
    const old = Buffer.from(`${type}:1`).toString('base64url');
    const { errors } = await ask(old);
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
    expect(errors[0]?.message).toContain('got one of an earlier version: ids changed');
    const many = await graphOf(testServices(test.database), executor)(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids: [old] },
    );
    expect(many.errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'ids' });
  });

  it('hold no number of a row', () => {
    for (const [type, id] of ids)
      expect(Buffer.from(id, 'base64url').toString()).not.toMatch(new RegExp(`^${type}:\\d+$`));
  });
});

describe.each(EXECUTORS)('a leaf that cannot be answered, run by %s', (executor) => {
  let test: TestDatabase;
  let run: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    const { runId } = await makeRun(test.database, [
      { patient: 1, lesions: [{ box: [10, 10, 40, 40] }], detections: [{ box: [10, 10, 40, 40], score: 0.9 }] },
    ]);
    await evaluateRun(test.database, runId, { resamples: 100 });
    run = await idOfRow(test.database, 'DetectionRun', runId);
  });
  afterAll(() => test.drop());

  it('is null with an error of its own, and the rest of the page is there', async () => {
    const { data, errors } = await graphOf(testServices(test.database), executor)(
      `query ($run: ID!) { detectionRun(id: $run) { status evaluations { lesionCount accuracyCurve(topK: 1) { correct }
        unknown: accuracyCurve(stratum: "nowhere") { correct } elsewhere: froc(iouThreshold: 1.5) { total }
        pr: precisionRecall(iouThreshold: 1.5) { recall } ap: averagePrecision(iouThreshold: 1.4)
        strata { name accuracyCurve(topK: 77) { correct } } } detections { nodes { score } } }
        lesions { nodes { similar(categorization: "${idOfNothing('Categorization')}") { distance } sourceRowIndex } }
        upload(id: "AAAAAAAAAAAAAAAAAAAAAA") { id } uploadDetection(id: "AAAAAAAAAAAAAAAAAAAAAA") { id } }`,
      { run },
    );
    expect(data).toMatchObject({
      detectionRun: {
        status: 'RUNNING',
        evaluations: [
          {
            lesionCount: 1,
            unknown: null,
            elsewhere: null,
            pr: null,
            ap: null,
            strata: [{ name: 'ALL', accuracyCurve: null }],
          },
        ],
        detections: { nodes: [{ score: 0.9 }] },
      },
      lesions: { nodes: [{ similar: null, sourceRowIndex: expect.any(Number) }] },
      upload: null,
      uploadDetection: null,
    });
    const paths = errors.map(({ path }) => path?.join('.')).sort();
    expect(paths).toEqual([
      'detectionRun.evaluations.0.ap',
      'detectionRun.evaluations.0.elsewhere',
      'detectionRun.evaluations.0.pr',
      'detectionRun.evaluations.0.strata.0.accuracyCurve',
      'detectionRun.evaluations.0.unknown',
      'lesions.nodes.0.similar',
    ]);
  });
});
