import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { toGlobalId } from '../../src/globalId';
import {
  type DetectionRunRow,
  findProgressOfRuns,
  findWorkers,
  isTerminal,
  WorkloadReader,
  watchRun,
} from '../../src/runs';
import { graphOf, testServices } from '../graphql/testGraph';
import { encodeHounsfield } from '../imaging/png';
import { createRunBed, grey16Png, pixelFile, type RunBed, SIDE } from '../runs/runBed';

const IMAGES = 6;
let bed: RunBed;

beforeEach(async () => {
  bed = await createRunBed(IMAGES);
});
afterEach(() => bed.drop());

/** As an import would have done it. */
async function noteChecksums(): Promise<void> {
  for (const [index, id] of bed.imageIds.entries()) {
    const sha256 = createHash('sha256')
      .update(readFileSync(pixelFile(bed.imageRoot, index)))
      .digest('hex');
    await bed.database.query({
      text: 'UPDATE bookmarked_image SET pixel_sha256 = $2 WHERE id = $1',
      values: [id, sha256],
    });
  }
}

async function runToItsEnd(): Promise<DetectionRunRow> {
  const { id } = await bed.request('tiny-constant');
  let last: DetectionRunRow | undefined;
  for await (const { run } of watchRun(bed.database, id, AbortSignal.timeout(60_000))) last = run;
  if (!last || !isTerminal(last.status)) throw new Error('the run did not end');
  return last;
}

const replace = (index: number): void =>
  writeFileSync(pixelFile(bed.imageRoot, index), grey16Png(new Uint16Array(SIDE * SIDE).fill(32768)));

describe('A run over pixel files that are not those of the import', () => {
  it('keeps its outcomes and says of which images they are not', async () => {
    await noteChecksums();
    replace(1);
    replace(4);
    rmSync(pixelFile(bed.imageRoot, 5));
    await bed.startWorker();
    const run = await runToItsEnd();
    expect(run.status).toBe('SUCCEEDED');
    const [progress] = await findProgressOfRuns(bed.database, [run.id]);
    expect(progress).toMatchObject({ completed: 5, failed: 1, total: 6 });
    const { data } = await graphOf(testServices(bed.database))(
      `query ($id: ID!) { detectionRun(id: $id) { changedImageCount images { nodes { state pixelsChanged } } } }`,
      { id: toGlobalId('DetectionRun', { uuid: run.uuid }) },
    );
    const completed = (pixelsChanged: boolean) => ({ state: 'COMPLETED', pixelsChanged });
    expect(data.detectionRun).toEqual({
      changedImageCount: 2,
      images: {
        nodes: [
          completed(false),
          completed(true),
          completed(false),
          completed(false),
          completed(true),
          { state: 'FAILED', pixelsChanged: null },
        ],
      },
    });
  });

  it('says nothing of images without a checksum', async () => {
    replace(1);
    await bed.startWorker();
    const run = await runToItsEnd();
    const rows = await bed.database.query({
      text: 'SELECT DISTINCT state, pixels_changed AS changed FROM run_image WHERE run_id = $1',
      values: [run.id],
    });
    expect(rows).toEqual([{ state: 'COMPLETED', changed: null }]);
  });

  it('fails the images whose size is not that of the data set, and counts them under that reason', async () => {
    writeFileSync(
      pixelFile(bed.imageRoot, 2),
      encodeHounsfield(2 * SIDE, SIDE, () => 0),
    );
    // Beside the first: it would read it as a neighbour.
    await bed.database.query({ text: 'UPDATE bookmarked_image SET slice_interval_mm = NULL' });
    await bed.startWorker();
    const run = await runToItsEnd();
    const rows = await bed.database.query<{ error: string }>({
      text: `SELECT error FROM run_image WHERE run_id = $1 AND state = 'FAILED'`,
      values: [run.id],
    });
    expect(rows.map(({ error }) => error)).toEqual([
      '000001_01_01_003.png: the data set says 16 × 16, the file has 32 × 16 pixels: its boxes would not fit.',
    ]);
    const { imagesFailed } = await new WorkloadReader(bed.database).read(10_000);
    expect(imagesFailed).toEqual({ SIZE_DIFFERS: 1 });
  });
});

it('A worker says which images its machine does not find before anybody asks for them', async () => {
  renameSync(bed.imageRoot, `${bed.imageRoot}-away`);
  await bed.startWorker();
  const until = Date.now() + 60_000;
  let problems: readonly string[] = [];
  while (problems.length === 0 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    problems = (await findWorkers(bed.database)).flatMap((worker) => worker.problems);
  }
  expect(problems).toEqual([
    expect.stringMatching(/^Data set small@1: the folder of the data set's images is not on this machine/),
  ]);
});

it('A data set whose image folder is gone says so in the graph, and that its images have no pixels', async () => {
  const ask = async () => {
    const { data } = await graphOf(testServices(bed.database))(
      '{ dataset(slug: "small") { problems bookmarkedImages(first: 1) { nodes { hasPixels url pixelSha256 } } } }',
    );
    return data.dataset;
  };
  await noteChecksums();
  const there = { hasPixels: true, url: expect.any(String), pixelSha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
  expect(await ask()).toEqual({ problems: [], bookmarkedImages: { nodes: [there] } });
  await bed.database.query({ text: `UPDATE dataset SET image_root = image_root || '-gone'` });
  expect(await ask()).toEqual({
    problems: [expect.stringContaining('npx deeplesion dataset move small@1 --images DIR')],
    bookmarkedImages: { nodes: [{ ...there, hasPixels: false, url: null }] },
  });
});
