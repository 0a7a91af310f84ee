/**
 * The only file that uses ONNX Runtime. It is loaded only in the inference process, because `run` blocks the thread
 * that calls it.
 */

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
  /** refuse a provider that is slower than the CPU, such as a GPU that is emulated in software */
  mustBeatCpu: boolean;
}

/** The file or its graph does not fit its manifest; another provider would not change that. */
export class ModelRefused extends Error {}

/**
 * The machine has no such provider: no library, no driver, no adapter. That is a fact about the machine, not a failure.
 */
export class ProviderAbsent extends Error {}

/** A loaded model failed on an input. */
export class InferenceError extends Error {}

/** Inputs and outputs of a model, row-major. */
export interface FloatTensor {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** One input or output of a graph; a dimension is null if the graph leaves it open. */
export interface TensorSpec {
  name: string;
  /** `float32` and so on; null if it is not a tensor */
  type: string | null;
  shape: (number | null)[];
}

/** A model on one execution provider. */
export interface Graph {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /**
   * @param feeds by input name
   * @returns by output name; outputs that are not float32 are omitted
   * @throws InferenceError with the runtime's reason
   */
  run(feeds: Record<string, FloatTensor>): Promise<Record<string, FloatTensor>>;
  release(): Promise<void>;
}

/** A model that has passed its test. */
export interface ProvenGraph extends Graph {
  /** ms of the test input, here and on the CPU; null on the CPU itself */
  readonly speed: { readonly ms: number; readonly cpuMs: number } | null;
}

/** The properties of a model that depend on its kind. */
export interface GraphUse {
  onnxPath: string;
  sha256: string;
  /** version of the operator set, as the manifest states it */
  opset: number;
  /** @throws ModelRefused if inputs or outputs do not fit the manifest */
  check(graph: Graph): void;
  /** one input for which every provider has to compute the same */
  testFeeds(): Record<string, FloatTensor>;
  /** largest difference that rounding may make, by output name */
  tolerance: Record<string, number>;
}

/** Operator sets that ONNX Runtime 1.30 loads (tried from 5 to 29) and promises to keep loading: from 7 on. */
const OPSETS = { lowest: 7, highest: 26 };
/** The newest file format that ONNX Runtime 1.30 loads. */
const HIGHEST_IR_VERSION = 13;
/** The version of ONNX 1.0, the first in which a file names its operator set. */
const LOWEST_IR_VERSION = 3;
/** Length of a reason of the runtime that is passed on. */
const MAX_REASON = 300;

/**
 * Loads a model on one provider. If that is not the CPU, its outputs for a test input have to be those of the CPU.
 *
 * The file is read once, and the bytes that were checked are loaded: a file that is changed after its check is refused,
 * and a graph that keeps weights in other files cannot be loaded at all.
 *
 * @throws ModelRefused if the checksum, the operator set, the inputs or the outputs do not fit
 * @throws Error if the provider does not start or fails its test
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
      `onnx.file: expected IR version ${LOWEST_IR_VERSION} … ${HIGHEST_IR_VERSION}, ` +
        `the file has ${irVersion === 0 ? 'none' : irVersion}: export the model again.`,
    );
  if (irVersion > HIGHEST_IR_VERSION)
    throw new ModelRefused(
      `onnx.file: IR version ${irVersion}, this server reads up to ${HIGHEST_IR_VERSION}: set model.ir_version = ` +
        '10 when exporting.',
    );
  if (external !== undefined)
    throw new ModelRefused(
      `onnx.file: expected all weights in model.onnx, those of "${external}" are in another file: export the ` +
        'model as one file.',
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
      // A thread that waits for the next layer in a busy loop takes the core from the thread that prepares the next
      // slice.
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

/** y = max(x, 0) of one number: the least that a provider has to compute. */
const SMALLEST_GRAPH = Buffer.from(
  'CAgSADozCgwKAXgSAXkiBFJlbHUSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAR',
  'base64',
);

/**
 * Starts a provider and computes one number on it.
 *
 * @throws ProviderAbsent if the machine does not have it
 * @throws Error if it is there and does not start or does not compute
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
 * The first line of the runtime's message, shortened, without the paths that it was built at and reads from. If it
 * begins with a place in its sources, a provider's own set-up may have failed, and the cause is at its end; otherwise
 * the cause follows the name of the function.
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

/** `void a::b(const c<d()>&) const`, and the text after it. */
const FUNCTION_NAME = /^[^(]*\((?:[^()]|\([^()]*\))*\)(?:\s+const)?\s+(.+)$/;

function shown(reason: string): string {
  const text = reason.replace(/\/\S+\//g, '').trim();
  return text.length > MAX_REASON ? `${text.slice(0, MAX_REASON)} …` : text;
}

/**
 * @param field of the manifest, for the message
 * @param wanted null matches any size
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

/** @throws Error if the outputs of the provider differ from those of the CPU */
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
 * Refuses a provider that is slower than the CPU, unless it was requested by name.
 *
 * @param ms per slice, if it was measured better than by the test
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

/** The time of the second run: in the first one a GPU compiles its programs. */
async function timed(graph: Graph, use: GraphUse): Promise<{ output: Record<string, FloatTensor>; ms: number }> {
  await graph.run(use.testFeeds());
  const feeds = use.testFeeds();
  const started = performance.now();
  const output = await graph.run(feeds);
  return { output, ms: performance.now() - started };
}

/** Largest difference; Infinity if an output is missing, the lengths differ or a value is not a number. */
export function difference(a: Pick<FloatTensor, 'data'> | undefined, b: Pick<FloatTensor, 'data'> | undefined): number {
  if (a?.data.length !== b?.data.length || !a || !b) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.data.length; i++) {
    const d = Math.abs(a.data[i]! - b.data[i]!);
    if (!(d <= largest)) largest = Number.isNaN(d) ? Number.POSITIVE_INFINITY : d;
  }
  return largest;
}

/** Values that every layer responds to. */
export function testPattern(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i / 7) * Math.cos(i / 1013));
}
