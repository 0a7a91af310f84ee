import { importCategorization } from '../../src/categorization';
import { type FolderLesion, Folders, lesionsOf } from '../categorization/folderBed';
import { idOfNothing, idOfRow } from '../globalIds';
import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

let test: TestDatabase;
let lesions: FolderLesion[];
const folders = new Folders();
const ids: Record<string, string> = {};

/**
 * The n-th lesion is in cluster 1 + n % 3, n % 5 away from its centroid; `halves` puts the third cluster's lesions into
 * the first.
 */
beforeAll(async () => {
  test = await createTestDatabase();
  lesions = await lesionsOf(test.database, await seedDataset(test.database, { patients: 12 }));
  const labels = new Map([[1, 'lung']]);
  const import_ = async (name: string, some: readonly FolderLesion[]) => {
    const { id } = await importCategorization(test.database, {
      folder: folders.write(some),
      dataset: 'seed',
      name,
      labels,
    });
    ids[name] = await idOfRow(test.database, 'Categorization', id);
  };
  await import_('thirds', lesions);
  await import_(
    'halves',
    lesions.slice(0, 30).map((one) => (one.cluster === 3 ? { ...one, cluster: 1 } : one)),
  );
  await seedDataset(test.database, { slug: 'other', patients: 2 });
  const { id } = await importCategorization(test.database, {
    folder: folders.write(lesions.slice(0, 2)),
    dataset: 'other',
    name: 'elsewhere',
    partial: true,
  });
  ids.elsewhere = await idOfRow(test.database, 'Categorization', id);
});
afterAll(async () => {
  folders.remove();
  await test.drop();
});

/** Counts lesions whose row of the source fits. */
const countRows = (fits: (n: number) => boolean, until = lesions.length): number =>
  lesions.slice(0, until).filter((_, n) => fits(n)).length;

describe.each(EXECUTORS)('a categorization in the graph, run by %s', (executor) => {
  const run = async (source: string, variables: Record<string, unknown> = {}) => {
    const { data, errors } = await graphOf(testServices(test.database), executor)(source, variables);
    expect(errors).toEqual([]);
    return data as Record<string, never>;
  };
  const errorOf = async (source: string, variables: Record<string, unknown> = {}) =>
    (await graphOf(testServices(test.database), executor)(source, variables)).errors[0];

  it('tells where it comes from', async () => {
    const { categorization } = await run(
      `query Q($id: ID!) { categorization(id: $id) { name method source status error progress { completed total } request
        encoder { name version sha256 featureDimension } clusterCount featureDimension seed startWeights command codeVersion dataChecksum
        selectionRule chosenIteration createdAt startedAt executionProvider assignedFrom { id }
        iterations { iteration nmiToPrevious purityToPrevious silhouette sizes nmiToHiddenTypes purityToHiddenTypes }
        scan { clusterCount silhouette stability chosen } quality { silhouette sizes } } }`,
      { id: ids.thirds },
    );
    const sizes = [0, 1, 2].map((k) => countRows((n) => n % 3 === k));
    expect(categorization).toEqual({
      name: 'thirds',
      method: 'k-means on features of a fine-tuned encoder',
      source: 'IMPORTED',
      status: 'SUCCEEDED',
      error: null,
      progress: { completed: lesions.length, total: lesions.length },
      request: null,
      encoder: { name: 'phantom-encoder', version: '1.0.0', sha256: 'ab'.repeat(32), featureDimension: 2 },
      clusterCount: 3,
      featureDimension: 2,
      seed: 7,
      startWeights: 'random',
      command: 'python training/categorize.py --clusters 3 --seed 7',
      codeVersion: 'abc123',
      dataChecksum: 'cd'.repeat(32),
      selectionRule: 'the first iteration with NMI of 0.9 or more to the one before',
      chosenIteration: 1,
      createdAt: '2026-11-20T10:11:12.000Z',
      startedAt: null,
      executionProvider: null,
      assignedFrom: null,
      iterations: [
        {
          iteration: 0,
          nmiToPrevious: null,
          purityToPrevious: null,
          silhouette: 0.25,
          sizes,
          nmiToHiddenTypes: null,
          purityToHiddenTypes: null,
        },
        {
          iteration: 1,
          nmiToPrevious: 1,
          purityToPrevious: 0.96,
          silhouette: 0.5,
          sizes,
          nmiToHiddenTypes: 0.7,
          purityToHiddenTypes: 0.8,
        },
      ],
      scan: [
        { clusterCount: 2, silhouette: 0.3, stability: 0.9, chosen: false },
        { clusterCount: 3, silhouette: 0.5, stability: 0.95, chosen: true },
      ],
      quality: { silhouette: 0.5, sizes },
    });
  });

  it('compares its clusters with coarse types, where they are known, and with a single cluster', async () => {
    const { categorization } = await run(
      `query Q($id: ID!) { categorization(id: $id) { agreementWithCoarseTypes { lesions nmi purity reversePurity floorPurity adjustedRandIndex
        contingency { coarseTypes rows { pseudoCluster { clusterIndex label } counts } } } } }`,
      { id: ids.thirds },
    );
    // The n-th lesion has type n % 9 and cluster n % 3, so that a cluster has three types (the first has two and the
    // unknown).
    const known = countRows((n) => n % 9 !== 0);
    const largest = (residue: number) => countRows((n) => n % 9 === residue);
    const { agreementWithCoarseTypes: found } = categorization as unknown as Record<string, object>;
    expect(found).toMatchObject({
      lesions: known,
      purity: (largest(3) + largest(1) + largest(2)) / known,
      reversePurity: 1,
      floorPurity: largest(1) / known,
      contingency: {
        coarseTypes: ['BONE', 'ABDOMEN', 'MEDIASTINUM', 'LIVER', 'LUNG', 'KIDNEY', 'SOFT_TISSUE', 'PELVIS'],
      },
    });
    const { rows } = (found as unknown as { contingency: { rows: unknown[] } }).contingency;
    expect(rows).toEqual(
      [0, 1, 2].map((k) => ({
        pseudoCluster: { clusterIndex: k + 1, label: k === 0 ? 'lung' : null },
        counts: [1, 2, 3, 4, 5, 6, 7, 8].map((type) => countRows((n) => n % 9 === type && n % 3 === k)),
      })),
    );
  });

  it('has no agreement where no type is known', async () => {
    await test.database.query({
      text: `UPDATE lesion SET coarse_type = 'UNKNOWN' FROM dataset WHERE dataset.id = dataset_id AND slug = 'other'`,
    });
    const { categorization } = await run(
      'query Q($id: ID!) { categorization(id: $id) { agreementWithCoarseTypes { nmi } } }',
      { id: ids.elsewhere },
    );
    expect(categorization).toEqual({ agreementWithCoarseTypes: null });
  });

  it('compares itself with another over the lesions that both have, purity both ways', async () => {
    const { categorization } = await run(
      `query Q($id: ID!, $other: ID!) { categorization(id: $id) { compareWith(categorization: $other) { other { name } lesions nmi purity
        reversePurity adjustedRandIndex contingencyTable { columns { clusterIndex }
        rows { pseudoCluster { clusterIndex } counts matched { clusterIndex } } } } } }`,
      { id: ids.thirds, other: ids.halves },
    );
    const third = Math.log(3);
    const halves = -(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3);
    expect(categorization).toEqual({
      compareWith: {
        other: { name: 'halves' },
        lesions: 30,
        nmi: expect.closeTo(halves / ((third + halves) / 2), 10),
        purity: 1,
        reversePurity: 2 / 3,
        adjustedRandIndex: expect.any(Number),
        contingencyTable: {
          columns: [{ clusterIndex: 1 }, { clusterIndex: 2 }, { clusterIndex: 3 }],
          rows: [
            { pseudoCluster: { clusterIndex: 1 }, counts: [10, 0, 0], matched: { clusterIndex: expect.any(Number) } },
            { pseudoCluster: { clusterIndex: 2 }, counts: [0, 10, 0], matched: { clusterIndex: 2 } },
            { pseudoCluster: { clusterIndex: 3 }, counts: [10, 0, 0], matched: { clusterIndex: expect.any(Number) } },
          ],
        },
      },
    });
  });

  it('refuses a comparison with nothing and with a categorization of other lesions', async () => {
    const compare =
      'query Q($id: ID!, $other: ID!) { categorization(id: $id) { compareWith(categorization: $other) { nmi } } }';
    const missing = await errorOf(compare, { id: ids.thirds, other: idOfNothing('Categorization') });
    expect(missing?.message).toMatch(/no categorization with this id/);
    expect(missing).toMatchObject({ originalError: { code: 'NOT_FOUND', argument: 'categorization' } });
    const foreign = await errorOf(compare, { id: ids.thirds, other: ids.elsewhere });
    expect(foreign?.message).toMatch(/elsewhere and thirds have no lesion in common/);
  });

  it('tells what the lesions of a cluster are like', async () => {
    const { pseudoClusters } = await run(
      `query Q($id: ID!) { pseudoClusters(filter: { categorization: $id }) { nodes { size longDiameterMm { count mean min p25 p50 p75 max }
        shortDiameterMm { count } location { count x { mean } y { mean } z { mean standardDeviation } }
        coarseTypes { coarseType lesions share } splits { split lesions share } } } }`,
      { id: ids.thirds },
    );
    const [first] = (pseudoClusters as unknown as { nodes: Record<string, unknown>[] }).nodes;
    const own = lesions.map((_, n) => n).filter((n) => n % 3 === 0);
    const diameters = own
      .filter((n) => n % 7 !== 0)
      .map((n) => 5 + ((n * 13) % 11))
      .sort((a, b) => a - b);
    const at = (share: number): number => {
      const place = share * (diameters.length - 1);
      const [low = 0, high = low] = [diameters[Math.floor(place)], diameters[Math.ceil(place)]];
      return low + (high - low) * (place - Math.floor(place));
    };
    expect(first).toMatchObject({
      size: own.length,
      longDiameterMm: {
        count: diameters.length,
        mean: expect.closeTo(diameters.reduce((a, b) => a + b, 0) / diameters.length, 10),
        min: diameters[0],
        p25: expect.closeTo(at(0.25), 10),
        p50: expect.closeTo(at(0.5), 10),
        p75: expect.closeTo(at(0.75), 10),
        max: diameters.at(-1),
      },
      shortDiameterMm: { count: diameters.length },
      location: { count: own.length, x: { mean: 0.25 }, y: { mean: 0.5 }, z: { mean: 0.75, standardDeviation: 0 } },
    });
    const { coarseTypes, splits } = first as Record<string, { lesions: number; share: number }[]>;
    expect(new Set(coarseTypes?.map((one) => (one as unknown as { coarseType: string }).coarseType))).toEqual(
      new Set(['MEDIASTINUM', 'KIDNEY']),
    );
    for (const shares of [coarseTypes, splits])
      expect(shares?.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(splits?.reduce((sum, { lesions: count }) => sum + count, 0)).toBe(own.length);
  });

  it('offers the lesions nearest to the centroid, and those nearest to another one', async () => {
    const { pseudoClusters } = await run(
      `query Q($id: ID!) { pseudoClusters(filter: { categorization: $id }) { nodes { clusterIndex
        typicalLesions(first: 3) { sourceRowIndex image { fileName } } borderLesions(first: 3) { sourceRowIndex }
        montageUrl(count: 4, size: 64) } } }`,
      { id: ids.thirds },
    );
    const [first] = (pseudoClusters as unknown as { nodes: Record<string, unknown>[] }).nodes;
    const own = lesions.map((_, n) => n).filter((n) => n % 3 === 0);
    const by = (distance: number): number[] => own.filter((n) => n % 5 === distance);
    // Cluster 1 lies left of cluster 2: the farther to the right a lesion is, the nearer is the border.
    expect(first).toMatchObject({
      clusterIndex: 1,
      typicalLesions: by(0)
        .slice(0, 3)
        .map((sourceRowIndex) => ({ sourceRowIndex, image: { fileName: lesions[sourceRowIndex]?.fileName } })),
      borderLesions: by(4)
        .slice(0, 3)
        .map((sourceRowIndex) => ({ sourceRowIndex })),
      montageUrl: expect.stringMatching(/^\/clusters\/[\w-]+\.png\?count=4&size=64$/),
    });
    const refused = await errorOf('{ pseudoClusters { nodes { typicalLesions(first: 1000) { id } } } }');
    expect(refused?.message).toMatch(/first to be from 1 to 100, got 1000/);
  });

  it('is found by its status and source', async () => {
    const names = `query Q($status: [CategorizationStatus!], $source: [CategorizationSource!]) {
      categorizations(filter: { status: $status, source: $source }) { nodes { name } } }`;
    const all = { nodes: [{ name: 'thirds' }, { name: 'halves' }, { name: 'elsewhere' }] };
    expect(await run(names, { status: ['SUCCEEDED'], source: ['IMPORTED', 'COMPUTED'] })).toEqual({
      categorizations: all,
    });
    expect(await run(names, { status: ['FAILED'] })).toEqual({ categorizations: { nodes: [] } });
  });

  it('needs as many statements for all categorizations and clusters as for one', async () => {
    const all = `query Q($first: Int, $other: ID!) { categorizations(first: $first, filter: { dataset: "seed" }) { nodes { encoder { name }
      iterations { iteration } scan { chosen }
      quality { sizes } agreementWithCoarseTypes { nmi } compareWith(categorization: $other) { nmi }
      pseudoClusters { nodes { size longDiameterMm { mean } location { x { mean } } coarseTypes { share }
        typicalLesions { id image { study { id } patient: fileName } patient { id } } borderLesions { id } } } } } }`;
    const statementsOf = async (first: number): Promise<number> => {
      let statements = 0;
      const stop = test.database.onStatement(() => {
        statements += 1;
      });
      await run(all, { first, other: ids.thirds });
      stop();
      return statements;
    };
    expect(await statementsOf(2)).toBe(await statementsOf(1));
  });
});

describe('a categorization that is not done', () => {
  it('hides nothing: statistics and evaluations go by the newest that is', async () => {
    await test.database.query({
      text: `INSERT INTO categorization (dataset_id, name, method, cluster_count, source, status, request, finished_at)
             SELECT id, 'coming', 'k-means', 5, 'COMPUTED', 'QUEUED', '{}', NULL FROM dataset WHERE slug = 'seed'`,
    });
    const { data } = await graphOf(testServices(test.database))(
      '{ lesionStatistics(filter: { dataset: "seed" }, groupBy: PSEUDO_CLUSTER) { lesionCount pseudoCluster { categorization { name } } } }',
    );
    const groups = (data as unknown as { lesionStatistics: { pseudoCluster: unknown }[] }).lesionStatistics;
    expect(groups[0]?.pseudoCluster).toEqual({ categorization: { name: 'halves' } });
  });
});
