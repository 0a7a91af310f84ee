import { z } from 'zod';
import { canonicalJson } from '../canonicalJson';
import { type Database, type Transaction, toJson } from '../database';
import { BadUserInput, Conflict } from '../errors';
import { modelIdentity, TrainedOn } from '../inference';
import { isStorable } from '../storableText';
import { type DetectorRow, findDetectors } from './detectorRows';
import { lockName, type Registration, type RegistrationContext } from './registerDetector';

const MAX_TEXT_LENGTH = 10_000;
const MAX_URL_LENGTH = 2_000;
const MAX_ARCHITECTURE_LENGTH = 200;
const MAX_CONTACT_LENGTH = 500;

/** Text that a person can read and PostgreSQL can keep. */
const text = (mostCharacters: number) =>
  z
    .string()
    .max(mostCharacters, `Expected at most ${mostCharacters} characters`)
    .regex(/\S/, 'Expected a text, got an empty one')
    .refine(isStorable, 'Expected a text without NUL and unpaired surrogates');

const Url = text(MAX_URL_LENGTH)
  .refine(isWebAddress, 'Expected an http or https address without user name')
  .transform((value) => new URL(value).href);

const ExternalDetector = z.strictObject({
  name: modelIdentity.name,
  version: modelIdentity.version,
  architecture: text(MAX_ARCHITECTURE_LENGTH).nullish(),
  url: Url.nullish(),
  citation: text(MAX_TEXT_LENGTH).nullish(),
  licence: text(MAX_TEXT_LENGTH).nullish(),
  trainingData: text(MAX_TEXT_LENGTH).nullish(),
  contact: text(MAX_CONTACT_LENGTH).nullish(),
  trainedOn: TrainedOn.nullish(),
});

/** What is known of an external detector; `version` is MAJOR.MINOR.PATCH, everything after it may be missing. */
export type ExternalDetectorRequest = z.input<typeof ExternalDetector>;

/**
 * Makes an external detector known, so that runs of it can be stored. The same one again changes nothing; texts that it does
 * not state then are those that are known.
 *
 * @param keep given the row id of a detector that is new, as the last step of its transaction
 * @throws BadUserInput naming the text that does not fit
 * @throws Conflict if name and version are those of a detector with a model, or of an external one with other texts
 */
export async function registerExternalDetector(
  database: Database,
  request: ExternalDetectorRequest,
  keep?: RegistrationContext['keep'],
): Promise<Registration> {
  const detector = readExternalDetector(request);
  return database.transaction((transaction) => ensureExternalDetector(transaction, detector, keep));
}

/** What is known of an external detector, checked; texts that are not stated are null. */
export type StatedDetector = Pick<DetectorRow, 'name' | 'version' | 'trainedOn' | (typeof TEXTS)[number]>;
const TEXTS = ['architecture', 'url', 'citation', 'licence', 'trainingData', 'contact'] as const;

/** @throws BadUserInput naming the text that does not fit */
export function readExternalDetector(request: ExternalDetectorRequest): StatedDetector {
  const parsed = ExternalDetector.safeParse(request);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? 'detector');
    throw new BadUserInput(`${field}: ${issue?.message}.`, field);
  }
  const { name, version, trainedOn = null, ...texts } = parsed.data;
  const { architecture = null, url = null, citation = null } = texts;
  const { licence = null, trainingData = null, contact = null } = texts;
  return { name, version, architecture, url, citation, licence, trainingData, contact, trainedOn };
}

/**
 * As `registerExternalDetector`, in a transaction that does more.
 *
 * @throws Conflict as `registerExternalDetector`
 */
export async function ensureExternalDetector(
  transaction: Transaction,
  wanted: StatedDetector,
  keep?: RegistrationContext['keep'],
): Promise<Registration> {
  await lockName(transaction, wanted);
  const known = await findKnown(transaction, wanted);
  if (known) return { detector: known, alreadyRegistered: true };
  const { id } = await transaction.prisma.detector.create({
    data: { ...wanted, trainedOn: wanted.trainedOn ? toJson(wanted.trainedOn) : undefined, source: 'EXTERNAL' },
    select: { id: true },
  });
  await keep?.(transaction, id);
  return { detector: await readRow(transaction, id), alreadyRegistered: false };
}

/** @throws Conflict if name and version are another detector's */
async function findKnown(transaction: Transaction, wanted: StatedDetector): Promise<DetectorRow | null> {
  const { name, version } = wanted;
  const row = await transaction.prisma.detector.findFirst({
    where: { name, version },
    select: { id: true, source: true },
  });
  if (!row) return null;
  const taken = (what: string) => new Conflict(`${name}@${version} ${what}: give this one its own version.`, 'version');
  if (row.source !== 'EXTERNAL') throw taken('is a detector with a model');
  const known = await readRow(transaction, row.id);
  for (const field of TEXTS)
    if (wanted[field] !== null && known[field] !== wanted[field]) throw taken(`is known with another ${field}`);
  if (wanted.trainedOn !== null && canonicalJson(wanted.trainedOn) !== canonicalJson(known.trainedOn))
    throw taken('is known with another trainedOn');
  return known;
}

async function readRow(transaction: Transaction, id: number): Promise<DetectorRow> {
  const [row] = await findDetectors(transaction, [id]);
  if (!row) throw new Error(`the detector ${id} is gone`);
  return row;
}

function isWebAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username, password } = new URL(address);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}
