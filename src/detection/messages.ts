import { z } from 'zod';
import type { DetectionOutcome } from './detect';
import { DetectorManifest } from './manifest';
import type { ExecutionProvider } from './session';

/** What the server asks of the inference process. */
export const InferenceRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    id: z.number().int(),
    onnxPath: z.string(),
    manifest: DetectorManifest,
    providers: z.array(z.enum(['cuda', 'webgpu', 'cpu'])).min(1),
    threads: z.number().int().min(1),
  }),
  z.object({
    kind: z.literal('detect'),
    id: z.number().int(),
    target: z.object({
      imageRoot: z.string(),
      fileName: z.string(),
      sliceIndex: z.number().int(),
      sliceIntervalMm: z.number().nullable(),
      width: z.number().int(),
      height: z.number().int(),
      pixelConvention: z.enum(['ONE_BASED', 'ZERO_BASED']),
    }),
    selection: z.object({
      scoreThreshold: z.number(),
      nmsIouThreshold: z.number(),
      maxDetectionsPerImage: z.number().int(),
    }),
  }),
]);
export type InferenceRequest = z.infer<typeof InferenceRequest>;

/** What a model was opened with. */
export interface OpenedModel {
  executionProvider: ExecutionProvider;
  warnings: string[];
}

/** What the inference process answers; it is our own code on the same machine, so that its answers are trusted. */
export type InferenceReply =
  | { id: number; ok: true; value: OpenedModel | DetectionOutcome }
  | { id: number; ok: false; message: string };
