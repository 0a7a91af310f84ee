/**
 * The GPU's way, on whatever machine has Vulkan in software: chromium's package brings such a driver (SwiftShader). The
 * worker is the product's own process, since that is where the driver has to be named.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compiledEntry } from '../../src/compiled';
import { type DetectionRunRow, findRun, isTerminal, watchRun } from '../../src/runs';
import { createRunBed, grey16Png, pixelFile, type RunBed, SIDE } from '../runs/runBed';

const VULKAN_IN_SOFTWARE = '/usr/lib/chromium/vk_swiftshader_icd.json';
const IMAGES = 6;
/** Software compiles a GPU's programs in seconds, on a busy machine in many. */
const TIMEOUT_MS = 240_000;

const here = existsSync(VULKAN_IN_SOFTWARE);
if (!here)
  console.warn(`The tests of WebGPU are skipped: they need ${VULKAN_IN_SOFTWARE} (Debian: chromium, libvulkan1).`);

type StoredBox = Record<'x1' | 'y1' | 'x2' | 'y2' | 'score', number>;

(here ? describe : describe.skip)('a detector on WebGPU', () => {
  let bed: RunBed;
  const processes: ChildProcess[] = [];
  beforeEach(async () => {
    bed = await createRunBed(IMAGES);
  });
  afterEach(async () => {
    for (const child of processes.splice(0)) await stop(child);
    await bed.drop();
  });

  const stop = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  const startNode = (script: string, environment: Record<string, string>): ChildProcess => {
    const child = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, VK_ICD_FILENAMES: VULKAN_IN_SOFTWARE, LOG_LEVEL: 'fatal', ...environment },
    });
    processes.push(child);
    return child;
  };
  /** `deeplesion worker` with EXECUTION_PROVIDERS. */
  const startWorker = (executionProviders: string): ChildProcess =>
    startNode(`require(${JSON.stringify(compiledEntry('cli/main'))}).runCommandLine(['worker'])`, {
      DATABASE_URL: bed.url,
      MODELS_DIR: bed.modelsDir,
      EXECUTION_PROVIDERS: executionProviders,
    });
  const ended = async (run: DetectionRunRow): Promise<DetectionRunRow> => {
    for await (const state of watchRun(bed.database, run.id, AbortSignal.timeout(TIMEOUT_MS)))
      if (isTerminal(state.run.status)) break;
    return findRun(bed.database, run.id);
  };
  const expectAlike = (found: readonly StoredBox[], expected: readonly StoredBox[]): void => {
    expect(found).toHaveLength(expected.length);
    expect(found.length).toBeGreaterThanOrEqual(IMAGES);
    for (const [index, box] of found.entries()) {
      const twin = expected[index];
      for (const edge of ['x1', 'y1', 'x2', 'y2'] as const)
        expect(Math.abs(box[edge] - (twin?.[edge] ?? Number.NaN))).toBeLessThan(0.5);
      expect(Math.abs(box.score - (twin?.score ?? Number.NaN))).toBeLessThan(1e-3);
    }
  };
  const detectionsOf = (run: DetectionRunRow): Promise<StoredBox[]> =>
    bed.database.query({
      text: 'SELECT x1, y1, x2, y2, score FROM detection WHERE run_id = $1 ORDER BY image_id, rank',
      values: [run.id],
    });

  it.each(['tiny-network', 'tiny-batch'])(
    'answers the boxes of the CPU within half a pixel and the scores to 1e-3, and the run says what it ran on: %s',
    async (detector) => {
      const worker = startWorker('webgpu');
      const onGpu = await ended(await bed.request(detector));
      expect(onGpu).toMatchObject({ status: 'SUCCEEDED', executionProvider: 'webgpu', warnings: [] });
      await stop(worker);

      await bed.startWorker();
      const onCpu = await ended(await bed.request(detector));
      expect(onCpu).toMatchObject({ status: 'SUCCEEDED', executionProvider: 'cpu' });

      expectAlike(await detectionsOf(onGpu), await detectionsOf(onCpu));
    },
    TIMEOUT_MS,
  );

  it(
    'falls to the CPU in the middle of a run when it fails at a slice, without losing one, and the run says so',
    async () => {
      writeFileSync(pixelFile(bed.imageRoot, 3), grey16Png(new Uint16Array(SIDE * SIDE).fill(32768 + 240)));
      startWorker('webgpu,cpu');
      const run = await ended(await bed.request('tiny-dark-only'));
      expect(run).toMatchObject({ status: 'SUCCEEDED', executionProvider: 'webgpu, cpu' });
      expect(run.warnings).toEqual([expect.stringMatching(/^webgpu: failed at work and was left: .*ConvTranspose/)]);
      const states = await bed.database.query({
        text: 'SELECT state, count(*)::int4 AS images FROM run_image WHERE run_id = $1 GROUP BY state',
        values: [run.id],
      });
      expect(states).toEqual([{ state: 'COMPLETED', images: IMAGES }]);
    },
    TIMEOUT_MS,
  );

  it(
    'gets no work from a network that it answers otherwise than the CPU does',
    async () => {
      startWorker('webgpu,cpu');
      const run = await ended(await bed.request('tiny-inexact'));
      expect(run).toMatchObject({
        status: 'SUCCEEDED',
        executionProvider: 'cpu',
        warnings: ['webgpu: answers a test input otherwise than the CPU'],
      });
    },
    TIMEOUT_MS,
  );

  it(
    'is left when it takes the inference process with it, and the slice in hand is answered by the CPU',
    async () => {
      const target = {
        imageRoot: bed.imageRoot,
        fileName: '000001_01_01_001.png',
        sliceIndex: 1,
        sliceIntervalMm: null,
        width: SIDE,
        height: SIDE,
        pixelConvention: 'ONE_BASED',
        pixelPath: null,
        followLinks: false,
        pixelSha256: null,
      };
      const selection = { scoreThreshold: 0.05, nmsIouThreshold: 0.3, maxDetectionsPerImage: 50 };
      const child = startNode(
        `const { InferenceHost, readModelFolder } = require(${JSON.stringify(compiledEntry('inference/index'))});
         const host = new InferenceHost({ executionProviders: ['webgpu', 'cpu'] });
         void (async () => {
           const model = await readModelFolder(${JSON.stringify(join(bed.modelsDir, 'tiny-constant'))});
           const before = await host.open(model);
           const answer = host.detect(model, ${JSON.stringify(target)}, ${JSON.stringify(selection)});
           setImmediate(() => process.kill(host.processId, 'SIGKILL'));
           const { boxes, opened } = await answer;
           host.stop('The test is over.');
           console.log(JSON.stringify({ before: before.executionProvider, after: opened, boxes: boxes.length }));
         })();`,
        {},
      );
      const [line] = child.stdout ? await once(child.stdout, 'data') : [];
      expect(JSON.parse(String(line))).toEqual({
        before: 'webgpu',
        after: {
          executionProvider: 'cpu',
          warnings: ['webgpu: failed at work and was left: The inference process ended (SIGKILL).'],
          batchSize: 1,
          upcoming: expect.any(Number),
        },
        boxes: 2,
      });
    },
    TIMEOUT_MS,
  );
});
