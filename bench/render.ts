/**
 * One 512 × 512 slice from 16-bit file to windowed PNG, compared with two peers on the same file, and the model's input
 * from a stack of slices. Sequential; wall time and processor time of the whole process (all threads) are medians, the
 * first tenth is warm-up. Files come from the page cache. The peers' greys are compared with ours before anything is
 * timed.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { PNG } from 'pngjs';
import sharp from 'sharp';
import {
  decodePng16Here,
  type InputSpec,
  loadStack,
  type Mark,
  prepareTensor,
  readSlice,
  renderSlice,
  slicePath,
  windowFromRange,
} from '../src/imaging';

const REPEATS = 60;
const LOW = -175;
const HIGH = 275;
const WINDOW = windowFromRange(LOW, HIGH);
const STATED = { sliceIntervalMm: 5, width: 512, height: 512, pixelSha256: null };
const KEY = { fileName: '000001_01_01_109.png', sliceIndex: 109, ...STATED };
const STAND_IN = { fileName: '000001_01_01_017.png', sliceIndex: 17, ...STATED };

/** The published slice if this machine has it, else the smaller phantom slice of the parity tests. */
function findSource(): { imageRoot: string; key: typeof KEY } {
  const real = resolve(process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../shared/deeplesion'), 'Images_png');
  if (existsSync(slicePath(real, KEY.fileName))) return { imageRoot: real, key: KEY };
  return { imageRoot: resolve(__dirname, '../test/fixtures/parity/Images_png'), key: STAND_IN };
}

/** sharp alone: 16 bits decoded, windowed by `linear`, encoded as we do. */
async function renderWithSharp(path: string): Promise<Buffer> {
  const { data, info } = await sharp(await readFile(path))
    .toColourspace('grey16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  // In 16 bits up to 65535; the conversion to 8 bits cuts the lower byte off.
  const gain = 65535 / (HIGH - LOW);
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  return sharp(samples, { raw: { width: info.width, height: info.height, channels: 1 } })
    .pipelineColourspace('grey16')
    .linear(gain, -(LOW + 32768) * gain)
    .toColourspace('b-w')
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** pngjs, JavaScript throughout, with the plain formula in place of a look-up per pixel. */
async function renderWithPngjs(path: string): Promise<Buffer> {
  const { width, height, data } = PNG.sync.read(await readFile(path), { skipRescale: true });
  const stored: ArrayLike<number> = data;
  const out = new PNG({ width, height, colorType: 0 });
  for (let at = 0; at < stored.length; at += 4) {
    const grey = Math.round(((stored[at]! - 32768 - LOW) / (HIGH - LOW)) * 255);
    out.data.fill(Math.min(255, Math.max(0, grey)), at, at + 3);
    out.data[at + 3] = 255;
  }
  return PNG.sync.write(out, { colorType: 0, deflateLevel: 1 });
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Median wall and processor milliseconds. */
async function time(task: () => Promise<unknown>): Promise<{ wall: number; processor: number }> {
  const wall: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const used = process.cpuUsage();
    const start = performance.now();
    await task();
    wall.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
  }
  const measured = REPEATS / 10;
  return { wall: median(wall.slice(measured)), processor: median(processor.slice(measured)) };
}

/** Largest difference between the greys of two PNGs. */
function difference(a: Buffer, b: Buffer): number {
  const [one, other] = [PNG.sync.read(a).data, PNG.sync.read(b).data];
  return one.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - other[i]!)),
    one.length === other.length ? 0 : 256,
  );
}

const MARKS: Mark[] = [
  { kind: 'box', x1: 225.7, y1: 89.5, x2: 240.8, y2: 111.5, color: 'lesion' },
  { kind: 'segment', x1: 233, y1: 94.5, x2: 233.6, y2: 106.5, color: 'longAxis' },
  { kind: 'segment', x1: 230.7, y1: 101.1, x2: 235.8, y2: 100.6, color: 'shortAxis' },
  ...Array.from(
    { length: 5 },
    (_, i): Mark => ({ kind: 'box', x1: 60 * i, y1: 80, x2: 60 * i + 50, y2: 160, color: 'miss', label: '0.42' }),
  ),
];

function inputSpec(side: number): InputSpec {
  const window = { low: -1024, high: 3071 };
  return {
    width: side,
    height: side,
    channels: [-2, 0, 2].map((offsetMm) => ({ offsetMm, window })),
    scaledRange: { low: -1, high: 1 },
  };
}

export async function main(): Promise<void> {
  const { imageRoot, key } = findSource();
  const path = slicePath(imageRoot, key.fileName);
  const ours = async (options = {}): Promise<Buffer> =>
    renderSlice(await readSlice(path), { window: WINDOW, ...options });
  const reference = await ours();
  console.log(
    `slice ${key.fileName}, ${key === KEY ? 'published' : 'phantom'}; Node ${process.version}; ` +
      `sharp ${sharp.versions.sharp}; ${cpus()[0]?.model ?? 'unknown CPU'}`,
  );
  for (const [name, peer] of [
    ['sharp', renderWithSharp],
    ['pngjs', renderWithPngjs],
  ] as const) {
    const apart = difference(reference, await peer(path));
    if (apart > 1) throw new Error(`${name} gives other greys: ${apart} apart.`);
  }

  const stackOf = (): ReturnType<typeof loadStack> => loadStack(imageRoot, key, [-2, 0, 2]);
  const stack = await stackOf();
  const tasks: [string, () => Promise<unknown>][] = [
    ['read and decode, exact 16 bit', () => readSlice(path)],
    ['the same in the calling thread', () => readSlice(path, undefined, decodePng16Here)],
    ['render, data set window', () => ours()],
    ['render, lesion and five detections', () => ours({ marks: MARKS })],
    ['render, size 256', () => ours({ size: 256 })],
    ['render, size 1024', () => ours({ size: 1024 })],
    ['peer: sharp pipeline with linear()', () => renderWithSharp(path)],
    ['peer: pngjs', () => renderWithPngjs(path)],
    ['stack of three slices', stackOf],
    ['tensor 3 × 512 × 512', async () => prepareTensor(stack, inputSpec(512))],
    ['tensor 3 × 384 × 384', async () => prepareTensor(stack, inputSpec(384))],
    ['stack and tensor 3 × 384 × 384', async () => prepareTensor(await stackOf(), inputSpec(384))],
  ];
  for (const [name, task] of tasks) {
    const { wall, processor } = await time(task);
    console.log(
      `${name.padEnd(38)} ${wall.toFixed(1).padStart(6)} ms wall ${processor.toFixed(1).padStart(6)} ms processor`,
    );
  }
  console.log(`picture ${(reference.length / 1000).toFixed(0)} kB`);
}
