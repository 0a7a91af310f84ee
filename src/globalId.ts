/**
 * The ids of the graph, of addresses and of the command line: base64url of `TypeName:KEY`. Clients take them as opaque.
 * The key of what a data set version contains is made of slug, version and the source's own indexes and names, that of
 * what was made on a server is a UUID, so that an id means the same after a restore, after another import of the same
 * file and on a mirror. Only this file makes and reads them.
 */
import { BadUserInput } from './errors';

/** `dataset` is `slug@version` everywhere. */
export interface GlobalKeys {
  Dataset: { dataset: string };
  Patient: { dataset: string; patientIndex: number };
  Study: { dataset: string; patientIndex: number; studyIndex: number };
  Series: { dataset: string; patientIndex: number; studyIndex: number; seriesIndex: number };
  BookmarkedImage: { dataset: string; fileName: string };
  /** the 0-based data row of the source file */
  Lesion: { dataset: string; sourceRowIndex: number };
  Categorization: { uuid: string };
  PseudoCluster: { categorization: string; clusterIndex: number };
  Cohort: { uuid: string };
  Export: { uuid: string };
  /** the first 16 hexadecimal digits of the model file's SHA-256; null for an external detector, which has no file */
  Detector: { name: string; version: string; sha256: string | null };
  DetectionRun: { uuid: string };
  /** an image of a run and the place of the box on it */
  Detection: { run: string; rank: number; fileName: string };
  DetectionReview: { uuid: string };
  Evaluation: { uuid: string };
  ApiKey: { uuid: string };
}

/** Types of the graph that have global ids. */
export type GlobalType = keyof GlobalKeys;
/** What a global id stands for. */
export type GlobalId = { [Type in GlobalType]: { type: Type; key: GlobalKeys[Type] } }[GlobalType];

/** How the key of a type is written, and read: the parts of a text that fits the pattern. */
interface Grammar<Key> {
  write(key: Key): string;
  pattern: RegExp;
  read(parts: readonly string[]): Key;
}

const DATASET = '([a-z0-9][a-z0-9-]{0,62}@[1-9]\\d{0,8})';
const INDEX = '(0|[1-9]\\d{0,9})';
const UUID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const ANYTHING = '([^\\0]+)';
const SHA256_DIGITS = 16;
/** In place of the digits, for a detector without a model file. */
const EXTERNAL = 'external';

const keyPattern = (...parts: string[]): RegExp => new RegExp(`^${parts.join(':')}$`, 'su');

const ofUuid: Grammar<{ uuid: string }> = {
  write: ({ uuid }) => uuid,
  pattern: keyPattern(UUID),
  read: ([uuid = '']) => ({ uuid }),
};

const GRAMMARS: { [Type in GlobalType]: Grammar<GlobalKeys[Type]> } = {
  Dataset: {
    write: ({ dataset }) => dataset,
    pattern: keyPattern(DATASET),
    read: ([dataset = '']) => ({ dataset }),
  },
  Patient: {
    write: ({ dataset, patientIndex }) => `${dataset}:${patientIndex}`,
    pattern: keyPattern(DATASET, INDEX),
    read: ([dataset = '', patient]) => ({ dataset, patientIndex: Number(patient) }),
  },
  Study: {
    write: ({ dataset, patientIndex, studyIndex }) => `${dataset}:${patientIndex}:${studyIndex}`,
    pattern: keyPattern(DATASET, INDEX, INDEX),
    read: ([dataset = '', patient, study]) => ({ dataset, patientIndex: Number(patient), studyIndex: Number(study) }),
  },
  Series: {
    write: ({ dataset, patientIndex, studyIndex, seriesIndex }) =>
      `${dataset}:${patientIndex}:${studyIndex}:${seriesIndex}`,
    pattern: keyPattern(DATASET, INDEX, INDEX, INDEX),
    read: ([dataset = '', patient, study, series]) => ({
      dataset,
      patientIndex: Number(patient),
      studyIndex: Number(study),
      seriesIndex: Number(series),
    }),
  },
  BookmarkedImage: {
    write: ({ dataset, fileName }) => `${dataset}:${fileName}`,
    pattern: keyPattern(DATASET, ANYTHING),
    read: ([dataset = '', fileName = '']) => ({ dataset, fileName }),
  },
  Lesion: {
    write: ({ dataset, sourceRowIndex }) => `${dataset}:${sourceRowIndex}`,
    pattern: keyPattern(DATASET, INDEX),
    read: ([dataset = '', row]) => ({ dataset, sourceRowIndex: Number(row) }),
  },
  Categorization: ofUuid,
  PseudoCluster: {
    write: ({ categorization, clusterIndex }) => `${categorization}:${clusterIndex}`,
    pattern: keyPattern(UUID, INDEX),
    read: ([categorization = '', index]) => ({ categorization, clusterIndex: Number(index) }),
  },
  Cohort: ofUuid,
  Export: ofUuid,
  Detector: {
    write: ({ name, version, sha256 }) => `${name}@${version}:${sha256?.slice(0, SHA256_DIGITS) ?? EXTERNAL}`,
    pattern: new RegExp(`^([^\\0]+)@([^\\0@]+):([0-9a-f]{${SHA256_DIGITS}}|${EXTERNAL})$`, 'su'),
    read: ([name = '', version = '', sha256 = '']) => ({ name, version, sha256: sha256 === EXTERNAL ? null : sha256 }),
  },
  DetectionRun: ofUuid,
  Detection: {
    write: ({ run, rank, fileName }) => `${run}:${rank}:${fileName}`,
    pattern: keyPattern(UUID, INDEX, ANYTHING),
    read: ([run = '', rank, fileName = '']) => ({ run, rank: Number(rank), fileName }),
  },
  DetectionReview: ofUuid,
  Evaluation: ofUuid,
  ApiKey: ofUuid,
};

const MAX_INDEX = 2_147_483_647;
/** Longer than the id of any file name that an operating system takes. */
const MAX_LENGTH = 8_000;

/** @returns the global id of what a key names; the same key always has the same id */
export function toGlobalId<Type extends GlobalType>(type: Type, key: GlobalKeys[Type]): string {
  return Buffer.from(`${type}:${GRAMMARS[type].write(key)}`).toString('base64url');
}

/**
 * @returns the type and key that a global id stands for; null if it is none. Whether the thing is there is not known
 *   yet.
 */
export function parseGlobalId(text: string): GlobalId | null {
  const [type, written] = splitId(text);
  if (!isGlobalType(type)) return null;
  const key = readKey(type, written);
  // Base64url has other spellings of the same bytes, which are no ids.
  if (!key || toGlobalId(type, key) !== text) return null;
  // The key is of the grammar of the type.
  return { type, key } as GlobalId;
}

/**
 * The key behind a global id of a known type.
 *
 * @param argument the argument or parameter that the id came in
 * @throws BadUserInput if it is no global id, one of another type, or one of an earlier version
 */
export function keyOf<Type extends GlobalType>(globalId: string, type: Type, argument: string): GlobalKeys[Type] {
  const parsed = expectGlobalId(globalId, argument, `the id of a ${type}`);
  if (isOf(parsed, type)) return parsed.key;
  throw new BadUserInput(
    `Expected ${argument} to be the id of a ${type} from a previous response, got one of a ${parsed.type}: pass ` +
      'an id unchanged.',
    argument,
  );
}

/**
 * What any global id stands for.
 *
 * @param expected what the argument has to be, for the error
 * @throws BadUserInput if it is no global id, or one of an earlier version
 */
export function expectGlobalId(globalId: string, argument: string, expected = 'a global id'): GlobalId {
  const parsed = parseGlobalId(globalId);
  if (parsed) return parsed;
  refuseOldId(globalId, argument);
  throw new BadUserInput(
    `Expected ${argument} to be ${expected} from a previous response, got something else: pass an id unchanged.`,
    argument,
  );
}

/** @throws BadUserInput if an id is one of an earlier version, which named a row of one database */
export function refuseOldId(globalId: string, argument: string): void {
  const [type, written] = splitId(globalId);
  if (isGlobalType(type) && /^[1-9]\d{0,9}$/.test(written))
    throw new BadUserInput(
      `Expected ${argument} to be an id of this version, got one of an earlier version: ids changed, so that ` +
        `they stay the same after a restore or another import. Ask for the ${type} again by its name, index or ` +
        'list, and keep the id of that response.',
      argument,
    );
}

/** @returns whether a global id is one of a type, and narrows it */
export function isOf<Type extends GlobalType>(
  id: GlobalId,
  type: Type,
): id is Extract<GlobalId, { type: Type }> & { key: GlobalKeys[Type] } {
  return id.type === type;
}

/** @returns type and written key; two empty texts for what is no base64url of ours */
function splitId(text: string): [type: string, written: string] {
  if (text.length > MAX_LENGTH || !/^[\w-]+$/.test(text)) return ['', ''];
  const decoded = Buffer.from(text, 'base64url').toString();
  const colon = decoded.indexOf(':');
  return colon < 0 ? ['', ''] : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

function isGlobalType(type: string): type is GlobalType {
  return Object.hasOwn(GRAMMARS, type);
}

function readKey<Type extends GlobalType>(type: Type, written: string): GlobalKeys[Type] | null {
  const { pattern, read } = GRAMMARS[type];
  const [, ...parts] = pattern.exec(written) ?? [];
  if (parts.length === 0) return null;
  const key = read(parts);
  return Object.values(key).some((part) => typeof part === 'number' && part > MAX_INDEX) ? null : key;
}
