/** What a COCO annotation file may look like, with the extras that public conversions of DeepLesion carry. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { BadUserInput, messageOf } from '../errors';
import type { RowProblem } from './importRecords';

/** Far beyond any pixel, millimetre or Hounsfield value. */
const MAX_MAGNITUDE = 1e6;
const MAX_IMAGE_SIDE = 65_536;
const MAX_FILE_BYTES = 512 * 2 ** 20;
/** Text that PostgreSQL cannot keep. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

const bounded = (expected: string) =>
  z
    .number({ error: `expected ${expected}` })
    .min(-MAX_MAGNITUDE, `expected ${expected} from −${MAX_MAGNITUDE} on`)
    .max(MAX_MAGNITUDE, `expected ${expected} of at most ${MAX_MAGNITUDE}`);
const whole = (expected: string, low: number, high: number) =>
  z
    .int({ error: `expected ${expected}` })
    .min(low, `expected ${expected} from ${low} on`)
    .max(high, `expected ${expected} of at most ${high}`);

export const CocoImage = z.object({
  id: z.int({ error: 'expected a whole number' }),
  file_name: z
    .string({ error: 'expected a file name' })
    .min(1, 'expected a file name')
    .max(300, 'expected a file name of at most 300 characters')
    .refine((name) => !UNSTORABLE.test(name), 'expected text without NUL or half a surrogate pair'),
  width: whole('a width in pixels', 1, MAX_IMAGE_SIDE),
  height: whole('a height in pixels', 1, MAX_IMAGE_SIDE),
  /** mm */
  spacing: bounded('a pixel spacing').positive('expected a positive pixel spacing').optional(),
  /** mm; conversions write NaN as null, and 0 for an unknown one */
  slice_intv: z.number().nullable().optional(),
  /** low, high, low, high … in HU */
  windows: z.array(bounded('Hounsfield values')).optional(),
  slice_no: whole('a slice number', 0, 9999).optional(),
  patient_id: whole('a patient number', 0, 999_999).optional(),
});
export type CocoImage = z.infer<typeof CocoImage>;

export const CocoAnnotation = z.object({
  id: z.int({ error: 'expected a whole number' }).min(1, 'expected an id from 1 on: COCO tools lose a match with id 0'),
  image_id: z.int({ error: 'expected a whole number' }),
  bbox: z
    .tuple(
      [
        bounded('a finite x'),
        bounded('a finite y'),
        bounded('a finite width').positive('expected a positive width'),
        bounded('a finite height').positive('expected a positive height'),
      ],
      { error: 'expected the four numbers x, y, width, height' },
    )
    .refine(
      ([x, y, width, height]) => !(width > 0 && height > 0) || (x + width > x && y + height > y),
      'expected sides above the rounding of x and y',
    ),
  category_id: z.int({ error: 'expected a whole number' }).optional(),
  area: z.number().nullable().optional(),
  iscrowd: z.literal(0, { error: 'expected 0: a crowd is a region to be ignored, not a lesion' }).optional(),
  noisy: z.union([z.literal(0), z.literal(1), z.boolean()], { error: 'expected 0 or 1' }).optional(),
});
export type CocoAnnotation = z.infer<typeof CocoAnnotation>;

const CocoFile = z.object({
  images: z.array(z.unknown()),
  annotations: z.array(z.unknown()),
  categories: z.array(z.object({ id: z.int() })).optional(),
});

/** A file whose entries are still to be parsed. */
export interface CocoFile {
  images: unknown[];
  annotations: unknown[];
  /** null: the file has no list of categories */
  categoryIds: ReadonlySet<number> | null;
  sha256: string;
}

/**
 * Reads a COCO file; its entries are parsed one by one afterwards, so that each bad one can be named.
 *
 * @throws BadUserInput when the file is missing, too large, no JSON or no COCO file
 */
export async function readCocoFile(path: string): Promise<CocoFile> {
  const name = basename(path);
  const found = await stat(path).catch((cause) => {
    throw new BadUserInput(`There is no file ${name}.`, 'json', { cause });
  });
  if (!found.isFile() || found.size > MAX_FILE_BYTES)
    throw new BadUserInput(`Expected ${name} to be a file of at most ${MAX_FILE_BYTES} bytes.`, 'json');
  const bytes = await readFile(path);
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new BadUserInput(`${name} is not JSON: ${messageOf(cause)}`, 'json', { cause });
  }
  const parsed = CocoFile.safeParse(json);
  if (!parsed.success)
    throw new BadUserInput(
      `${name}: expected the lists "images" and "annotations" of a COCO file (and categories with ids, where there are any).`,
      'json',
    );
  const { images, annotations, categories } = parsed.data;
  return {
    images,
    annotations,
    categoryIds: categories ? new Set(categories.map(({ id }) => id)) : null,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** @returns one problem for each thing that is wrong with an entry, e.g. `bbox[2]: expected a positive width, got -4` */
export function problemsOfEntry(place: string, entry: unknown, error: z.ZodError): RowProblem[] {
  return error.issues.map(({ path, message }) => {
    const column = path.map((step, i) =>
      typeof step === 'number' ? `[${step}]` : `${i > 0 ? '.' : ''}${String(step)}`,
    );
    const got = path.reduce<unknown>((value, step) => (isRecord(value) ? value[step] : undefined), entry);
    return { place, column: column.join('') || 'all', reason: `${message}, got ${shown(got)}` };
  });
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
