import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledEntry } from '../../src/compiled';
import {
  findExecutionProviders,
  InferenceHost,
  type InferenceHostOptions,
  InferenceProcessLost,
  InferenceStopped,
  readModelFolder,
} from '../../src/inference';
import { isAlive } from '../../src/processes';
import { PARITY_SLICE } from './paritySlice';
import { copyTinyModels } from './tinyModels';

const target = PARITY_SLICE;
const selection = { scoreThreshold: 0.05, nmsIouThreshold: 0.3, maxDetectionsPerImage: 50 };

describe('the inference process', () => {
  const models = copyTinyModels();
  const hosts: InferenceHost[] = [];
  afterEach(() => {
    for (const host of hosts.splice(0)) host.stop('The test is over.');
  });
  afterAll(() => models.remove());

  const start = (options: Partial<InferenceHostOptions> = {}) => {
    const host = new InferenceHost({ executionProviders: ['cpu'], ...options });
    hosts.push(host);
    return host;
  };
  const model = (name: string) => readModelFolder(join(models.folder, name));
  const gone = async (pid: number): Promise<void> => {
    while (isAlive(pid)) await sleep(50);
  };

  it('answers boxes and the time of each stage, at a lower priority than the server', async () => {
    const host = start();
    const { boxes, times } = await host.detect(await model('tiny-constant'), target, selection);
    expect(boxes.map(({ score }) => Number(score.toFixed(3)))).toEqual([0.9, 0.3]);
    expect(Object.keys(times)).toEqual(['decodeMs', 'prepareMs', 'networkMs', 'postprocessMs']);
    expect(getPriority(host.processId)).toBeGreaterThan(getPriority());
  });

  it('goes on with the next model in the same process', async () => {
    const host = start();
    await host.open(await model('tiny-constant'));
    const first = host.processId;
    await expect(host.detect(await model('tiny-nan'), target, selection)).rejects.toThrow(/NaN/);
    await host.detect(await model('tiny-constant'), target, selection);
    expect(host.processId).toBe(first);
  });

  it('is killed over a model that never ends, and the next one is answered', async () => {
    const host = start({ sliceTimeoutMs: 500 });
    const endless = await model('tiny-endless');
    await host.open(endless);
    const pid = host.processId ?? 0;
    const failure = await host.detect(endless, target, selection).catch((thrown) => thrown);
    expect(failure).toBeInstanceOf(InferenceProcessLost);
    expect(failure.message).toBe('The model took longer than 0.5 s and was stopped.');
    await gone(pid);
    expect((await host.detect(await model('tiny-constant'), target, selection)).boxes).toHaveLength(2);
  });

  it('is killed over a model that takes too much memory', async () => {
    if (process.platform !== 'linux') return;
    const host = start({ memoryLimitBytes: 500 * 2 ** 20 });
    await expect(host.detect(await model('tiny-hungry'), target, selection)).rejects.toThrow(
      'The model needed more than 0.5 GiB of memory and was stopped.',
    );
    expect((await host.detect(await model('tiny-constant'), target, selection)).boxes).toHaveLength(2);
  });

  it('says that it was stopped, and not that the model is at fault, when the answer is not wanted any more', async () => {
    const host = start();
    const endless = await model('tiny-endless');
    await host.open(endless);
    const answer = host.detect(endless, target, selection).catch((thrown) => thrown);
    await sleep(100);
    host.stop('The run was cancelled.');
    expect(await answer).toBeInstanceOf(InferenceStopped);
  });

  it('is started again after it died by itself', async () => {
    const host = start();
    const constant = await model('tiny-constant');
    await host.open(constant);
    const endless = host.detect(await model('tiny-endless'), target, selection).catch((thrown) => thrown);
    await sleep(300);
    process.kill(host.processId ?? 0, 'SIGKILL');
    expect((await endless).message).toBe('The inference process ended (SIGKILL).');
    expect((await host.detect(constant, target, selection)).boxes).toHaveLength(2);
  });

  it('ends when nothing is asked for some time', async () => {
    const host = start({ idleMs: 100 });
    await host.open(await model('tiny-constant'));
    await gone(host.processId ?? 0);
    expect(host.processId).toBeUndefined();
  });

  it('falls to the next execution provider with a warning, and does not try the failed one again', async () => {
    const host = start({ executionProviders: ['cuda', 'cpu'] });
    const opened = await host.open(await model('tiny-constant'));
    expect(opened.executionProvider).toBe('cpu');
    expect(opened.warnings).toEqual([expect.stringMatching(/^cuda: /)]);
    expect(await host.open(await model('tiny-nan'))).toEqual(opened);
  });

  it('asks an execution provider again whose process was killed once, and leaves one that is lost twice', async () => {
    const constant = await model('tiny-constant');
    const reasons: string[] = [];
    for (const kills of [1, 2]) {
      const host = start({ executionProviders: ['cuda', 'cpu'] });
      const opening = host.open(constant);
      for (let kill = 0, last = 0; kill < kills; kill++) {
        while ((host.processId ?? last) === last) await sleep(1);
        last = host.processId ?? 0;
        process.kill(last, 'SIGKILL');
      }
      reasons.push((await opening).warnings.join());
    }
    expect(reasons[0]).not.toContain('SIGKILL');
    expect(reasons[1]).toBe('cuda: The inference process ended (SIGKILL).');
  });

  it('names every execution provider that failed when none is left', async () => {
    const host = start({ executionProviders: ['cuda'] });
    await expect(host.open(await model('tiny-constant'))).rejects.toThrow(/No execution provider .*cuda: /);
  });

  it('finds an execution provider by itself within seconds', async () => {
    const host = start({ executionProviders: ['auto'] });
    const opened = await host.open(await model('tiny-constant'));
    expect(['cuda', 'webgpu', 'cpu']).toContain(opened.executionProvider);
    expect((await host.detect(await model('tiny-constant'), target, selection)).boxes).toHaveLength(2);
  });

  it('has no warning for a provider that auto does not find on this machine', async () => {
    const { warnings } = await start({ executionProviders: ['auto'] }).open(await model('tiny-constant'));
    expect(warnings.join('\n')).not.toMatch(/no NVIDIA driver|no graphics adapter|not installed/);
  });

  it('tells which execution providers this machine has, and why it has not the others', async () => {
    const providers = await findExecutionProviders();
    expect(providers.map(({ executionProvider }) => executionProvider)).toEqual(['cuda', 'webgpu', 'cpu']);
    expect(providers[2]).toEqual({ executionProvider: 'cpu', available: true, reason: null });
    for (const { available, reason } of providers)
      expect(available ? reason : String(reason)).toEqual(available ? null : expect.stringMatching(/\w{3}/));
  });

  it('answers a slice that was prepared ahead as any other, and a broken one spoils only itself', async () => {
    const host = start();
    const network = await model('tiny-network');
    const broken = { ...target, fileName: '000001_01_01_999.png', sliceIndex: 999 };
    const alone = await host.detect(network, target, selection);
    await host.detect(network, { ...target, sliceIntervalMm: null }, selection, [target, broken]);
    expect((await host.detect(network, target, selection, [broken])).boxes).toEqual(alone.boxes);
    await expect(host.detect(network, broken, selection)).rejects.toThrow(/000001_01_01_999\.png/);
    expect((await host.detect(network, target, selection)).boxes).toEqual(alone.boxes);
  });

  it('answers in the order of asking when the next slice is asked for before this one is answered', async () => {
    const host = start();
    const network = await model('tiny-network');
    const broken = { ...target, fileName: '000001_01_01_999.png', sliceIndex: 999 };
    const order: string[] = [];
    const ask = (name: string, one: typeof target) =>
      host.detect(network, one, selection).finally(() => order.push(name));
    const [first, failed, last] = await Promise.allSettled([ask('a', target), ask('b', broken), ask('c', target)]);
    expect(order).toEqual(['a', 'b', 'c']);
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('999.png') } });
    expect(last).toMatchObject({ status: 'fulfilled' });
    if (first?.status === 'fulfilled' && last?.status === 'fulfilled')
      expect(last.value.boxes).toEqual(first.value.boxes);
  });

  it('loses the slices behind one that takes too long, and none after them', async () => {
    const host = start({ sliceTimeoutMs: 1_500 });
    const constant = await model('tiny-constant');
    const endless = await model('tiny-endless');
    await host.open(endless);
    const answers = await Promise.allSettled([
      host.detect(endless, target, selection),
      host.detect(endless, target, selection),
    ]);
    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason)).toEqual([
      expect.any(InferenceProcessLost),
      expect.any(InferenceProcessLost),
    ]);
    expect((await host.detect(constant, target, selection)).boxes).toHaveLength(2);
  });

  it.each([1, 2, 3])('answers the same on %i threads', async (threads) => {
    const host = start({ threads });
    const network = await model('tiny-network');
    const other = { ...target, sliceIntervalMm: null };
    const asked = [target, other, target].map((one, at, all) =>
      host.detect(network, one, selection, all.slice(at + 1)),
    );
    const boxes = (await Promise.all(asked)).map((answer) => answer.boxes);
    expect(boxes[2]).toEqual(boxes[0]);
    expect(boxes[0]).toEqual((await start().detect(network, target, selection)).boxes);
    expect(boxes[1]).toEqual((await start().detect(network, other, selection)).boxes);
  });

  it('takes no batches of a graph that mixes their slices up', async () => {
    await expect(start({ batchSize: 4 }).open(await model('tiny-batch-mixed'))).rejects.toThrow(
      'answers slices in batches of 4 otherwise than one by one',
    );
    expect(await start({ batchSize: 4 }).open(await model('tiny-batch'))).toMatchObject({ batchSize: 4 });
    expect(await start().open(await model('tiny-batch-mixed'))).toMatchObject({ batchSize: 1 });
  });

  it('refuses a file that was changed after it was checked', async () => {
    const checked = await model('tiny-overconfident');
    appendFileSync(checked.onnxPath, 'x');
    await expect(start().open(checked)).rejects.toThrow(/^onnx\.sha256: the file has [0-9a-f]{64}/);
  });

  it('loads no weights from other files', async () => {
    await expect(start().open(await model('refused-external'))).rejects.toThrow(/are in another file/);
  });

  it('does not take a model for another one with the same file and another manifest', async () => {
    const host = start();
    const constant = await model('tiny-constant');
    await host.open(constant);
    const defaults = { ...constant.manifest, classes: ['lesion', 'vessel'] };
    await expect(host.open({ ...constant, manifest: defaults })).rejects.toThrow(/expected the shape \[N, 2\]/);
  });

  it('tries a detector on made-up slices', async () => {
    expect(await start().tryOut(await model('tiny-constant'))).toBeGreaterThan(0);
    await expect(start().tryOut(await model('tiny-inverted'))).rejects.toThrow(/ends before it begins/);
  });

  it('dies with its server, even in the middle of an endless model', async () => {
    const entry = JSON.stringify(compiledEntry('inference/index'));
    const script = `
      const { InferenceHost, readModelFolder } = require(${entry});
      const host = new InferenceHost({ executionProviders: ['cpu'] });
      void (async () => {
        const model = await readModelFolder(${JSON.stringify(join(models.folder, 'tiny-endless'))});
        await host.open(model);
        void host.detect(model, ${JSON.stringify(target)}, ${JSON.stringify(selection)}).catch(() => undefined);
        setTimeout(() => console.log(host.processId), 300);
      })();`;
    const server = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(server.stdout, 'data');
    const pid = Number(String(line));
    expect(isAlive(pid)).toBe(true);
    server.kill('SIGKILL');
    await gone(pid);
  });
});
