import { z } from 'zod';
import { FAILURE_KINDS } from '../failureKind';
import { EncoderManifest, LESION_SCALARS } from './encoderManifest';
import { DetectorManifest } from './manifest';

const Id = z.number().int();
const Count = z.number().int().min(1).max(64);
const PixelConvention = z.enum(['ONE_BASED', 'ZERO_BASED']);
const Sha256 = z.string().length(64);
const Finite = z.number();
const Provider = z.enum(['cuda', 'webgpu', 'cpu']);

/**
 * The place of the pixel file of a key slice and the facts of the data set about it, as `PlacedSlice` of imaging has
 * them.
 */
const KeySlice = z.object({
  imageRoot: z.string(),
  fileName: z.string(),
  pixelPath: z.string().nullable().optional(),
  followLinks: z.boolean().optional(),
  width: z.number().int(),
  height: z.number().int(),
  pixelSha256: Sha256.nullable(),
});

const Target = KeySlice.extend({
  sliceIndex: z.number().int(),
  sliceIntervalMm: z.number().nullable(),
  pixelConvention: PixelConvention,
});

/** The requests of the server to the inference process. */
export const InferenceRequest = z.discriminatedUnion('kind', [
  /** whether a provider starts on this machine */
  z.object({ kind: z.literal('probe'), id: Id, executionProvider: Provider }),
  z.object({
    kind: z.literal('open'),
    id: Id,
    onnxPath: z.string(),
    manifest: z.discriminatedUnion('kind', [DetectorManifest, EncoderManifest]),
    executionProvider: Provider,
    threads: z.number().int().min(1),
    mustBeatCpu: z.boolean(),
    /** batch size; omitted: the best for the device */
    batchSize: Count.optional(),
  }),
  z.object({
    kind: z.literal('detect'),
    id: Id,
    target: Target,
    /** requested next */
    upcoming: z.array(Target),
    selection: z.object({
      scoreThreshold: z.number(),
      nmsIouThreshold: z.number(),
      maxDetectionsPerImage: z.number().int(),
    }),
  }),
  /** tries the open detector on synthetic slices */
  z.object({ kind: z.literal('try'), id: Id }),
  z.object({
    kind: z.literal('encode'),
    id: Id,
    target: KeySlice.extend({
      pixelConvention: PixelConvention,
      pixelSpacingMm: z.number().gt(0),
      lesions: z.array(
        z.object({ x1: Finite, y1: Finite, x2: Finite, y2: Finite, scalars: z.record(z.enum(LESION_SCALARS), Finite) }),
      ),
    }),
  }),
]);
export type InferenceRequest = z.infer<typeof InferenceRequest>;

const Box = z.object({
  x1: z.number(),
  y1: z.number(),
  x2: z.number(),
  y2: z.number(),
  score: z.number().min(0).max(1),
  classIndex: z.number().int().min(0),
});
const Milliseconds = z.number().min(0);

/**
 * The cause of a failure. `model`: the model does not fit its manifest, on any provider. `absence`: the machine does
 * not have the execution provider. `network`: the loaded model failed on an input or returned invalid outputs, which
 * may not happen on another provider. `other`: for example, a slice that cannot be read.
 */
const Fault = z.enum(['model', 'absence', 'network', 'other']);
export type Fault = z.infer<typeof Fault>;

/** The responses of the inference process. A process that runs foreign graphs is not trusted to keep their form. */
export const InferenceReply = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('probed'), id: Id }),
  z.object({ kind: z.literal('opened'), id: Id, batchSize: Count, upcoming: z.number().int().min(0).max(1_000) }),
  z.object({
    kind: z.literal('detected'),
    id: Id,
    outcome: z.object({
      boxes: z.array(Box),
      pixelsChanged: z.boolean().nullable(),
      times: z.object({
        decodeMs: Milliseconds,
        prepareMs: Milliseconds,
        networkMs: Milliseconds,
        postprocessMs: Milliseconds,
      }),
    }),
  }),
  z.object({ kind: z.literal('tried'), id: Id, milliseconds: Milliseconds }),
  z.object({
    kind: z.literal('encoded'),
    id: Id,
    features: z.custom<Float32Array>((value) => value instanceof Float32Array),
    pixelsChanged: z.boolean().nullable(),
  }),
  z.object({
    kind: z.literal('failed'),
    id: Id,
    message: z.string(),
    fault: Fault,
    failureKind: z.enum(FAILURE_KINDS),
  }),
]);
export type InferenceReply = z.infer<typeof InferenceReply>;
