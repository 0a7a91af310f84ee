import { importDlInfo } from '../../src/dataset';
import { describeReal, realFile, Scratch } from '../dataset/importBed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testServices } from './testGraph';

describeReal('the published validation rows', () => {
  let test: TestDatabase;
  const scratch = new Scratch();
  beforeAll(async () => {
    test = await createTestDatabase();
    await importDlInfo({
      database: test.database,
      csvPath: realFile('DL_info.val.csv'),
      imagesDir: scratch.root,
      slug: 'deeplesion-val',
      name: 'DeepLesion, validation rows',
    });
  });
  afterAll(async () => {
    scratch.remove();
    await test.drop();
  });

  it.each(EXECUTORS)(
    'have the exact counts of the release in the graph, by coarse type too, run by %s',
    async (executor) => {
      const { data, errors } = await graphOf(
        testServices(test.database),
        executor,
      )(`{
      dataset(slug: "deeplesion-val") { counts { lesions images patients imagesWithPixels } }
      noisy: lesions(filter: { possiblyNoisy: true }) { totalCount }
      lesionStatistics(groupBy: COARSE_TYPE) { coarseType lesionCount longDiameterMm { count histogram(bins: 4) { counts below above nullCount } } }
    }`);
      expect(errors).toEqual([]);
      expect(data).toMatchObject({
        dataset: { counts: { lesions: 4889, images: 4793, patients: 703, imagesWithPixels: 0 } },
        noisy: { totalCount: 2 },
      });
      const groups = data.lesionStatistics as unknown as { coarseType: string; lesionCount: number }[];
      expect(groups.map(({ coarseType, lesionCount }) => [coarseType, lesionCount])).toEqual([
        ['BONE', 139],
        ['ABDOMEN', 1003],
        ['MEDIASTINUM', 808],
        ['LIVER', 584],
        ['LUNG', 1294],
        ['KIDNEY', 261],
        ['SOFT_TISSUE', 342],
        ['PELVIS', 458],
      ]);
    },
  );
});
