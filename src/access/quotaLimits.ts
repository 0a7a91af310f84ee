/** Which quotas there are, and how limits are written. */
import { BadUserInput, quoted } from '../errors';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** What is counted of a caller. */
interface Quota {
  /** so often the limit is given again; windows begin at full minutes and days of UTC */
  readonly windowMs: number;
  /** what one of them is, as the draft on RateLimit fields names units */
  readonly unit: string;
  /** for messages, after the number: `at most 600000 …` */
  readonly what: string;
}

export const QUOTAS = {
  fields: { windowMs: MINUTE_MS, unit: 'fields', what: 'fields in responses of the graph a minute' },
  images: { windowMs: DAY_MS, unit: 'images', what: 'images a day for detections' },
  'upload-bytes': { windowMs: DAY_MS, unit: 'content-bytes', what: 'bytes of uploads a day' },
  'export-bytes': { windowMs: DAY_MS, unit: 'content-bytes', what: 'bytes of exports a day' },
  submissions: { windowMs: DAY_MS, unit: 'submissions', what: 'submissions of detections a day' },
} as const satisfies Record<string, Quota>;
export type QuotaName = keyof typeof QUOTAS;

/** In the order of every list of quotas. */
export const QUOTA_NAMES: readonly QuotaName[] = ['fields', 'images', 'upload-bytes', 'export-bytes', 'submissions'];

/** Limits of some quotas; null: without limit. */
export type QuotaLimits = Readonly<Partial<Record<QuotaName, number | null>>>;

/** The greatest limit, which a double holds exactly together with what is added to it. */
const MAX_QUOTA = 1e15;

/**
 * Parses limits such as `fields=1000` or `images=none`.
 *
 * @throws BadUserInput naming the argument, what was expected and what came
 */
export function readQuotas(words: readonly string[], argument: string): QuotaLimits {
  const limits: Partial<Record<QuotaName, number | null>> = {};
  for (const word of words) {
    const [, name = '', amount = ''] = /^([a-z-]+)=(none|\d{1,16})$/.exec(word) ?? [];
    const limit = amount === 'none' ? null : Number(amount);
    if (!isQuotaName(name) || (limit !== null && (limit < 1 || limit > MAX_QUOTA)))
      throw new BadUserInput(
        `Expected ${argument} to be NAME=LIMIT with a name among ${QUOTA_NAMES.join(', ')} and a limit of 1 to ` +
          `${MAX_QUOTA}, or none; got ${quoted(word)}.`,
        argument,
      );
    if (name in limits)
      throw new BadUserInput(`Expected ${argument} to name each quota once, got ${name} twice.`, argument);
    limits[name] = limit;
  }
  return limits;
}

/** Parses the text of a setting: limits separated by commas or spaces, or `none`. @throws BadUserInput */
export function readQuotaSetting(text: string, variable: string): QuotaLimits {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length === 1 && words[0] === 'none')
    return readQuotas(
      QUOTA_NAMES.map((name) => `${name}=none`),
      variable,
    );
  return readQuotas(words, variable);
}

/** @returns limits as `readQuotas` reads them */
export function quotaWords(limits: QuotaLimits): string[] {
  return QUOTA_NAMES.flatMap((name) => {
    const limit = limits[name];
    return limit === undefined ? [] : [`${name}=${limit ?? 'none'}`];
  });
}

export function isQuotaName(text: string): text is QuotaName {
  return Object.hasOwn(QUOTAS, text);
}
