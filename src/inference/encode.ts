import { cropSquare, decodePng16Here, type HounsfieldSlice, type PlacedSlice, readKeySlice } from '../imaging';
import type { CropScale, EncoderManifest, LesionScalar } from './encoderManifest';
import type { EncoderSession } from './encoderSession';

/** A lesion, as input of an encoder. */
export interface EncodedLesion {
  /** box in the data set's pixel convention */
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** natural logarithms of the diameters in mm; position in the body, 0 to 1 */
  scalars: Record<LesionScalar, number>;
}

/** The lesions of one key slice on disk. */
export interface EncodingTarget extends PlacedSlice {
  pixelConvention: 'ONE_BASED' | 'ZERO_BASED';
  /** edge of a pixel */
  pixelSpacingMm: number;
  lesions: readonly EncodedLesion[];
}

/**
 * From lesions to their features: file → crops → tensor → encoder.
 *
 * @returns features [lesions, dimension], in the order of the lesions, and whether the file differs from that at the
 *   import
 * @throws NotFound, InvalidImage from reading the file; Error if the output is invalid
 */
export async function encode(
  target: EncodingTarget,
  manifest: EncoderManifest,
  session: EncoderSession,
): Promise<{ features: Float32Array; pixelsChanged: boolean | null }> {
  const { slice, pixelsChanged } = await readKeySlice(target, decodePng16Here);
  const { side, planes } = manifest.input.crops;
  const names = manifest.input.scalars.values;
  const area = side * side;
  const crops = new Float32Array(target.lesions.length * planes.length * area);
  for (const [n, lesion] of target.lesions.entries())
    for (const [p, { scale, window }] of planes.entries()) {
      const crop = cropOf(slice, target, lesion, scale, side);
      putScaled(crop, window, crops.subarray((n * planes.length + p) * area));
    }
  const scalars = Float32Array.from(target.lesions.flatMap((lesion) => names.map((name) => lesion.scalars[name])));
  return { features: await session.encode(target.lesions.length, crops, scalars), pixelsChanged };
}

function cropOf(
  slice: HounsfieldSlice,
  { pixelConvention, pixelSpacingMm }: EncodingTarget,
  { x1, y1, x2, y2 }: EncodedLesion,
  scale: CropScale,
  side: number,
): Int16Array {
  // The centre of the first pixel is 1 in the one convention and 0.5 in the other.
  const origin = pixelConvention === 'ONE_BASED' ? 1 : 0.5;
  const sidePx = scale.kind === 'mm' ? scale.side / pixelSpacingMm : scale.factor * Math.max(x2 - x1, y2 - y1);
  return cropSquare(slice, { centreX: (x1 + x2) / 2 - origin, centreY: (y1 + y2) / 2 - origin, sidePx }, side);
}

/** Hounsfield units through a window onto −1 … 1. */
function putScaled(crop: Int16Array, { low, high }: { low: number; high: number }, to: Float32Array): void {
  const gain = 2 / (high - low);
  for (let i = 0; i < crop.length; i++) to[i] = (Math.min(high, Math.max(low, crop[i]!)) - low) * gain - 1;
}
