import './withoutSecondCopyCheck';
import { describeStratum } from '../../src/results';
import { idOfRow } from '../globalIds';
import { makeEvaluatedRuns } from '../results/evaluatedRuns';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

describe('the name of a stratum', () => {
  it.each([
    ['ALL', 'ALL', null, 'All lesions'],
    ['coarse-type:LUNG', 'COARSE_TYPE', 'LUNG', 'Lung'],
    ['coarse-type:SOFT_TISSUE', 'COARSE_TYPE', 'SOFT_TISSUE', 'Soft tissue'],
    ['size:under-10mm', 'SIZE', 'under-10mm', 'Under 10 mm'],
    ['size:10-30mm', 'SIZE', '10-30mm', '10 to 30 mm'],
    ['size:over-30mm', 'SIZE', 'over-30mm', 'Over 30 mm'],
    ['pseudo-cluster:12', 'PSEUDO_CLUSTER', '12', 'Cluster 12'],
  ])('%s says kind, key and label', (name, kind, key, label) => {
    expect(describeStratum(name)).toEqual({ kind, key, label });
  });
});

describe.each(EXECUTORS)('the strata of an evaluation (%s)', (executor) => {
  let bed: TestDatabase;
  beforeAll(async () => {
    bed = await createTestDatabase();
  });
  afterAll(() => bed.drop());

  it('have a kind, a key and a label, with the label of the pseudo-cluster', async () => {
    await makeEvaluatedRuns(bed.database, 1, 3);
    const [evaluation] = await bed.database.query<{ id: number }>({ text: 'SELECT id FROM evaluation' });
    const [first] = await bed.database.query<{ index: number }>({
      text: `UPDATE pseudo_cluster SET label = 'liver' WHERE id = (SELECT min(id) FROM pseudo_cluster) RETURNING cluster_index AS index`,
    });
    const { data, errors } = await graphOf(testServices(bed.database), executor)(
      'query S($id: ID!) { evaluation(id: $id) { strata { name kind key label } } }',
      { id: await idOfRow(bed.database, 'Evaluation', evaluation?.id ?? 0) },
    );
    expect(errors).toEqual([]);
    const { strata } = (data as unknown as { evaluation: { strata: { kind: string; key: string; label: string }[] } })
      .evaluation;
    expect(strata[0]).toEqual({ name: 'ALL', kind: 'ALL', key: null, label: 'All lesions' });
    expect(strata).toContainEqual({ name: 'coarse-type:BONE', kind: 'COARSE_TYPE', key: 'BONE', label: 'Bone' });
    const clusters = strata.filter(({ kind }) => kind === 'PSEUDO_CLUSTER');
    expect(clusters.map(({ key, label }) => [key, label]).sort()).toEqual(
      clusters
        .map(({ key }) => [key, key === String(first?.index) ? `Cluster ${key}: liver` : `Cluster ${key}`])
        .sort(),
    );
    expect(clusters).toHaveLength(3);
  });
});
