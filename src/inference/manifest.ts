import { z } from 'zod';
import { BadUserInput } from '../errors';
import { isStorable } from '../storableText';
import { EncoderManifest } from './encoderManifest';
import { modelIdentity, Window } from './modelIdentity';

const MAX_NESTING = 50;
/** A channel further away than this from the slice is of another part of the body. */
const MAX_OFFSET_MM = 1000;
const MAX_CLASS_NAME = 200;

const AccuracyEntry = z.looseObject({
  data: z.string(),
  topK: z.number().int().min(1),
  iouThreshold: z.number().gt(0).lt(1),
  correct: z.number().int().min(0),
  total: z.number().int().min(0),
});

/** Splits of a data set that a detector was trained on. */
export const TrainingPart = z.strictObject({
  /** slug, of all versions */
  dataset: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'Expected the slug of a data set, without a version'),
  splits: z
    .array(z.enum(['TRAIN', 'VALIDATION', 'TEST', 'UNASSIGNED']))
    .min(1)
    .max(4),
});
export type TrainingPart = z.infer<typeof TrainingPart>;
export const TrainedOn = z.array(TrainingPart).max(20, 'Expected at most 20 data sets');

/** What a model card must tell; anything more that training wrote is kept and shown as it is. */
const ModelCard = z.looseObject({
  data: z.string(),
  trainingCommand: z.string(),
  intendedUse: z.string(),
  limits: z.string(),
  accuracy: z.array(AccuracyEntry),
  /** an empty list says that it saw none of this server's data sets; without it nothing is known */
  trainedOn: TrainedOn.optional(),
});

/**
 * `model.json`: what a detector is fed, what it answers and where it comes from. Boxes are answered in continuous
 * pixels of the input, x1 y1 x2 y2, origin at the outer corner of the first pixel; NMS and thresholds are applied by
 * the server.
 */
export const DetectorManifest = z.strictObject({
  ...modelIdentity,
  kind: z.literal('detector'),
  input: z.strictObject({
    tensor: z.string(),
    /**
     * how many slices the graph takes at once; ANY answers boxes and scores with the batch's axis first, ONE without it
     */
    batch: z.enum(['ONE', 'ANY']).default('ONE'),
    width: z.number().int().min(8).max(4096),
    height: z.number().int().min(8).max(4096),
    channels: z
      .array(z.strictObject({ offsetMm: z.number().min(-MAX_OFFSET_MM).max(MAX_OFFSET_MM), window: Window }))
      .min(1)
      .max(64),
    scaledRange: Window,
    resampling: z.literal('triangle-antialiased'),
  }),
  output: z.strictObject({ boxes: z.string(), scores: z.string(), boxConvention: z.literal('xyxy-input-pixels') }),
  classes: z.array(z.string().max(MAX_CLASS_NAME).regex(/\S/, 'Expected the name of a class, got an empty one')).min(1),
  /** name of the categorization whose pseudo-clusters are the classes; null for a single-class detector */
  categorization: z.string().nullable(),
  defaults: z.strictObject({
    scoreThreshold: z.number().min(0).max(1),
    nmsIouThreshold: z.number().min(0).max(1),
    /**
     * whether a box suppresses those of its own class or those of all; the latter where a box's score is that of all
     * classes together
     */
    nmsScope: z.enum(['CLASS', 'ALL_CLASSES']).default('CLASS'),
    maxDetectionsPerImage: z.number().int().min(1).max(1000),
  }),
  card: ModelCard,
});
export type DetectorManifest = z.infer<typeof DetectorManifest>;

/**
 * @param text the contents of a detector's model.json
 * @throws BadUserInput naming each field that does not fit
 */
export function parseManifest(text: string): DetectorManifest {
  return parseModelJson(text, DetectorManifest);
}

/**
 * @param text the contents of an encoder's model.json
 * @throws BadUserInput naming each field that does not fit
 */
export function parseEncoderManifest(text: string): EncoderManifest {
  return parseModelJson(text, EncoderManifest);
}

function parseModelJson<T>(text: string, schema: z.ZodType<T>): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new BadUserInput(`model.json is not JSON: ${(cause as Error).message}`, 'model.json', { cause });
  }
  checkStorable(json);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'model.json'}: ${issue.message}`);
  throw new BadUserInput(
    `model.json does not fit: ${problems.join('; ')}`,
    String(parsed.error.issues[0]?.path.join('.')),
  );
}

/**
 * A model card is a person's own and may hold anything; the database takes neither NUL nor half a surrogate pair, and
 * no endless nesting.
 */
function checkStorable(json: unknown, depth = 0): void {
  if (depth > MAX_NESTING)
    throw new BadUserInput(`Expected model.json to be nested at most ${MAX_NESTING} levels deep.`, 'model.json');
  if (typeof json === 'string' && !isStorable(json))
    throw new BadUserInput('Expected the texts of model.json to be without NUL and unpaired surrogates.', 'model.json');
  if (typeof json !== 'object' || json === null) return;
  for (const [key, value] of Object.entries(json)) {
    checkStorable(key, depth + 1);
    checkStorable(value, depth + 1);
  }
}
