import { ImageFailure } from '../../src/failureKind';
import { askInTurn, InferenceProcessLost, InferenceStopped, type OpenedModel } from '../../src/inference';

const opened: OpenedModel = { executionProvider: 'cpu', warnings: [], batchSize: 2, upcoming: 2 };

/** Asks about images of which some make the process die, as often as it is said of each. */
const ask = async (count: number, deaths: Record<number, number>, ahead = 4) => {
  const asked: [number, boolean][] = [];
  const recorded: unknown[] = [];
  let generation = 0;
  const end = await askInTurn<{ value: number }>({
    count,
    ahead: () => ahead,
    ask: async (index, isAlone) => {
      asked.push([index, isAlone]);
      const mine = generation;
      // Requests are answered in their order: the process has died before those behind the deadly one are reached.
      for (let turn = 0; turn < 10 + index; turn++) await Promise.resolve();
      if (mine !== generation) throw new InferenceProcessLost('dead');
      if ((deaths[index] ?? 0) === 0) return { value: index, opened };
      deaths[index]! -= 1;
      generation += 1;
      throw new InferenceProcessLost('dead', 'TIMEOUT');
    },
    note: async () => undefined,
    record: async (index, outcome) => {
      recorded[index] = 'error' in outcome ? outcome.kind : outcome.value;
      return true;
    },
  });
  return { end, asked, recorded };
};

describe('images that are asked for in turn', () => {
  it.each([1, 4])('are each answered once and in order, with %i on their way', async (ahead) => {
    const { end, asked, recorded } = await ask(6, {}, ahead);
    expect([end.kind, recorded]).toEqual(['done', [0, 1, 2, 3, 4, 5]]);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5].map((index) => [index, false]));
  });

  it.each([1, 4])('are not blamed for one death of the process, with %i on their way', async (ahead) => {
    const { end, asked, recorded } = await ask(8, { 3: 1 }, ahead);
    expect([end.kind, recorded]).toEqual(['done', [0, 1, 2, 3, 4, 5, 6, 7]]);
    expect(asked.filter(([index]) => index === 3)).toEqual([
      [3, false],
      [3, true],
    ]);
  });

  it.each([1, 4])(
    'are blamed where it dies over them twice, the second time alone, with %i on their way',
    async (ahead) => {
      const { end, recorded } = await ask(8, { 3: 2 }, ahead);
      expect([end.kind, recorded]).toEqual(['done', [0, 1, 2, 'TIMEOUT', 4, 5, 6, 7]]);
    },
  );

  it('end with the reason where it dies over three in a row, each of which is alone the second time, and the rest is not asked', async () => {
    const { end, recorded } = await ask(8, { 2: 9, 3: 9, 4: 9 });
    expect(end).toEqual({ kind: 'lost', losses: 3, failure: new InferenceProcessLost('dead', 'TIMEOUT') });
    expect(recorded).toEqual([0, 1, 'TIMEOUT', 'TIMEOUT', 'TIMEOUT']);
  });

  it('end where the process is stopped, where nobody wants the others, and with what a record throws', async () => {
    const some = { count: 3, note: async () => undefined };
    const answer = async (index: number) => {
      if (index === 1) throw new InferenceStopped('Not wanted.');
      return { opened };
    };
    expect(await askInTurn({ ...some, ask: answer, record: async () => true })).toEqual({ kind: 'stopped', index: 1 });
    const good = async () => ({ opened });
    expect(await askInTurn({ ...some, ask: good, record: async () => false })).toEqual({ kind: 'stopped', index: 1 });
    const broken = async (): Promise<boolean> => {
      throw new Error('The database is away.');
    };
    await expect(askInTurn({ ...some, ask: good, record: broken })).rejects.toThrow('The database is away.');
  });

  it('fail one by one with the kind that their error carries', async () => {
    const outcomes: unknown[] = [];
    const refuse = async () => {
      throw new ImageFailure('Not there.', 'NO_PIXEL_FILE');
    };
    const record = async (_: number, outcome: unknown) => outcomes.push(outcome) > 0;
    expect(await askInTurn({ count: 1, ask: refuse, note: async () => undefined, record })).toEqual({ kind: 'done' });
    expect(outcomes).toEqual([{ error: 'Not there.', kind: 'NO_PIXEL_FILE' }]);
  });
});
