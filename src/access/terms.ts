/** Terms of use: who has accepted which version, and the refusal of those who have not. */
import type { Database, Queryable, Transaction } from '../database';
import { Conflict, Forbidden, type TermsToAccept, Unauthenticated } from '../errors';
import { type Caller, HOW_TO_SEND, isKnown } from './caller';
import { expectText, findDatasetAccess, type TermsRow } from './datasetAccess';
import { forgetSights, sightOf, signatoryOf } from './sight';

const BELONGS_TO = 'An acceptance of terms belongs to a key, or to a person who is signed in:';
const MAX_NAME_LENGTH = 200;
const MAX_PURPOSE_LENGTH = 2_000;

/** That a holder of a key, or a person, accepted a version of the terms of a data set. */
export interface AcceptanceRow {
  slug: string;
  /** of the terms */
  version: string;
  title: string;
  /** whether these are the terms that the data set asks for at present */
  isCurrent: boolean;
  name: string;
  affiliation: string;
  purpose: string;
  acceptedAt: Date;
}

/** Who accepts which terms, and for what. */
export interface NewAcceptance {
  slug: string;
  /** that was read; another one than the current is a Conflict */
  termsVersion: string;
  /** of the person, 1 to 200 characters */
  name: string;
  /** 1 to 200 characters */
  affiliation: string;
  /** 1 to 2,000 characters */
  purpose: string;
}

/**
 * Accepts the current terms of a data set for the holder of the caller's key, or for the person who is signed in; once
 * more changes nothing.
 *
 * @param keep called in the transaction of a first acceptance, as its last step
 * @throws BadUserInput naming the text that does not fit
 * @throws Unauthenticated for a caller that is neither
 * @throws Conflict if the data set asks for no terms, or for another version
 */
export async function acceptTerms(
  database: Database,
  caller: Caller,
  { slug, termsVersion, ...texts }: NewAcceptance,
  keep?: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  const said = { name: texts.name.trim(), affiliation: texts.affiliation.trim(), purpose: texts.purpose.trim() };
  expectText('name', said.name, MAX_NAME_LENGTH, 'name');
  expectText('affiliation', said.affiliation, MAX_NAME_LENGTH, 'affiliation');
  expectText('purpose', said.purpose, MAX_PURPOSE_LENGTH, 'purpose', true);
  const holder = signatoryOf(caller.owner);
  if (holder === null) throw new Unauthenticated(`${BELONGS_TO} ${HOW_TO_SEND}`, 'read');
  await database.transaction(async (transaction) => {
    const terms = await currentTerms(transaction, slug, termsVersion);
    const { count } = await transaction.prisma.termsAcceptance.createMany({
      data: [{ termsId: terms.id, holder, keyId: caller.key?.keyId, ...said }],
      skipDuplicates: true,
    });
    if (count > 0) await keep?.(transaction);
  });
  forgetSights(database);
}

/** @throws Conflict */
async function currentTerms(transaction: Transaction, slug: string, termsVersion: string): Promise<TermsRow> {
  const [access] = await findDatasetAccess(transaction, [slug]);
  const terms = access?.terms;
  if (!terms) throw new Conflict(`The data set ${slug} asks for no terms: its content is there without.`, 'dataset');
  if (terms.version !== termsVersion)
    throw new Conflict(
      `Expected termsVersion to be that of the current terms of ${slug}, ${JSON.stringify(terms.version)}, got ` +
        `${JSON.stringify(termsVersion.slice(0, 100))}: read them again in Dataset.terms.`,
      'termsVersion',
    );
  return terms;
}

/** @returns what the holders of keys and people have accepted, the latest first; 500 at most. @param which a slug, or a holder's owner */
export async function findAcceptances(
  database: Queryable,
  which: { slug: string } | { owner: string },
): Promise<AcceptanceRow[]> {
  const [condition, value] =
    'slug' in which ? ['terms.slug = $1', which.slug] : ['acceptance.holder = $1::uuid', signatoryOf(which.owner)];
  return database.query({
    text: `SELECT terms.slug, terms.version, terms.title, acceptance.name, acceptance.affiliation, acceptance.purpose,
             acceptance.accepted_at AS "acceptedAt",
             coalesce(access.visibility = 'TERMS' AND access.terms_id = terms.id, false) AS "isCurrent"
           FROM terms_acceptance AS acceptance JOIN dataset_terms AS terms ON terms.id = acceptance.terms_id
           LEFT JOIN dataset_access AS access ON access.slug = terms.slug
           WHERE ${condition} ORDER BY acceptance.id DESC LIMIT ${MAX_ACCEPTANCES}`,
    values: [value],
  });
}

/** Of one listing. */
export const MAX_ACCEPTANCES = 500;

/** @returns whether a caller sees a data set, but not its content. @param dataset `slug` or `slug@version` */
export async function isClosed(database: Database, caller: Caller, dataset: string): Promise<boolean> {
  const sight = await sightOf(database, caller);
  return sight?.closed.includes(slugOf(dataset)) ?? false;
}

/**
 * For content of a data set that a caller names.
 *
 * @param dataset `slug` or `slug@version`
 * @throws Forbidden, or Unauthenticated without a key, with the terms and how they are accepted
 */
export async function expectTermsAccepted(
  database: Database,
  caller: Caller,
  dataset: string,
  argument?: string,
): Promise<void> {
  if (!(await isClosed(database, caller, dataset))) return;
  const slug = slugOf(dataset);
  const [access] = await findDatasetAccess(database, [slug]);
  // It became public in between.
  if (!access?.terms) return;
  const { id, version, url } = access.terms;
  const terms: TermsToAccept = { id, dataset: slug, version, url, acceptBy: 'acceptTerms' };
  const sentence =
    `The content of the data set ${slug} is for those who have accepted its terms of use, version ${version}: read them ` +
    `in dataset(slug: "${slug}") { terms { text } } and accept them with the mutation acceptTerms(input: { dataset: ` +
    `"${slug}", termsVersion: "${version}", name: …, affiliation: …, purpose: … }).`;
  if (isKnown(caller)) throw new Forbidden(sentence, undefined, argument, terms);
  throw new Unauthenticated(`${sentence} ${BELONGS_TO} ${HOW_TO_SEND}`, 'read', false, terms);
}

/** @param dataset `slug` or `slug@version` */
export const slugOf = (dataset: string): string => dataset.split('@', 1)[0] ?? '';
