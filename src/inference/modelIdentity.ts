import { z } from 'zod';

/** A window or range of numbers in a manifest. */
export const Window = z
  .strictObject({ low: z.number(), high: z.number() })
  .refine(({ low, high }) => low < high, 'Expected low below high');

/** What every manifest says of its model. */
export const modelIdentity = {
  formatVersion: z.literal(1),
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'Expected lower-case letters, digits, dots and hyphens'),
  version: z.string().regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/, 'Expected MAJOR.MINOR.PATCH, of nine digits each at most'),
  architecture: z.string(),
  onnx: z.strictObject({
    file: z.literal('model.onnx'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    opset: z.number().int().min(7),
  }),
};
