import { toGlobalId } from '../../src/globalId';
import { createRunBed, type RunBed } from '../runs/runBed';
import { graphOf, type RunQuery, testServices } from './testGraph';

let bed: RunBed;
let ask: RunQuery;
let id: string;

beforeAll(async () => {
  bed = await createRunBed(1);
  ask = graphOf(testServices(bed.database, { registry: bed.registry }));
  const [{ uuid }] = [await bed.request('tiny-constant'), await bed.request('tiny-constant')];
  id = toGlobalId('DetectionRun', { uuid });
});
afterAll(() => bed.drop());

const update = async (texts: object) => {
  const { data, errors } = await ask(
    'mutation ($input: UpdateDetectionRunInput!) { updateDetectionRun(input: $input) { run { name note tags } } }',
    { input: { id, ...texts } },
  );
  return errors[0]?.message ?? (data.updateDetectionRun! as { run: object }).run;
};
const tagged = async (tag: string[]): Promise<unknown[]> => {
  const query = 'query ($tag: [String!]) { detectionRuns(filter: { tag: $tag }) { totalCount nodes { id } } }';
  return ((await ask(query, { tag })).data.detectionRuns! as { nodes: { id: string }[] }).nodes.map((run) => run.id);
};

describe('updateDetectionRun', () => {
  it('names, annotates and tags a run; what is omitted stays, and null removes', async () => {
    expect(await update({ name: 'Baseline', note: 'The first.\nKept.', tags: ['paper', 'é', 'paper'] })).toEqual({
      name: 'Baseline',
      note: 'The first.\nKept.',
      tags: ['paper', 'é'],
    });
    expect(await update({ name: 'Baseline 2' })).toMatchObject({ name: 'Baseline 2', tags: ['paper', 'é'] });
    expect(await update({ note: null })).toEqual({ name: 'Baseline 2', note: null, tags: ['paper', 'é'] });
  });

  it('makes runs be found by their tags', async () => {
    expect(await tagged(['paper', 'unknown'])).toEqual([id]);
    expect(await tagged(['pape'])).toEqual([]);
    expect(await tagged([])).toEqual([]);
    expect(await update({ tags: [] })).toMatchObject({ tags: [] });
    expect(await tagged(['paper'])).toEqual([]);
  });

  it('refuses what does not fit, and changes nothing', async () => {
    expect(await update({})).toBe('Expected at least one of name, note and tags.');
    expect(await update({ name: ' ' })).toMatch(/^Expected name of 1 to 200 characters/);
    expect(await update({ name: 'x'.repeat(201) })).toMatch(/got 201\.$/);
    expect(await update({ note: 'a\0b' })).toMatch(/^Expected note of 1 to 10000 characters, without NUL/);
    expect(await update({ tags: [''] })).toMatch(/^Expected tags of 1 to 100 characters each/);
    expect(await update({ tags: Array.from({ length: 51 }, (_, tag) => `t${tag}`) })).toMatch(
      /at most 50 tags, got 51/,
    );
    expect(await update({ name: 'Baseline 2' })).toEqual({ name: 'Baseline 2', note: null, tags: [] });
    const other = toGlobalId('DetectionRun', { uuid: '00000000-0000-4000-8000-000000000000' });
    expect(await update({ id: other, name: 'x' })).toMatch(/There is no detection run/);
  });
});
