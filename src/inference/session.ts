/** The only file that knows ONNX Runtime. It is loaded in the inference process alone: `run` blocks the thread that calls it. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { messageOf } from '../errors';
import { type OnnxFacts, readOnnxFacts } from './onnxFile';
import type { ExecutionProvider } from './providerAbsence';
import { absenceOf } from './providerAbsence';

/** How a model is loaded. */
export interface SessionOptions {
  executionProvider: ExecutionProvider;
  /** threads of one run of the model */
  threads: number;
  /** refuse a provider that is slower than the CPU, as a GPU that software imitates is */
  mustBeatCpu: boolean;
}

/** The file or its graph is not what its manifest says; no other provider would change that. */
export class ModelRefused extends Error {}

/** The machine has no such provider: no library, no driver, no adapter. That is a fact about the machine and no failure. */
export class ProviderAbsent extends Error {}

/** A model that was loaded did not get through an input. */
export class InferenceError extends Error {}

/** Numbers in and out of a model, row-major. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** One input or output of a graph; a dimension is null if the graph leaves it open. */
export interface TensorSpec {
  name: string;
  /** `float32` and so on; null if it is no tensor */
  type: string | null;
  shape: (number | null)[];
}

/** A model on one execution provider. */
export interface Graph {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /**
   * @param feeds by input name
   * @returns by output name; outputs that are no float32 are left out
   * @throws InferenceError with the runtime's reason
   */
  run(feeds: Record<string, FloatTensor>): Promise<Record<string, FloatTensor>>;
  release(): Promise<void>;
}

/** A model that has proved itself. */
export interface ProvenGraph extends Graph {
  /** ms of the test input, here and on the CPU; null on the CPU itself */
  readonly speed: { readonly ms: number; readonly cpuMs: number } | null;
}

/** What of a model is particular to its kind. */
export interface GraphUse {
  onnxPath: string;
  sha256: string;
  /** version of the operator set, as the manifest says it */
  opset: number;
  /** @throws ModelRefused if inputs or outputs do not fit the manifest */
  check(graph: Graph): void;
  /** one input that any provider has to answer alike */
  testFeeds(): Record<string, FloatTensor>;
  /** largest difference that rounding may make, by output name */
  tolerance: Record<string, number>;
}

/** Operator sets that ONNX Runtime 1.30 loads (tried from 5 to 29) and that it promises to keep loading: from 7 on. */
const OPSETS = { lowest: 7, highest: 26 };
/** The newest file format that ONNX Runtime 1.30 loads. */
const HIGHEST_IR_VERSION = 13;
/** Of ONNX 1.0, the first that names its operator set. */
const LOWEST_IR_VERSION = 3;
/** Of a reason of the runtime's that is passed on. */
const MAX_REASON = 300;

/**
 * Loads a model on one provider. Where that is not the CPU, it has to answer a test input as the CPU does.
 *
 * The file is read once, and what was read is what was checked: a file that is changed after its check is refused, and a graph that
 * keeps weights in other files cannot be loaded at all.
 *
 * @throws ModelRefused if the checksum, the operator set, the inputs or the outputs do not fit
 * @throws Error if the provider does not start or does not prove itself
 */
export async function openGraph(use: GraphUse, options: SessionOptions): Promise<ProvenGraph> {
  const bytes = await readChecked(use);
  checkFacts(factsOf(bytes), use.opset);
  const graph = await create(bytes, options.executionProvider, options.threads);
  try {
    use.check(graph);
    const speed = options.executionProvider === 'cpu' ? null : await selfTest(graph, bytes, use, options.threads);
    return { ...graph, speed };
  } catch (thrown) {
    await graph.release();
    throw thrown;
  }
}

async function readChecked({ onnxPath, sha256 }: GraphUse): Promise<Uint8Array> {
  const bytes = await readFile(onnxPath);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new ModelRefused(`onnx.sha256: the file has ${found}, the manifest says ${sha256}.`);
  return bytes;
}

function factsOf(bytes: Uint8Array): OnnxFacts {
  try {
    return readOnnxFacts(bytes);
  } catch (thrown) {
    throw new ModelRefused(`onnx.file: expected an ONNX model. ${messageOf(thrown)}`, { cause: thrown });
  }
}

function checkFacts({ irVersion, opset, externalTensors: [external] }: OnnxFacts, declared: number): void {
  if (irVersion < LOWEST_IR_VERSION)
    throw new ModelRefused(
      `onnx.file: expected IR version ${LOWEST_IR_VERSION} … ${HIGHEST_IR_VERSION}, the file ${irVersion === 0 ? 'has none' : `has ${irVersion}`}: export the model again.`,
    );
  if (irVersion > HIGHEST_IR_VERSION)
    throw new ModelRefused(
      `onnx.file: IR version ${irVersion}, this server reads up to ${HIGHEST_IR_VERSION}: set model.ir_version = 10 when exporting.`,
    );
  if (external !== undefined)
    throw new ModelRefused(
      `onnx.file: expected all weights in model.onnx, those of "${external}" are in another file: export the model as one file.`,
    );
  if (opset < OPSETS.lowest || opset > OPSETS.highest)
    throw new ModelRefused(
      `onnx.opset: expected ${OPSETS.lowest} … ${OPSETS.highest}, the graph uses ${opset}: export the model again.`,
    );
  if (opset !== declared) throw new ModelRefused(`onnx.opset: model.json says ${declared}, the graph uses ${opset}.`);
}

async function create(bytes: Uint8Array, provider: ExecutionProvider, threads: number): Promise<Graph> {
  try {
    const session = await InferenceSession.create(bytes, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // A thread that waits for the next layer by turning in a circle takes the core from the one that prepares the next slice.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    });
    return {
      inputs: session.inputMetadata.map(describe),
      outputs: session.outputMetadata.map(describe),
      run: (feeds) => run(session, feeds),
      release: () => session.release(),
    };
  } catch (thrown) {
    const absence = absenceOf(provider, messageOf(thrown));
    if (absence !== null) throw new ProviderAbsent(absence, { cause: thrown });
    throw new Error(publicReason(thrown), { cause: thrown });
  }
}

/** y = max(x, 0) of one number: the least that a provider has to start for. */
const SMALLEST_GRAPH = Buffer.from(
  'CAgSADozCgwKAXgSAXkiBFJlbHUSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAR',
  'base64',
);

/**
 * Starts a provider and computes one number on it.
 *
 * @throws ProviderAbsent if the machine does not have it
 * @throws Error if it is there and does not start or does not count
 */
export async function probeProvider(provider: ExecutionProvider): Promise<void> {
  const graph = await create(SMALLEST_GRAPH, provider, 1);
  try {
    const { y } = await graph.run({ x: { data: Float32Array.of(2), shape: [1] } });
    if (y?.data[0] !== 2) throw new Error('does not answer what it is asked');
  } finally {
    await graph.release();
  }
}

function describe(value: InferenceSession.ValueMetadata): TensorSpec {
  if (!value.isTensor) return { name: value.name, type: null, shape: [] };
  const shape = value.shape.map((size) => (typeof size === 'string' || size < 0 ? null : size));
  return { name: value.name, type: value.type, shape };
}

async function run(
  session: InferenceSession,
  feeds: Record<string, FloatTensor>,
): Promise<Record<string, FloatTensor>> {
  const tensors = Object.entries(feeds).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]);
  const answers = await session.run(Object.fromEntries(tensors)).catch((thrown) => {
    throw new InferenceError(publicReason(thrown), { cause: thrown });
  });
  const floats: Record<string, FloatTensor> = {};
  for (const [name, { data, dims }] of Object.entries(answers))
    if (data instanceof Float32Array) floats[name] = { data, shape: dims };
  return floats;
}

/**
 * The runtime's first line, cut, and without the paths that it was built at and reads from. Where it begins with a place in its sources, a
 * provider's own set-up may have failed, and what went wrong stands at its end; otherwise it stands behind the name of the function.
 */
function publicReason(thrown: unknown): string {
  const [line = ''] = messageOf(thrown).split('\n');
  const place = /^\/\S+\.(?:cc|h|cpp|hpp):\d+\s+/.exec(line)?.[0];
  if (place === undefined) return shown(line);
  const setUp = /(?:was false|with error:)\s*(.+)$/.exec(line)?.[1];
  if (setUp) return `does not start on this machine: ${shown(setUp)}`;
  const said = FUNCTION_NAME.exec(line.slice(place.length))?.[1];
  return said ? shown(said) : 'does not start on this machine';
}

/** `void a::b(const c<d()>&) const`, and what is said behind it. */
const FUNCTION_NAME = /^[^(]*\((?:[^()]|\([^()]*\))*\)(?:\s+const)?\s+(.+)$/;

function shown(reason: string): string {
  const text = reason.replace(/\/\S+\//g, '').trim();
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)} …` : text;
}

/**
 * @param field of the manifest, for the message
 * @param wanted null fits any size
 * @throws ModelRefused if the graph has no such tensor
 */
export function checkTensor(
  specs: readonly TensorSpec[],
  { field, name, wanted }: { field: string; name: string; wanted: readonly (number | null)[] },
): void {
  const found = specs.find((one) => one.name === name);
  const side = field.startsWith('input') ? 'input' : 'output';
  if (!found || found.type === null)
    throw new ModelRefused(`${field}: expected an ${side} "${name}", the graph has ${listNames(specs)}.`);
  if (found.type !== 'float32') throw new ModelRefused(`${field}: expected float32, the graph has ${found.type}.`);
  if (!fits(found.shape, wanted))
    throw new ModelRefused(
      `${field}: expected the shape [${describeShape(wanted)}], the graph has [${describeShape(found.shape)}].`,
    );
}

const describeShape = (shape: readonly (number | null)[]): string => shape.map((size) => size ?? 'N').join(', ');

/** Names of tensors, in quotation marks. */
export const listNames = (specs: readonly TensorSpec[]): string => specs.map(({ name }) => `"${name}"`).join(', ');

function fits(shape: readonly (number | null)[], wanted: readonly (number | null)[]): boolean {
  return (
    shape.length === wanted.length &&
    shape.every((size, axis) => size === null || wanted[axis] === null || size === wanted[axis])
  );
}

/** @throws Error if the provider answers otherwise than the CPU */
async function selfTest(
  graph: Graph,
  bytes: Uint8Array,
  use: GraphUse,
  threads: number,
): Promise<{ ms: number; cpuMs: number }> {
  const reference = await create(bytes, 'cpu', threads);
  try {
    const expected = await timed(reference, use);
    const answer = await timed(graph, use);
    for (const [name, tolerance] of Object.entries(use.tolerance))
      if (difference(expected.output[name], answer.output[name]) > tolerance)
        throw new Error('answers a test input otherwise than the CPU');
    return { ms: answer.ms, cpuMs: expected.ms };
  } finally {
    await reference.release();
  }
}

/**
 * Lets go of a model on a provider that is slower than the CPU, where it must not be.
 *
 * @param ms of a slice, where it was found out better than by the test
 * @throws Error
 */
export async function requireSpeed(
  graph: ProvenGraph,
  { mustBeatCpu }: SessionOptions,
  ms = graph.speed?.ms,
): Promise<void> {
  if (!mustBeatCpu || !graph.speed || ms === undefined || ms <= graph.speed.cpuMs) return;
  await graph.release();
  throw new Error(`slower than the CPU (${ms.toFixed(1)} ms against ${graph.speed.cpuMs.toFixed(1)} ms)`);
}

/** The second run's time: in the first one a GPU compiles its programs. */
async function timed(graph: Graph, use: GraphUse): Promise<{ output: Record<string, FloatTensor>; ms: number }> {
  await graph.run(use.testFeeds());
  const feeds = use.testFeeds();
  const started = performance.now();
  const output = await graph.run(feeds);
  return { output, ms: performance.now() - started };
}

/** Largest difference; Infinity where one is missing, the lengths differ or a number is none. */
export function difference(a: Pick<FloatTensor, 'data'> | undefined, b: Pick<FloatTensor, 'data'> | undefined): number {
  if (a?.data.length !== b?.data.length || !a || !b) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const d = Math.abs(a.data[i]! - b.data[i]!);
    if (!(d <= largest)) largest = Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  }
  return largest;
}

/** Numbers that no layer is blind to. */
export function testPattern(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i / 7) * Math.cos(i / 1013));
}
