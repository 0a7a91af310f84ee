import { z } from 'zod';
import { modelIdentity, Window } from './modelIdentity';

/** The inputs about a lesion that an encoder may take in addition to its pixels. */
export const LESION_SCALARS = [
  'logLongDiameterMm',
  'logShortDiameterMm',
  'locationX',
  'locationY',
  'locationZ',
] as const;
export type LesionScalar = (typeof LESION_SCALARS)[number];

/** A square around the lesion's centre: a side in mm, or so many times the longer side of its box. */
const Scale = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('mm'), side: z.number().gt(0).max(1000) }),
  z.strictObject({ kind: z.literal('box'), factor: z.number().gt(0).max(100) }),
]);
export type CropScale = z.infer<typeof Scale>;

const ModelCard = z.looseObject({
  data: z.string(),
  trainingCommand: z.string(),
  intendedUse: z.string(),
  limits: z.string(),
});

/** `model.json` of an encoder: which crops and numbers of a lesion it is fed, and how many features it answers. */
export const EncoderManifest = z.strictObject({
  ...modelIdentity,
  kind: z.literal('encoder'),
  input: z.strictObject({
    crops: z.strictObject({
      tensor: z.string(),
      /** pixels of a crop */
      side: z.number().int().min(8).max(512),
      interpolation: z.literal('bilinear'),
      outsideHounsfield: z.literal(-1024),
      /** one channel each; a window is put on −1 … 1 */
      planes: z
        .array(z.strictObject({ scale: Scale, window: Window }))
        .min(1)
        .max(32),
    }),
    scalars: z.strictObject({ tensor: z.string(), values: z.array(z.enum(LESION_SCALARS)).min(1) }),
  }),
  output: z.strictObject({
    features: z.strictObject({ tensor: z.string(), dimension: z.number().int().min(1).max(65_536) }),
  }),
  card: ModelCard,
});
export type EncoderManifest = z.infer<typeof EncoderManifest>;
