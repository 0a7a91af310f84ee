/**
 * Who sees which data set, and under which terms. It is a matter of the slug, as keys are bound to slugs: it holds for all
 * versions, also for those that are imported later, and stays when the last version is deleted.
 */
import type { Database, Queryable, Transaction } from '../database';
import { BadUserInput, Conflict, quoted } from '../errors';
import { isStorable } from '../storableText';
import { forgetSights } from './sight';

/** `PUBLIC`: anyone who may read; `TERMS`: also, its content after its terms; `PRIVATE`: its own keys and operators. */
export const VISIBILITIES = ['PUBLIC', 'TERMS', 'PRIVATE'] as const;
export type Visibility = (typeof VISIBILITIES)[number];

/** A version of the terms of use of a data set, which never changes. */
export interface TermsRow {
  /** a UUID */
  id: string;
  slug: string;
  version: string;
  title: string;
  text: string;
  url: string | null;
  /** terms of the Data Use Ontology, such as `DUO:0000042` */
  duoCodes: string[];
  createdAt: Date;
}

/** What terms say; a field that is omitted is empty. */
export interface NewTerms {
  version: string;
  title: string;
  text: string;
  url?: string | null;
  duoCodes?: readonly string[];
}

/** Who sees a data set. */
export interface DatasetAccessRow {
  slug: string;
  visibility: Visibility;
  /** the current terms; null if it has none, or asks for none at present */
  terms: TermsRow | null;
}

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const DUO_CODE = /^DUO:\d{7}$/;
const MAX_DUO_CODES = 20;
const MAX_TITLE_LENGTH = 200;
const MAX_TEXT_LENGTH = 100_000;
const MAX_URL_LENGTH = 2_000;

/** @returns who sees each of these data sets, also of those that there are not */
export async function findDatasetAccess({ prisma }: Queryable, slugs: readonly string[]): Promise<DatasetAccessRow[]> {
  const rows = await prisma.datasetAccess.findMany({ where: { slug: { in: [...slugs] } }, include: { terms: true } });
  const known = new Map(rows.map((row) => [row.slug, row]));
  return slugs.map((slug) => {
    const { visibility = 'PUBLIC', terms = null } = known.get(slug) ?? {};
    return { slug, visibility, terms: visibility === 'TERMS' ? terms : null };
  });
}

/** @throws BadUserInput for anything but a slug, such as one with a version */
export function expectSlug(text: string): void {
  if (SLUG.test(text)) return;
  throw new BadUserInput(
    'Expected the slug of a data set such as deeplesion, without a version, because all versions are seen by the same ' +
      `callers; got ${quoted(text)}.`,
    'dataset',
  );
}

/** A change of who sees a data set. */
export interface AccessChange {
  before: Visibility;
  after: DatasetAccessRow;
}

/**
 * Says who sees a data set, all its versions, from now on; every server knows within a second.
 *
 * @param slug of a data set that there is, or will be
 * @param terms a version of its terms; required the first time that it is to have visibility TERMS
 * @param keep given the change as the last step of its transaction
 * @throws BadUserInput naming what does not fit
 * @throws Conflict if the version of the terms was used for others
 */
export async function setVisibility(
  database: Database,
  slug: string,
  visibility: Visibility,
  terms: NewTerms | null,
  keep?: (transaction: Transaction, change: AccessChange) => Promise<void>,
): Promise<AccessChange> {
  expectSlug(slug);
  if (terms && visibility !== 'TERMS')
    throw new BadUserInput('Expected terms only together with the visibility TERMS.', 'terms');
  const checked = terms && checkedTerms(terms);
  const change = await database.transaction(async (transaction) => {
    await transaction.query({
      text: `SELECT pg_advisory_xact_lock(hashtextextended('visibility of ' || $1, 0))`,
      values: [slug],
    });
    const known = await transaction.prisma.datasetAccess.findFirst({ where: { slug }, include: { terms: true } });
    const current = checked ? await termsOf(transaction, slug, checked) : (known?.terms ?? null);
    if (visibility === 'TERMS' && !current)
      throw new BadUserInput(
        `Expected terms for ${slug}, which has none yet: their text, version and title (--terms FILE --terms-version ` +
          'VERSION --title TITLE).',
        'terms',
      );
    const data = { visibility, termsId: current?.id ?? null };
    if (known) {
      await transaction.prisma.datasetAccess.updateMany({ where: { slug }, data });
      if (known.visibility !== visibility)
        await transaction.query({
          text: 'UPDATE dataset_access SET changed_at = clock_timestamp() WHERE slug = $1',
          values: [slug],
        });
    } else await transaction.prisma.datasetAccess.createMany({ data: [{ slug, ...data }] });
    const made: AccessChange = {
      before: known?.visibility ?? 'PUBLIC',
      after: { slug, visibility, terms: visibility === 'TERMS' ? current : null },
    };
    await keep?.(transaction, made);
    return made;
  });
  forgetSights(database);
  return change;
}

/** The same version may be given again with the same content. */
async function termsOf({ prisma }: Transaction, slug: string, wanted: Required<NewTerms>): Promise<TermsRow> {
  const { version } = wanted;
  const known = await prisma.datasetTerms.findFirst({ where: { slug, version } });
  if (!known) return prisma.datasetTerms.create({ data: { slug, ...wanted, duoCodes: [...wanted.duoCodes] } });
  const isSame =
    known.title === wanted.title &&
    known.text === wanted.text &&
    known.url === wanted.url &&
    known.duoCodes.join() === wanted.duoCodes.join();
  if (!isSame)
    throw new Conflict(
      `Version ${quoted(version)} of the terms of ${slug} says something else, and may have been accepted: give the new ` +
        'terms a new version.',
      'terms',
    );
  return known;
}

/** @throws BadUserInput naming the part of terms that does not fit */
function checkedTerms({ version, title, text, url = null, duoCodes = [] }: NewTerms): Required<NewTerms> {
  if (!VERSION.test(version))
    throw new BadUserInput(
      `Expected the version of terms to be 1 to 40 letters, digits, dots, dashes and underscores, got ${quoted(version)}.`,
      'terms',
    );
  expectText('the title of terms', title.trim(), MAX_TITLE_LENGTH, 'terms');
  expectText('the text of terms', text.trim(), MAX_TEXT_LENGTH, 'terms', true);
  if (url !== null && (url.length > MAX_URL_LENGTH || !/^https?:\/\//.test(url) || !URL.canParse(url)))
    throw new BadUserInput(
      `Expected the address of terms to begin with https:// or http://, got ${quoted(url)}.`,
      'terms',
    );
  const wrong = duoCodes.find((code) => !DUO_CODE.test(code));
  if (wrong !== undefined || duoCodes.length > MAX_DUO_CODES)
    throw new BadUserInput(
      `Expected at most ${MAX_DUO_CODES} codes of the Data Use Ontology such as DUO:0000042, got ` +
        `${quoted(wrong ?? duoCodes.length)}.`,
      'terms',
    );
  return { version, title: title.trim(), text: text.trim(), url, duoCodes: [...new Set(duoCodes)] };
}

/**
 * @param what as it begins the sentence
 * @throws BadUserInput for an empty text, one that is too long, or control characters
 */
export function expectText(what: string, text: string, most: number, argument: string, mayHaveLines = false): void {
  if (text.length < 1 || text.length > most)
    throw new BadUserInput(`Expected ${what} to have 1 to ${most} characters, got ${text.length}.`, argument);
  if (!isStorable(text))
    throw new BadUserInput(`Expected ${what} to be text without NUL and unpaired surrogates.`, argument);
  if (!mayHaveLines && /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text))
    throw new BadUserInput(`Expected ${what} to be one line of text without control characters.`, argument);
}
