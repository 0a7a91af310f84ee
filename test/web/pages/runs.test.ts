import { stagesOf } from '../../../web/app/pages/run/stages';
import {
  CSV_HEADER,
  comparisonOf,
  csvRowOf,
  hasBar,
  type RunRow,
  sentenceOfProgress,
  shownEvaluation,
  withRun,
} from '../../../web/app/pages/runs/rows';
import { MAX_SELECTED, runsStateOf, runsVariables, searchOfRuns } from '../../../web/app/pages/runs/search';

const NOW = Date.parse('2026-11-29T12:00:00Z');

function run(changes: Partial<RunRow> = {}): RunRow {
  return {
    id: 'run',
    status: 'RUNNING',
    createdAt: '2026-11-29T11:59:00Z',
    startedAt: '2026-11-29T11:59:10Z',
    finishedAt: null,
    queuePosition: null,
    estimatedEndAt: '2026-11-29T12:01:15Z',
    error: null,
    dataset: { slug: 'demo', version: 1, synthetic: true },
    detector: { name: 'phantom-multi', version: '1.0.0' },
    progress: { completed: 12, failed: 0, total: 30 },
    timing: { imagesPerSecond: 4.13, meanMsPerImage: 242 },
    warnings: [],
    retryOf: null,
    evaluations: [],
    ...changes,
  };
}

function evaluation(id: string, preset: 'PAPER' | 'COCO', reviewsUpTo: number | null, protocolKey = 'protocol') {
  const point = { iouThreshold: 0.5, accuracy: 0.8, ciLow: 0.7, ciHigh: 0.9, correct: 8, total: 10 };
  return { id, protocolKey, protocol: { preset, reviewsUpTo }, accuracyCurve: [point] };
}

describe('what a run has done, as text', () => {
  it('says how far it is, how fast, and when it may end', () => {
    expect(sentenceOfProgress(run(), NOW)).toBe('12 of 30 images, 4.1 images/s, about 1 min 15 s left');
    const failed = run({ progress: { completed: 20, failed: 2, total: 30 }, estimatedEndAt: null });
    expect(sentenceOfProgress(failed, NOW)).toBe('22 of 30 images, 2 failed, 4.1 images/s');
  });

  it('says what is before a run that waits', () => {
    const timing = { imagesPerSecond: null, meanMsPerImage: null };
    const queued = run({ status: 'QUEUED', timing, queuePosition: 2, estimatedEndAt: null });
    expect(sentenceOfProgress(queued, NOW)).toBe('30 images, 2 jobs before');
    expect(sentenceOfProgress({ ...queued, queuePosition: 0 }, NOW)).toBe('30 images, next in the queue');
  });

  it('has no time left after the end, and a bar only where it says something', () => {
    const done = run({ status: 'SUCCEEDED', progress: { completed: 30, failed: 0, total: 30 } });
    expect(sentenceOfProgress(done, NOW)).toBe('30 images, 4.1 images/s');
    expect([
      hasBar(done),
      hasBar(run()),
      hasBar({ ...done, progress: { completed: 29, failed: 1, total: 30 } }),
    ]).toEqual([false, true, true]);
  });
});

describe('the accuracy of a run in a list', () => {
  it('is the newest by the paper’s rules without reviews, because only such are comparable', () => {
    const all = [
      evaluation('reviewed', 'PAPER', 9),
      evaluation('coco', 'COCO', null),
      evaluation('plain', 'PAPER', null),
    ];
    expect(shownEvaluation(run({ evaluations: all }))?.id).toBe('plain');
    expect(shownEvaluation(run({ evaluations: all.slice(0, 2) }))?.id).toBe('reviewed');
    expect(shownEvaluation(run())).toBeUndefined();
  });

  it('is in the CSV with its counts; a run without an evaluation has empty cells', () => {
    const row = csvRowOf(run({ evaluations: [evaluation('plain', 'PAPER', null)] }));
    expect(row).toHaveLength(CSV_HEADER.length);
    expect(row.slice(-5)).toEqual([0.8, 0.7, 0.9, 8, 10]);
    expect(csvRowOf(run()).slice(-5)).toEqual([null, null, null, null, null]);
  });
});

describe('runs that are chosen for a comparison', () => {
  const rows = new Map(
    [
      run({ id: 'a', evaluations: [evaluation('ea', 'PAPER', null)] }),
      run({ id: 'b', evaluations: [evaluation('eb', 'PAPER', null)] }),
      run({ id: 'c', evaluations: [evaluation('ec', 'PAPER', null, 'other')] }),
      run({ id: 'd' }),
    ].map((row) => [row.id, row] as const),
  );

  it('are compared by their evaluations, in the order of the choice', () => {
    expect(comparisonOf(['b', 'a'], rows)).toEqual({ evaluations: ['eb', 'ea'], warning: null });
    expect(comparisonOf(['d', 'unknown', 'a'], rows).evaluations).toEqual(['ea']);
  });

  it('are said not to be comparable where their protocols differ', () => {
    expect(comparisonOf(['a', 'c'], rows).warning).toContain('not comparable');
  });
});

describe('the list under a stream', () => {
  const pageInfo = { startCursor: null, endCursor: null, hasNextPage: false, hasPreviousPage: false };
  const list = { detectionRuns: { totalCount: 2, pageInfo, nodes: [run({ id: 'a' }), run({ id: 'b' })] } };

  it('has a run as the stream tells it, in its place', () => {
    const told = run({ id: 'b', status: 'SUCCEEDED' });
    expect(withRun(list, told)?.detectionRuns.nodes.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a RUNNING',
      'b SUCCEEDED',
    ]);
  });

  it('must be asked for again when a run is new', () => {
    expect(withRun(list, run({ id: 'c' }))).toBeUndefined();
  });
});

describe('the address of the list', () => {
  it('reads what it wrote, and leaves out what is as by default', () => {
    expect(Object.values(searchOfRuns(runsStateOf({}))).every((value) => value === undefined)).toBe(true);
    const search = {
      status: 'failed',
      detector: 'one',
      dataset: 'demo',
      sel: 'a,b',
      after: 'cursor',
      before: undefined,
    };
    expect(searchOfRuns(runsStateOf(search))).toEqual(search);
  });

  it('passes over unknown words, and takes no more runs than a figure can show', () => {
    expect(runsStateOf({ status: 'DROP TABLE' }).status).toBeUndefined();
    const many = Array.from({ length: 50 }, (_, index) => `run${index}`).join(',');
    expect(runsStateOf({ sel: `${many},run1` }).selected).toHaveLength(MAX_SELECTED);
  });

  it('asks for one page, after or before a cursor', () => {
    expect(runsVariables(runsStateOf({ status: 'unfinished' }))).toMatchObject({
      filter: { status: ['QUEUED', 'RUNNING'] },
      first: 50,
    });
    expect(runsVariables(runsStateOf({ before: 'x' }))).toMatchObject({ last: 50, before: 'x' });
  });
});

describe('the stages of an image', () => {
  it('share its time', () => {
    const stages = stagesOf({ decodeMs: 10, prepareMs: 20, networkMs: 60, postprocessMs: 10 });
    expect(stages.map(({ share }) => share)).toEqual([0.1, 0.2, 0.6, 0.1]);
    expect(stagesOf({ decodeMs: 0, prepareMs: 0, networkMs: 0, postprocessMs: 0 }).map(({ share }) => share)).toEqual([
      0, 0, 0, 0,
    ]);
  });
});
