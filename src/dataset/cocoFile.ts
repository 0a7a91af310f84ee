/** The forms of a COCO annotation file, with the extras of public conversions of DeepLesion. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { BadUserInput, messageOf } from '../errors';
import { isStorable } from '../storableText';
import type { RowProblem } from './importRecords';
import { notPlainText } from './sourceText';

/** Far beyond any pixel, millimetre or Hounsfield value. */
const MAX_MAGNITUDE = 1e6;
const MAX_IMAGE_SIDE = 65_536;
const MAX_FILE_BYTES = 512 * 2 ** 20;
/** What Python writes into JSON where a number is none. */
const NOT_A_NUMBER = /[:,[]\s*-?(?:NaN|Infinity)\b/;

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

/** Exporters write null for what they do not know, which is the same as leaving it out. */
const known = <T extends z.ZodType>(schema: T) => schema.nullish();
/** A single value in a list, or one value for each axis. */
const single = <T extends z.ZodType>(schema: T) =>
  z.preprocess(
    (value) => (Array.isArray(value) && value.length > 0 && value.every((one) => one === value[0]) ? value[0] : value),
    schema,
  );

/** A number, or any other name of a patient. */
const Patient = z.union([whole('a patient number', 0, 999_999), z.string().trim().min(1).max(100).refine(isStorable)], {
  error: 'expected a patient number from 0 to 999999, or a name of at most 100 characters',
});

export const CocoImage = z.object({
  id: z.int({ error: 'expected a whole number' }),
  file_name: z
    .string({ error: 'expected a file name' })
    .min(1, 'expected a file name')
    .max(2_000, 'expected a file name of at most 2000 characters')
    .refine(isStorable, 'expected text without NUL or half a surrogate pair'),
  width: whole('a width in pixels', 1, MAX_IMAGE_SIDE),
  height: whole('a height in pixels', 1, MAX_IMAGE_SIDE),
  /** mm */
  spacing: known(single(bounded('a pixel spacing').positive('expected a positive pixel spacing'))),
  /** mm; conversions write NaN as null, and 0 for an unknown one */
  slice_intv: known(single(z.number({ error: 'expected a slice interval in mm' }))),
  /** low, high, low, high … in HU, or a list of such pairs */
  windows: known(
    z.preprocess(
      (value) => (Array.isArray(value) && value.every((one) => Array.isArray(one)) ? value.flat() : value),
      z.array(bounded('Hounsfield values'), { error: 'expected a list of Hounsfield values: low, high, low, high …' }),
    ),
  ),
  slice_no: known(whole('a slice number', 0, 9999)),
  patient_id: known(Patient),
  /** the field's name in other tools; it may contain anything, such as a description */
  patient: z
    .union([whole('a patient number', 0, 999_999), z.string().regex(/^(?=.*\d)[\w.-]{1,100}$/)])
    .nullish()
    .catch(null),
});
export type CocoImage = z.infer<typeof CocoImage>;

const FLAG = 'expected 0 or 1';
const Flag = z.union([z.literal(0), z.literal(1), z.boolean()], { error: FLAG });

export const CocoAnnotation = z.object({
  id: z.int({ error: 'expected a whole number' }),
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
  /** left, top, right and bottom edge where width and height do not lead there: our own exports have them */
  corners: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullish().catch(null),
  category_id: known(z.int({ error: 'expected a whole number' })),
  area: known(z.number({ error: 'expected an area in square pixels' })),
  iscrowd: known(
    z.union([z.literal(0), z.literal(false)], {
      error: 'expected 0: a crowd is a region to be ignored, not a lesion',
    }),
  ),
  noisy: known(Flag),
  /** the field with which older tools mark a region that is not counted; it may contain anything */
  ignore: Flag.nullish().catch(null),
});
export type CocoAnnotation = z.infer<typeof CocoAnnotation>;

const CocoCategory = z.object({
  id: z.int({ error: 'expected a whole number' }),
  name: known(
    z.string({ error: 'expected a name' }).refine(isStorable, 'expected text without NUL or half a surrogate pair'),
  ),
});
const CocoFile = z.object({
  images: z.array(z.unknown()),
  annotations: z.array(z.unknown()),
  categories: known(z.array(CocoCategory, { error: 'expected a list' })),
});

/** A file whose entries are still to be parsed. */
export interface CocoFile {
  images: unknown[];
  annotations: unknown[];
  /** names by id, empty if one has none; null: the file has no list of categories */
  categories: ReadonlyMap<number, string> | null;
  sha256: string;
}

/**
 * Reads a COCO file; its entries are parsed one by one afterwards, so that each bad one can be named.
 *
 * @throws BadUserInput if the file is missing, too large, no JSON or no COCO file
 */
export async function readCocoFile(path: string): Promise<CocoFile> {
  const name = basename(path);
  const found = await stat(path).catch((cause) => {
    throw new BadUserInput(`There is no file ${name}.`, 'json', { cause });
  });
  if (!found.isFile() || found.size > MAX_FILE_BYTES)
    throw new BadUserInput(`Expected ${name} to be a file of at most ${MAX_FILE_BYTES} bytes.`, 'json');
  const bytes = await readFile(path);
  const json = parseJson(name, bytes);
  const parsed = CocoFile.safeParse(json);
  if (!parsed.success) throw notCoco(name, json, parsed.error);
  const { images, annotations, categories } = parsed.data;
  return {
    images,
    annotations,
    categories: categories ? new Map(categories.map(({ id, name }) => [id, name ?? ''])) : null,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

function parseJson(name: string, bytes: Buffer): unknown {
  const other = notPlainText(bytes) ?? (isUtf8(bytes) ? null : 'is not UTF-8: save it as UTF-8');
  if (other) throw new BadUserInput(`${name} ${other}.`, 'json');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (cause) {
    const advice = NOT_A_NUMBER.test(text) ? ' NaN and Infinity are not valid JSON: write null instead.' : '';
    throw new BadUserInput(`${name} is not JSON: ${messageOf(cause)}.${advice}`, 'json', { cause });
  }
}

function notCoco(name: string, json: unknown, error: z.ZodError): BadUserInput {
  const lists = `${name}: expected the lists "images" and "annotations" of a COCO file`;
  if (Array.isArray(json))
    return new BadUserInput(
      `${lists} in one object, got a list. Results of a detector are such a list, and are not a data set.`,
      'json',
    );
  if (!isRecord(json)) return new BadUserInput(`${lists} in one object, got ${shown(json)}.`, 'json');
  const missing = (['images', 'annotations'] as const).filter((list) => !Array.isArray(json[list]));
  if (missing.length > 0) {
    const found = missing.map((list) => `"${list}" is ${json[list] === undefined ? 'missing' : shown(json[list])}`);
    const advice = missing.includes('annotations') ? ' An empty list says that no image shows a lesion.' : '';
    return new BadUserInput(`${lists}; ${found.join(' and ')}.${advice}`, missing[0]);
  }
  const [problem] = problemsOfEntry(name, json, error);
  return new BadUserInput(`${name}: ${problem?.column}: ${problem?.reason}.`, 'categories');
}

/**
 * @returns one problem for each thing that is wrong with an entry, e.g. `bbox[2]: expected a positive width, got -4`
 */
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
