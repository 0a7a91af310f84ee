import { NotFound } from '../../src/errors';
import { idOfNothing, idOfRow } from '../globalIds';
import { seedCategorization, seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

let test: TestDatabase;
let datasetId: number;
let categorizationId: number;
beforeAll(async () => {
  test = await createTestDatabase();
  datasetId = await seedDataset(test.database);
  categorizationId = await seedCategorization(test.database, datasetId);
  await seedDataset(test.database, { slug: 'other', patients: 3 });
  await seedDataset(test.database, { slug: 'old', version: 1, isLatest: false, patients: 2 });
  await seedDataset(test.database, { slug: 'old', version: 2, patients: 4 });
});
afterAll(() => test.drop());

describe.each(EXECUTORS)('the graph run by %s', (executor) => {
  const run = (source: string, variables?: Record<string, unknown>) =>
    graphOf(testServices(test.database), executor)(source, variables);
  const answer = async (source: string, variables?: Record<string, unknown>): Promise<Record<string, never>> => {
    const { data, errors } = await run(source, variables);
    expect(errors).toEqual([]);
    return data;
  };
  const errorOf = async (source: string, variables?: Record<string, unknown>) => {
    const { errors } = await run(source, variables);
    const cause = errors[0]?.originalError as (Error & { code?: string; argument?: string }) | undefined;
    return { message: cause?.message ?? errors[0]?.message, code: cause?.code, argument: cause?.argument };
  };

  it('answers data sets with exact counts, the latest versions unless asked otherwise', async () => {
    const data = await answer(`{
      datasets(orderBy: { field: SLUG }) { totalCount nodes { slug version isLatest
        counts { lesions images imagesWithPixels studies series patients } importReport importedAt } }
      superseded: datasets(filter: { latest: false }) { nodes { slug version } }
      all: datasets(filter: { or: [{ latest: true }, { latest: false }] }) { totalCount }
    }`);
    expect(data).toMatchObject({
      datasets: {
        totalCount: 3,
        nodes: [
          { slug: 'old', version: 2, counts: { patients: 4 } },
          { slug: 'other', version: 1, counts: { patients: 3 } },
          {
            slug: 'seed',
            isLatest: true,
            counts: { patients: 12, studies: 24, series: 24, images: 48, imagesWithPixels: 24, lesions: 64 },
            importReport: { lesions: 1 },
          },
        ],
      },
      superseded: { nodes: [{ slug: 'old', version: 1 }] },
      all: { totalCount: 4 },
    });
  });

  it('finds a data set by slug, by slug and version, and answers null for an unknown one', async () => {
    const data = await answer(
      `{ a: dataset(slug: "old") { version } b: dataset(slug: "old@1") { version } c: dataset(slug: "none") { id }
        d: dataset(slug: "old@9") { id } e: dataset(slug: "") { id } }`,
    );
    expect(data).toEqual({ a: { version: 2 }, b: { version: 1 }, c: null, d: null, e: null });
  });

  it('answers a lesion with everything that the design names', async () => {
    const data = await answer(
      `{ lesions(first: 1, filter: { dataset: "seed", sourceRowIndex: 8 }) { nodes {
        __typename id sourceRowIndex boundingBox { x1 y1 x2 y2 } longDiameterMm shortDiameterMm
        longAxis { start { x y } end { x y } } shortAxis { start { x y } end { x y } } normalizedLocation { x y z }
        coarseType possiblyNoisy split image { fileName } patient { patientIndex } dataset { slug }
        pseudoCluster { clusterIndex size label categorization { name } } } } }`,
    );
    expect(data).toEqual({
      lesions: {
        nodes: [
          {
            __typename: 'Lesion',
            id: expect.any(String),
            sourceRowIndex: 8,
            boundingBox: { x1: 18, y1: 20, x2: 48, y2: 60 },
            longDiameterMm: 10,
            shortDiameterMm: 4.5,
            longAxis: { start: { x: 15, y: 25 }, end: { x: 35, y: 55 } },
            shortAxis: { start: { x: 20, y: 40 }, end: { x: 30, y: 30 } },
            normalizedLocation: { x: 0.25, y: 0.5, z: 0.75 },
            coarseType: 'PELVIS',
            possiblyNoisy: false,
            split: 'TEST',
            image: { fileName: '000002_02_01_010.png' },
            patient: { patientIndex: 2 },
            dataset: { slug: 'seed' },
            pseudoCluster: { clusterIndex: 3, size: 21, label: null, categorization: { name: 'first' } },
          },
        ],
      },
    });
  });

  it('answers null for what the source does not have, never 0', async () => {
    const data = await answer(
      `{ lesions(filter: { dataset: "seed", sourceRowIndex: 35 }) { nodes { longDiameterMm longAxis { start { x } } shortAxis { end { y } }
        image { sliceIntervalMm } } } }`,
    );
    expect(data).toMatchObject({ lesions: { nodes: [{ longDiameterMm: null, longAxis: null, shortAxis: null }] } });
  });

  it('takes one value and a list of them alike, literally and in a filter that is a variable', async () => {
    const counts = await answer(
      `query Both($one: LesionFilter, $many: LesionFilter) {
        a: lesions(filter: { dataset: "seed", split: TEST }) { totalCount }
        b: lesions(filter: { dataset: "seed", split: [TEST] }) { totalCount }
        c: lesions(filter: { dataset: "seed", split: [TEST, VALIDATION] }) { totalCount }
        d: lesions(filter: $one) { totalCount }
        e: lesions(filter: $many) { totalCount }
        none: lesions(filter: { dataset: "seed", split: [] }) { totalCount }
      }`,
      { one: { dataset: 'seed', split: 'TEST' }, many: { dataset: 'seed', split: ['TEST', 'VALIDATION'] } },
    );
    expect(counts).toEqual({
      a: { totalCount: 16 },
      b: { totalCount: 16 },
      c: { totalCount: 32 },
      d: { totalCount: 16 },
      e: { totalCount: 32 },
      none: { totalCount: 0 },
    });
  });

  it('shows the latest versions where no filter names a data set, and an old one where one does', async () => {
    const data = await answer(`{
      all: lesions { totalCount } seed: lesions(filter: { dataset: "seed" }) { totalCount }
      other: lesions(filter: { dataset: "other" }) { totalCount }
      old: lesions(filter: { dataset: "old" }) { totalCount } first: lesions(filter: { dataset: "old@1" }) { totalCount }
      both: patients(filter: { or: [{ dataset: "old@1" }, { dataset: "old@2" }] }) { totalCount } }`);
    const total = (name: string): number => (data[name] as unknown as { totalCount: number }).totalCount;
    expect(total('all')).toBe(total('seed') + total('other') + total('old'));
    expect(total('first')).toBeLessThan(total('old'));
    expect(total('both')).toBe(6);
  });

  it('finds by natural keys, and answers null where nothing is there', async () => {
    const data = await answer(`{
      patient(dataset: "seed", patientIndex: 3) { patientIndex sex studies { studyIndex ageYears series { seriesIndex images { sliceIndex } }
        images { fileName patientOf: study { patient { patientIndex } } } } }
      nobody: patient(dataset: "seed", patientIndex: 999) { id }
      bookmarkedImage(dataset: "seed", fileName: "000003_01_01_010.png") { fileName width height pixelSpacingMm hasPixels
        windows { low high center width } lesions { sourceRowIndex } study { studyIndex } series { seriesIndex } }
      nothing: bookmarkedImage(dataset: "seed", fileName: "../../etc/passwd") { id } }`);
    expect(data).toMatchObject({
      patient: {
        patientIndex: 3,
        sex: 'FEMALE',
        studies: [
          { studyIndex: 1, series: [{ seriesIndex: 1, images: [{ sliceIndex: 10 }, { sliceIndex: 20 }] }] },
          { studyIndex: 2, images: [{ patientOf: { patient: { patientIndex: 3 } } }, {}] },
        ],
      },
      nobody: null,
      bookmarkedImage: {
        fileName: '000003_01_01_010.png',
        width: 512,
        pixelSpacingMm: 0.8,
        hasPixels: false,
        windows: [{ low: -175, high: 275, center: 50, width: 450 }],
        study: { studyIndex: 1 },
        series: { seriesIndex: 1 },
      },
      nothing: null,
    });
  });

  it('gives the address of a picture, and none where there are no pixels', async () => {
    const data = await answer(`{
      with: bookmarkedImage(dataset: "seed", fileName: "000002_01_01_010.png") { id plain: url
        url(window: "-600,1500,LINEAR", overlay: "lesions,detections:abc", size: 256) odd: url(window: "a&b=c")
        few: url(overlay: "detections:abc", top: 3)
        sure: url(overlay: "detections:abc", scoreThreshold: 0.5) }
      without: bookmarkedImage(dataset: "seed", fileName: "000003_01_01_010.png") { url } }`);
    const { id } = data.with as unknown as { id: string };
    expect(data).toMatchObject({
      with: {
        plain: `/images/${id}.png`,
        url: `/images/${id}.png?window=-600,1500,LINEAR&overlay=lesions,detections:abc&size=256`,
        odd: `/images/${id}.png?window=a%26b%3Dc`,
        few: `/images/${id}.png?overlay=detections:abc&top=3`,
        sure: `/images/${id}.png?overlay=detections:abc&scoreThreshold=0.5`,
      },
      without: { url: null },
    });
  });

  it('finds nodes of each type by their global ids, in their order, with null for the missing', async () => {
    const ids = [
      await idOfRow(test.database, 'PseudoCluster', 1),
      await idOfRow(test.database, 'Dataset', datasetId),
      idOfNothing('Lesion'),
      'garbage',
      await idOfRow(test.database, 'Categorization', categorizationId),
      await idOfRow(test.database, 'Patient', 1),
      await idOfRow(test.database, 'Study', 1),
      await idOfRow(test.database, 'Series', 1),
      await idOfRow(test.database, 'BookmarkedImage', 1),
      await idOfRow(test.database, 'Lesion', 1),
      Buffer.from('Unheard:seed@1:1').toString('base64url'),
      Buffer.from('constructor:seed@1:1').toString('base64url'),
    ];
    const data = await answer('query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
    expect(data).toEqual({
      nodes: [
        'PseudoCluster',
        'Dataset',
        null,
        null,
        'Categorization',
        'Patient',
        'Study',
        'Series',
        'BookmarkedImage',
        'Lesion',
        null,
        null,
      ].map((type, index) => type && { __typename: type, id: ids[index] }),
    });
  });

  it('answers null for an unknown node and refuses a malformed id', async () => {
    const missing = await answer('query M($id: ID!) { node(id: $id) { id } }', { id: idOfNothing('Lesion') });
    expect(missing).toEqual({ node: null });
    for (const id of ['', 'x', '123', idOfNothing('Lesion').slice(0, -2), 'TGVzaW9uOjAx', '\u0000'])
      expect(await errorOf('query M($id: ID!) { node(id: $id) { id } }', { id })).toMatchObject({
        code: 'BAD_USER_INPUT',
        argument: 'id',
      });
  });

  it('refuses an id of another type by name', async () => {
    const error = await errorOf('query C($id: ID!) { categorization(id: $id) { id } }', {
      id: idOfNothing('Lesion'),
    });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
    expect(error.message).toContain('the id of a Categorization');
    expect(error.message).toContain('one of a Lesion');
  });

  it('refuses more than 500 ids, naming the limit', async () => {
    const error = await errorOf('query N($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array(501).fill('x') });
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'ids' });
    expect(error.message).toContain('at most 500');
  });

  it('filters by pseudo-cluster, and lists the lesions of a cluster', async () => {
    const { pseudoClusters } = (await answer(
      `{ pseudoClusters(filter: { dataset: "seed" }) { nodes { id clusterIndex size lesions(first: 2) { totalCount
        nodes { sourceRowIndex image { study { patient { sex } } } } } } } }`,
    )) as unknown as { pseudoClusters: { nodes: { id: string; size: number }[] } };
    expect(pseudoClusters.nodes).toMatchObject([
      { clusterIndex: 1, size: 22, lesions: { totalCount: 22, nodes: [{ sourceRowIndex: 0 }, { sourceRowIndex: 3 }] } },
      { clusterIndex: 2, size: 21, lesions: { nodes: [{ sourceRowIndex: 1 }, { sourceRowIndex: 4 }] } },
      { clusterIndex: 3, size: 21 },
    ]);
    const id = pseudoClusters.nodes[1]?.id;
    const data = await answer(
      `query F($id: ID!, $categorization: ID!) { lesions(filter: { pseudoCluster: $id }, first: 1) { totalCount
        nodes { pseudoCluster(categorization: $categorization) { id } } }
        bookmarkedImages(filter: { pseudoCluster: $id }) { totalCount } }`,
      { id, categorization: await idOfRow(test.database, 'Categorization', categorizationId) },
    );
    expect(data).toMatchObject({ lesions: { totalCount: 21, nodes: [{ pseudoCluster: { id } }] } });
  });

  it('gives a pseudo-cluster a name and takes it away', async () => {
    const mutation =
      'mutation L($input: LabelPseudoClusterInput!) { labelPseudoCluster(input: $input) { pseudoCluster { label } } }';
    const pseudoClusterId = await idOfRow(test.database, 'PseudoCluster', 3);
    expect(await answer(mutation, { input: { pseudoClusterId, label: '  lung nodule ' } })).toMatchObject({
      labelPseudoCluster: { pseudoCluster: { label: 'lung nodule' } },
    });
    expect(await answer(mutation, { input: { pseudoClusterId, label: null } })).toMatchObject({
      labelPseudoCluster: { pseudoCluster: { label: null } },
    });
    expect(await errorOf(mutation, { input: { pseudoClusterId, label: ' ' } })).toMatchObject({ argument: 'label' });
    const unknown = { pseudoClusterId: idOfNothing('PseudoCluster'), label: 'x' };
    expect((await run(mutation, { input: unknown })).errors[0]?.originalError).toBeInstanceOf(NotFound);
  });

  it('is the same through fragments, aliases and directives', async () => {
    const data = await answer(
      `query Same($yes: Boolean!, $no: Boolean!) {
        plain: lesions(first: 5) { ...Rows }
        edges: lesions(first: 5) { edges { cursor node { ...Fields } } }
        less: lesions(first: 5) { nodes { id image @include(if: $no) { id } patient @skip(if: $yes) { id } } }
      }
      fragment Rows on LesionConnection { nodes { ...Fields } }
      fragment Fields on Lesion { id ... on Node { again: id } image { fileName } sameImage: image { study { patient { patientIndex } } } }`,
      { yes: true, no: false },
    );
    const { plain, edges, less } = data as unknown as {
      plain: { nodes: { id: string; again: string }[] };
      edges: { edges: { node: unknown }[] };
      less: { nodes: object[] };
    };
    expect(edges.edges.map(({ node }) => node)).toEqual(plain.nodes);
    expect(plain.nodes.every(({ id, again }) => id === again)).toBe(true);
    expect(less.nodes.map((node) => Object.keys(node))).toEqual(Array(5).fill(['id']));
  });

  it('refuses filters over its limits, by name', async () => {
    const deep = (levels: number): object => (levels === 0 ? {} : { not: deep(levels - 1) });
    const query = 'query F($filter: LesionFilter) { lesions(filter: $filter) { totalCount } }';
    expect((await run(query, { filter: deep(7) })).errors).toEqual([]);
    expect(await errorOf(query, { filter: deep(8) })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'filter' });
    expect(await errorOf(query, { filter: { or: Array(300).fill({}) } })).toMatchObject({ argument: 'filter' });
    const rows = await errorOf(query, { filter: { sourceRowIndex: Array(1001).fill(1) } });
    expect(rows).toMatchObject({ argument: 'sourceRowIndex' });
    expect(rows.message).toContain('at most 1000');
    expect(await errorOf(query, { filter: { longDiameterMm: { gte: 2, lte: 1 } } })).toMatchObject({
      argument: 'longDiameterMm',
    });
    expect(await errorOf(query, { filter: { pseudoCluster: 'x' } })).toMatchObject({ argument: 'pseudoCluster' });
  });

  it('takes any text and any number in a filter, and faults at nothing but that there is no such data set', async () => {
    const query = `query T($text: String!, $number: Int!) {
      lesions(filter: { dataset: $text }) { totalCount } bookmarkedImage(dataset: $text, fileName: $text) { id }
      patient(dataset: "seed", patientIndex: $number) { id } detector(name: $text, version: $text) { id } }`;
    for (const text of [
      "'; DROP TABLE lesion; --",
      '%',
      '\\',
      '😀',
      'x'.repeat(100_000),
      'seed@99999999999',
      '@1',
      '\u202e',
    ])
      for (const number of [-2_147_483_648, 2_147_483_647]) {
        const { errors } = await run(query, { text, number });
        for (const { originalError } of errors) expect(originalError).toBeInstanceOf(NotFound);
        expect(errors).not.toEqual([]);
      }
  });
});
