import { join } from 'node:path';
import type { z } from 'zod';
import { CocoAnnotation, CocoImage, problemsOfEntry, readCocoFile } from '../dataset';
import { BadUserInput } from '../errors';

/** A key slice and the boxes of its lesions. */
export interface BoxedSlice {
  /** path of the pixel file below the image root */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** name of the patient; slices of one patient are not independent of one another */
  readonly patient: string;
  /** x1 y1 x2 y2 in pixels; the left edge of the first pixel is 0 */
  readonly boxes: readonly (readonly [number, number, number, number])[];
}

/** The key slices of a folder. */
export interface BoxedSlices {
  /** folder that holds the pixel files */
  readonly imageRoot: string;
  readonly slices: readonly BoxedSlice[];
}

const ANNOTATIONS = 'annotations.coco.json';

/** @throws BadUserInput naming what is wrong with the first entry that does not fit */
function parseAll<T>(list: string, schema: z.ZodType<T>, entries: readonly unknown[]): T[] {
  return entries.map((entry, index) => {
    const parsed = schema.safeParse(entry);
    if (parsed.success) return parsed.data;
    const [problem] = problemsOfEntry(list, entry, parsed.error);
    throw new BadUserInput(`${ANNOTATIONS}: ${list}[${index}].${problem?.column}: ${problem?.reason}.`, list);
  });
}

/** The series folder begins with the number of the patient: `000001_01_01/109.png`. */
function patientOf({ file_name, patient, patient_id }: CocoImage): string {
  const stated = patient ?? patient_id;
  if (stated !== null && stated !== undefined) return String(stated);
  const [, number] = /^(?:.*\/)?(\d+)_/.exec(file_name) ?? [];
  if (number !== undefined) return String(Number(number));
  throw new BadUserInput(
    `${ANNOTATIONS}: ${file_name} has no patient: add the field "patient", since an interval is over patients.`,
    'images',
  );
}

/**
 * Reads a folder with `annotations.coco.json` (0-based boxes) and `Images_png/`.
 *
 * @throws BadUserInput if the file is missing or does not fit, or no image has a lesion
 */
export async function readBoxedSlices(folder: string): Promise<BoxedSlices> {
  const coco = await readCocoFile(join(folder, ANNOTATIONS));
  const images = parseAll('images', CocoImage, coco.images);
  const annotations = parseAll('annotations', CocoAnnotation, coco.annotations);
  const slices = images.map((image): BoxedSlice => {
    const { id, file_name: path, width, height } = image;
    const boxes = annotations
      .filter(({ image_id }) => image_id === id)
      .map(({ bbox: [x, y, w, h] }) => [x, y, x + w, y + h] as const);
    return { path, width, height, patient: patientOf(image), boxes };
  });
  if (slices.every(({ boxes }) => boxes.length === 0))
    throw new BadUserInput(`${ANNOTATIONS} has no lesion of its images: there is nothing to find.`, 'annotations');
  return { imageRoot: join(folder, 'Images_png'), slices };
}
