import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgressOfRuns, findRun, isTerminal } from '../../src/runs';
import { idOfRow, keyOfRow } from '../globalIds';
import { createRunBed, type RunBed } from '../runs/runBed';
import { EXECUTORS, type ExecutorName, graphOf, testServices } from './testGraph';

const REGISTER = `mutation Register($input: RegisterDetectorInput!) {
  registerDetector(input: $input) { alreadyRegistered detector { id name version modelSha256 ready notReadyReason classes registeredAt } }
}`;
/** Two runs and a trial on a machine that is busy with other things. */
const WAIT_MS = 300_000;
const RUN = `mutation Run($input: RunDetectionInput!) { runDetection(input: $input) { run { id detector { name version } } } }`;

interface Answer {
  registerDetector: { alreadyRegistered: boolean; detector: Record<string, unknown> };
  runDetection: { run: { id: string; detector: unknown } };
  [other: string]: unknown;
}

let bed: RunBed;
let inbox: string;
beforeAll(async () => {
  bed = await createRunBed(5);
  inbox = join(bed.dataDir, 'inbox');
});
afterAll(() => bed.drop());

/** Puts a model into the inbox under another name and version. */
function deliver(folder: string, name: string, version = '1.0.0', model = 'tiny-constant'): void {
  cpSync(join(bed.modelsDir, model), join(inbox, folder), { recursive: true });
  const path = join(inbox, folder, 'model.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), name, version }));
}
const graph = (executor: ExecutorName = 'graphql-js') =>
  graphOf(
    testServices(bed.database, {
      registry: bed.registry,
      queue: bed.queue,
      config: { dataDir: bed.dataDir, modelInbox: inbox } as never,
    }),
    executor,
  );
const ask = async (source: string, variables: Record<string, unknown>, executor?: ExecutorName) => {
  const { data, errors } = await graph(executor)(source, variables);
  expect(errors).toEqual([]);
  return data as unknown as Answer;
};
const register = async (folder: string, executor?: ExecutorName) =>
  (await ask(REGISTER, { input: { folder } }, executor)).registerDetector;

describe('registerDetector in the graph', () => {
  it.each(EXECUTORS)('makes a folder of the inbox a detector that runs take at once, run by %s', async (executor) => {
    const name = `delivered-${executor}`;
    deliver(executor, name);
    const { detector, alreadyRegistered } = await register(executor, executor);
    expect(alreadyRegistered).toBe(false);
    expect(detector).toMatchObject({ name, version: '1.0.0', ready: true, notReadyReason: null, classes: ['lesion'] });
    const imageIds = [await idOfRow(bed.database, 'BookmarkedImage', bed.imageIds[0] ?? 0)];
    const { runDetection } = await ask(RUN, { input: { detector: name, dataset: 'small', imageIds } });
    expect(runDetection.run.detector).toEqual({ name, version: '1.0.0' });
    expect((await register(executor, executor)).alreadyRegistered).toBe(true);
  });

  it('shows all versions, and takes the highest where none is named', async () => {
    for (const version of ['2.0.0', '10.0.0']) {
      deliver(`versions-${version}`, 'versions', version);
      await register(`versions-${version}`);
    }
    const { detectors, newest, older } = await ask(
      `{ detectors(filter: { name: "versions" }) { totalCount nodes { version ready } }
         newest: detector(name: "versions") { version } older: detector(name: "versions", version: "2.0.0") { version } }`,
      {},
    );
    expect(detectors).toEqual({
      totalCount: 2,
      nodes: [
        { version: '2.0.0', ready: true },
        { version: '10.0.0', ready: true },
      ],
    });
    expect([newest, older]).toEqual([{ version: '10.0.0' }, { version: '2.0.0' }]);
  });

  it.each([
    [{ folder: 'nothing' }, 'NOT_FOUND', 'folder'],
    [{ folder: '..' }, 'BAD_USER_INPUT', 'folder'],
    [{ folder: '../models' }, 'BAD_USER_INPUT', 'folder'],
    [{ folder: '/etc' }, 'BAD_USER_INPUT', 'folder'],
    [{ folder: '' }, 'BAD_USER_INPUT', 'folder'],
    [{ folder: 'a\\b' }, 'BAD_USER_INPUT', 'folder'],
    [{ folder: 'link' }, 'BAD_USER_INPUT', 'folder'],
    [{ folder: 'nan' }, 'BAD_USER_INPUT', 'model.onnx'],
    [{ folder: 'other' }, 'CONFLICT', 'version'],
  ])('refuses %j with %s on %s', async (input, code, argument) => {
    deliver('nan', 'not-a-number', '1.0.0', 'tiny-nan');
    deliver('other', 'tiny-constant', '1.0.0', 'tiny-nan');
    if (input.folder === 'link') symlinkSync(join(bed.modelsDir, 'tiny-constant'), join(inbox, 'link'));
    const { errors } = await graph()(REGISTER, { input });
    expect(errors[0]?.originalError).toMatchObject({ code, argument });
    expect(errors[0]?.message).not.toContain(bed.dataDir);
  });

  it(
    'goes on beside a run that works, and neither disturbs the other',
    async () => {
      const working = await bed.request('tiny-constant');
      await bed.startWorker();
      while ((await findRun(bed.database, working.id)).status === 'QUEUED') await sleep(20);
      deliver('meanwhile', 'meanwhile');
      await register('meanwhile');
      const next = await bed.request('meanwhile', {
        imageIds: [await keyOfRow(bed.database, 'BookmarkedImage', bed.imageIds[0] ?? 0)],
      });
      const ended = async (id: number) => {
        for (;;) {
          const run = await findRun(bed.database, id);
          if (isTerminal(run.status)) return run;
          await sleep(50);
        }
      };
      expect(await ended(working.id)).toMatchObject({ status: 'SUCCEEDED', error: null });
      expect(await ended(next.id)).toMatchObject({ status: 'SUCCEEDED', error: null });
      expect(await findProgressOfRuns(bed.database, [working.id, next.id])).toEqual(
        expect.arrayContaining([
          { runId: working.id, completed: 5, failed: 0, total: 5 },
          { runId: next.id, completed: 1, failed: 0, total: 1 },
        ]),
      );
    },
    WAIT_MS,
  );

  it('says of a detector whose folder is gone why it is not ready', async () => {
    const [row] = await bed.database.query<{ id: number }>({
      text: `INSERT INTO detector (name, version, architecture, model_sha256, manifest)
             SELECT 'gone', version, architecture, model_sha256, manifest FROM detector WHERE name = 'tiny-constant' RETURNING id`,
    });
    const { node } = await ask(`query Node($id: ID!) { node(id: $id) { ... on Detector { ready notReadyReason } } }`, {
      id: await idOfRow(bed.database, 'Detector', row?.id ?? 0),
    });
    expect(node).toEqual({
      ready: false,
      notReadyReason: 'Its folder is not in MODELS_DIR any more, or holds another file by now.',
    });
  });
});
