import { seedDataset } from '../seed';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { graphOf, type RunQuery, testServices } from './testGraph';

let bed: TestDatabase;
let graph: RunQuery;
beforeAll(async () => {
  bed = await createTestDatabase();
  graph = graphOf(testServices(bed.database));
  await seedDataset(bed.database, { slug: 'seed', version: 1, isLatest: false, patients: 6 });
  await seedDataset(bed.database, { slug: 'seed', version: 2, patients: 6 });
  const send = (text: string) =>
    bed.database.query({ text: text.replaceAll('V2', `(SELECT id FROM dataset WHERE version = 2)`) });
  // The rows of the file that follow one that is gone move, and an image has two lesions with the same box.
  await send(`DELETE FROM lesion WHERE dataset_id = V2 AND source_row_index = 3`);
  await send(
    `UPDATE lesion SET source_row_index = source_row_index + 1000 WHERE dataset_id = V2 AND source_row_index > 3`,
  );
  await send(
    `UPDATE lesion SET coarse_type = 'LUNG', long_diameter_mm = 99 WHERE dataset_id = V2 AND source_row_index = 1010`,
  );
  await send(`UPDATE lesion SET x1 = x1 + 1 WHERE dataset_id = V2 AND source_row_index = 1011`);
  await send(`INSERT INTO lesion (dataset_id, image_id, patient_id, source_row_index, x1, y1, x2, y2, axes, coarse_type, possibly_noisy, split)
    SELECT dataset_id, image_id, patient_id, 5000, x1, y1, x2, y2, axes, coarse_type, possibly_noisy, split FROM lesion
    WHERE dataset_id = V2 AND source_row_index = 1012`);
  await send(`UPDATE patient SET sex = 'UNKNOWN' WHERE dataset_id = V2 AND patient_index = 1`);
  await send(`UPDATE study SET age_years = 99 WHERE dataset_id = V2 AND patient_index IN (1, 2) AND study_index = 1`);
  await send(`UPDATE bookmarked_image SET file_name = 'new.png' WHERE id = (SELECT max(id) FROM bookmarked_image)`);
});
afterAll(() => bed.drop());

interface Side {
  sourceRowIndex: number;
  boundingBox: { x1: number };
  coarseType: string;
}
interface Change {
  kind: string;
  fields: string[];
  before: Side | null;
  after: Side | null;
}
interface Diff {
  a: { version: number };
  b: { version: number };
  patients: object;
  studies: object;
  images: object;
  lesions: { added: number; removed: number; changed: number; unchanged: number };
  changedLesions: { totalCount: number; nodes: Change[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
}

async function diffOf(a: string, b: string, list = ''): Promise<Diff> {
  const { data, errors } = await graph(
    `query ($a: String!, $b: String!) { datasetDiff(a: $a, b: $b) {
       a { version } b { version } patients { ...c } studies { ...c } images { ...c } lesions { ...c }
       changedLesions${list} { totalCount pageInfo { hasNextPage endCursor } nodes { kind fields before { ...l } after { ...l } } } } }
     fragment c on DiffCounts { added removed changed unchanged }
     fragment l on Lesion { sourceRowIndex boundingBox { x1 } coarseType }`,
    { a, b },
  );
  if (errors[0]) throw errors[0];
  return (data as unknown as { datasetDiff: Diff }).datasetDiff;
}

const counts = (added: number, removed: number, changed: number, unchanged: number) => ({
  added,
  removed,
  changed,
  unchanged,
});

describe('the difference of two data set versions', () => {
  it('counts what is new, gone, changed and the same, whatever moved in the file', async () => {
    const { a, b, ...diff } = await diffOf('seed@1', 'seed');
    expect([a.version, b.version]).toEqual([1, 2]);
    expect(diff).toMatchObject({
      patients: counts(0, 0, 1, 5),
      studies: counts(0, 0, 2, 10),
      images: counts(1, 1, 0, 23),
    });
    const [{ all } = { all: 0 }] = await bed.database.query<{ all: number }>({
      text: 'SELECT count(*) AS all FROM lesion JOIN dataset ON dataset.id = dataset_id WHERE version = 1',
    });
    const [{ moved } = { moved: 0 }] = await bed.database.query<{ moved: number }>({
      text: `SELECT count(*) AS moved FROM lesion JOIN bookmarked_image AS i ON i.id = image_id WHERE file_name = 'new.png'`,
    });
    expect(diff.lesions).toEqual(counts(1 + moved, 1 + moved, 2, all - 3 - moved));
  });

  it('lists each lesion that differs with the fields that changed and both of its states', async () => {
    const { nodes } = (await diffOf('seed@1', 'seed@2')).changedLesions;
    const bySide = (side: 'before' | 'after', row: number) => nodes.find((one) => one[side]?.sourceRowIndex === row);
    expect(bySide('before', 3)).toMatchObject({ kind: 'REMOVED', fields: [], after: null });
    expect(bySide('after', 5000)).toMatchObject({ kind: 'ADDED', fields: [], before: null });
    expect(bySide('after', 1010)).toMatchObject({
      kind: 'CHANGED',
      fields: ['longDiameterMm', 'coarseType'],
      before: { sourceRowIndex: 10 },
      after: { coarseType: 'LUNG' },
    });
    const shifted = bySide('after', 1011);
    expect(shifted?.fields).toEqual(['boundingBox']);
    expect(shifted?.after?.boundingBox.x1).toBe((shifted?.before?.boundingBox.x1 ?? 0) + 1);
  });

  it('pages through the list, by kinds', async () => {
    const whole = await diffOf('seed@1', 'seed@2');
    const paged: Change[] = [];
    for (let after = '', more = true; more; ) {
      const { nodes, pageInfo, totalCount } = (await diffOf('seed@1', 'seed@2', `(first: 1${after})`)).changedLesions;
      expect(totalCount).toBe(whole.changedLesions.nodes.length);
      paged.push(...nodes);
      after = `, after: "${pageInfo.endCursor}"`;
      more = pageInfo.hasNextPage;
    }
    expect(paged).toEqual(whole.changedLesions.nodes);
    const removed = (await diffOf('seed@1', 'seed@2', '(kinds: [REMOVED])')).changedLesions;
    expect(removed.nodes).toEqual(whole.changedLesions.nodes.filter(({ kind }) => kind === 'REMOVED'));
  });

  it('is the same backwards, with what was added removed, and none of a version with itself', async () => {
    const [there, back, same] = [
      await diffOf('seed@1', 'seed@2'),
      await diffOf('seed@2', 'seed@1'),
      await diffOf('seed', 'seed@2'),
    ];
    expect(back.lesions).toEqual({ ...there.lesions, added: there.lesions.removed, removed: there.lesions.added });
    expect(same.lesions).toMatchObject({ added: 0, removed: 0, changed: 0 });
    expect(same.changedLesions.totalCount).toBe(0);
  });

  it('is refused for a version that is none', async () => {
    await expect(diffOf('seed@1', 'seed@3')).rejects.toMatchObject({
      originalError: { code: 'NOT_FOUND', argument: 'b' },
    });
  });
});
