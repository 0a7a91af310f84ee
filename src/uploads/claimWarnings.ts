import type { ReadRequest } from './readRequest';

type Millimetres = Pick<ReadRequest, 'pixelSpacingMm' | 'sliceIntervalMm'>;

const ROUNDING_MM = 1e-3;
const SOURCES = {
  pixelSpacingMm: 'Pixel Spacing (0028,0030)',
  sliceIntervalMm: 'Image Position (Patient) (0020,0032)',
};

/**
 * Claims of a caller about a DICOM file that differ from its header, which is used instead.
 *
 * @param claimed by the caller, in the address
 * @param read from the file
 */
export function claimWarnings(claimed: Millimetres, read: Millimetres): string[] {
  return (['pixelSpacingMm', 'sliceIntervalMm'] as const).flatMap((name) => {
    const [said, known] = [claimed[name], read[name]];
    if (said === null || known === null || Math.abs(said - known) < ROUNDING_MM) return [];
    return [`${name} is ${known} mm by ${SOURCES[name]}; the ${said} mm of the address were not taken.`];
  });
}
