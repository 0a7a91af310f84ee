import './withoutSecondCopyCheck';
import { parse } from 'graphql';
import { createPriceBound } from '../../src/graphql/core/complexity';
import { priceByStore } from '../../src/graphql/core/priceCheck';
import { walkOperation } from '../../src/graphql/core/priceWalk';
import { Selections } from '../../src/graphql/core/selections';
import { StoredLists } from '../../src/graphql/core/storedLists';
import { evaluateRun } from '../../src/results';
import { idOfNothing, idOfRow } from '../globalIds';
import { makeRun, makeRunBeside } from '../results/evaluatedRun';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { EXECUTORS, graphOf, testSchema, testServices } from './testGraph';

/** One lesion on the only image of each of so many patients. */
const PATIENTS = 10;
const box: [number, number, number, number] = [100, 100, 140, 140];

let bed: TestDatabase;
/** Evaluations of runs that find all lesions, and five, and none. */
let ids: string[];
beforeAll(async () => {
  bed = await createTestDatabase();
  const found = (count: number) =>
    Array.from({ length: PATIENTS }, (_, index) => (index < count ? [{ box, score: 0.9 }] : []));
  const run = await makeRun(
    bed.database,
    found(PATIENTS).map((detections, patient) => ({ patient, lesions: [{ box }], detections })),
  );
  const runIds = [
    run.runId,
    await makeRunBeside(bed.database, run, found(5)),
    await makeRunBeside(bed.database, run, found(0)),
  ];
  ids = [];
  for (const runId of runIds)
    ids.push(await idOfRow(bed.database, 'Evaluation', (await evaluateRun(bed.database, runId)).id));
});
afterAll(() => bed.drop());

const COMPARE = `query C($ids: [ID!]!, $baseline: ID) { compareEvaluations(ids: $ids, baseline: $baseline) {
  baseline { id } evaluations { id accuracyCurve { iouThreshold accuracy } }
  differences { baseline { id } other { id } points { iouThreshold difference ciLow ciHigh total } } } }`;

interface Answer {
  compareEvaluations: {
    baseline: { id: string };
    evaluations: { id: string }[];
    differences: {
      baseline: { id: string };
      other: { id: string };
      points: { iouThreshold: number; difference: number; ciLow: number; ciHigh: number }[];
    }[];
  };
}

describe.each(EXECUTORS)('compareEvaluations (%s)', (executor) => {
  const ask = (variables: Record<string, unknown>) => graphOf(testServices(bed.database), executor)(COMPARE, variables);
  const compare = async (variables: Record<string, unknown>) => {
    const { data, errors } = await ask(variables);
    expect(errors).toEqual([]);
    return (data as unknown as Answer).compareEvaluations;
  };
  const errorOf = async (variables: Record<string, unknown>) => (await ask(variables)).errors[0]?.originalError;

  it('is possible for evaluations with the same comparisonKey, whatever their runs found', async () => {
    const query = 'query K($ids: [ID!]!) { nodes(ids: $ids) { ... on Evaluation { comparisonKey protocolKey } } }';
    const { data } = await graphOf(testServices(bed.database), executor)(query, { ids });
    const keys = (data as unknown as { nodes: { comparisonKey: string; protocolKey: string }[] }).nodes;
    expect(new Set(keys.map(({ comparisonKey }) => comparisonKey)).size).toBe(1);
    expect(new Set(keys.map(({ protocolKey }) => protocolKey)).size).toBe(ids.length);
  });

  it('returns the curves of one evaluation and no differences', async () => {
    const compared = await compare({ ids: ids.slice(0, 1) });
    expect(compared).toMatchObject({ baseline: { id: ids[0] }, evaluations: [{ id: ids[0] }], differences: [] });
  });

  it('takes the first as the baseline, or the one that is named', async () => {
    const differencesAt = async (baseline?: string) => {
      const { differences } = await compare({ ids, baseline });
      return differences.map((one) => [
        one.baseline.id,
        one.other.id,
        one.points.find(({ iouThreshold }) => iouThreshold === 0.5)?.difference,
      ]);
    };
    const [all, half, none] = ids;
    expect(await differencesAt()).toEqual([
      [all, half, -0.5],
      [all, none, -1],
    ]);
    expect(await differencesAt(half)).toEqual([
      [half, all, 0.5],
      [half, none, -0.5],
    ]);
  });

  it('gives intervals of the difference that are paired, so that equal runs have none', async () => {
    const { differences } = await compare({ ids: [ids[1], ids[0]] });
    const at = differences[0]?.points.find(({ iouThreshold }) => iouThreshold === 0.5);
    expect(at?.ciLow).toBeGreaterThan(0);
    expect(at?.ciHigh).toBeLessThan(1);
  });

  it('refuses none, more than twenty, one that is repeated, and a baseline that is not compared', async () => {
    const many = Array.from({ length: 21 }, () => idOfNothing('Evaluation'));
    expect(await errorOf({ ids: [] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'ids',
      message: 'Expected ids to be 1 to 20 different evaluations, got 0.',
    });
    expect(await errorOf({ ids: many })).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'ids' });
    expect(await errorOf({ ids: [ids[0], ids[0]] })).toMatchObject({
      argument: 'ids',
      message: expect.stringMatching(/got "\w+" more than once\.$/),
    });
    expect(await errorOf({ ids: ids.slice(0, 2), baseline: ids[2] })).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'baseline',
    });
    expect(await errorOf({ ids: [ids[0], idOfNothing('Evaluation')] })).toMatchObject({
      code: 'NOT_FOUND',
      argument: 'ids',
    });
  });
});

describe.each(EXECUTORS)('evaluation(id) (%s)', (executor) => {
  const ask = (id: unknown) =>
    graphOf(testServices(bed.database), executor)('query E($id: ID!) { evaluation(id: $id) { id lesionCount } }', {
      id,
    });

  it('finds one evaluation, and is null if there is none', async () => {
    expect(await ask(ids[0])).toEqual({ data: { evaluation: { id: ids[0], lesionCount: PATIENTS } }, errors: [] });
    expect(await ask(idOfNothing('Evaluation'))).toEqual({ data: { evaluation: null }, errors: [] });
  });

  it('refuses the id of something else', async () => {
    const { errors } = await ask(idOfNothing('Lesion'));
    expect(errors[0]?.originalError).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'id' });
  });
});

describe('the price of a comparison', () => {
  const document = parse('query C($ids: [ID!]!) { compareEvaluations(ids: $ids) { differences { imageCount } } }');
  const priceOf = createPriceBound(testSchema);

  it('grows with the evaluations that are compared', () => {
    const bound = (count: number) => priceOf(document, undefined, { ids: Array.from({ length: count }, String) });
    expect(bound(2)).toBe(2 + 2 * (1_000 + 1));
    expect(bound(20)).toBe(2 + 20 * (1_000 + 1));
  });

  it('is that of the stored curves where the bounds are too high', async () => {
    const stored = async (selection: string) => {
      const source = parse(`query C($ids: [ID!]!) { compareEvaluations(ids: $ids) { ${selection} } }`);
      const walk = walkOperation(new Selections(testSchema, source), undefined, { ids });
      return (await priceByStore(walk, new StoredLists(), bed.database, new AbortController().signal))?.total;
    };
    expect(await stored('differences { imageCount }')).toBe(2 + 2 * (1_000 + 1));
    expect(await stored('evaluations { accuracyCurve { accuracy } }')).toBe(2 + 3 * (1 + 19));
  });
});
