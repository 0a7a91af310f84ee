import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import {
  addEvent,
  COMMAND_LINE,
  type DatasetAccessRow,
  expectSlug,
  findAcceptances,
  findDatasetAccess,
  type NewTerms,
  setVisibility,
  VISIBILITIES,
  type Visibility,
} from '../access';
import type { Database } from '../database';
import { findDatasetByReference, unknownDataset } from '../dataset';
import { BadUserInput, quoted } from '../errors';
import { toGlobalId } from '../globalId';
import { withDatabase } from './database';

/** Options of the terms of a data set, for every command that sets its visibility. */
export interface TermsOptions {
  terms?: string;
  termsVersion?: string;
  title?: string;
  url?: string;
  duo?: string[];
}

const WORDS = VISIBILITIES.join(', ').toLowerCase();

/** Adds the options of terms to a command. */
export function withTermsOptions(command: Command): Command {
  return command
    .option('--terms <file>', 'with the visibility terms: a text file with the terms of use; those before if omitted')
    .option('--terms-version <version>', 'their version; other terms need another one, and are asked for again')
    .option('--title <title>', 'their title; "Terms of use" if omitted')
    .option('--url <url>', 'a page that has them too')
    .option('--duo <code...>', 'terms of the Data Use Ontology, such as DUO:0000042');
}

/** `deeplesion dataset visibility` and `dataset acceptances`: who sees a data set, and who has accepted its terms. */
export function registerVisibilityCommands(parent: Command): void {
  const command = parent
    .command('visibility')
    .argument('<slug>', 'slug of the data set; all its versions are seen by the same callers')
    .argument('[visibility]', `who sees it from now on: ${WORDS}; what it is at present if omitted`)
    .description('show or set who sees a data set; all servers know within a second');
  withTermsOptions(command).action((slug: string, visibility: string | undefined, options: TermsOptions) =>
    withDatabase(async ({ database }) => {
      expectSlug(slug);
      if (!(await findDatasetByReference(database, slug))) throw await unknownDataset(database, slug, 'dataset');
      if (visibility !== undefined)
        await applyVisibility(database, slug, readVisibility(visibility), readTerms(options));
      const [access] = await findDatasetAccess(database, [slug]);
      if (access) print(linesOf(access));
    }),
  );
  parent
    .command('acceptances')
    .argument('<slug>', 'slug of the data set')
    .description('list who has accepted which terms of a data set, the latest first')
    .option('--json', 'print a list of objects')
    .action((slug: string, { json }: { json?: true }) =>
      withDatabase(async ({ database }) => {
        const rows = await findAcceptances(database, { slug });
        if (json) return print([JSON.stringify(rows)]);
        const lines = rows.map(
          ({ version, name, affiliation, purpose, acceptedAt }) =>
            `${acceptedAt.toISOString()}\t${version}\t${name}\t${affiliation}\t${purpose.replaceAll(/\s+/g, ' ')}`,
        );
        return print(lines.length > 0 ? lines : [`No one has accepted terms of ${slug}.`]);
      }),
    );
}

/** @throws BadUserInput for another word */
export function readVisibility(word: string): Visibility {
  const visibility = VISIBILITIES.find((one) => one === word.toUpperCase());
  if (visibility) return visibility;
  throw new BadUserInput(`Expected the visibility to be one of ${WORDS}, got ${quoted(word)}.`, 'visibility');
}

/** @returns null if the options name no terms @throws BadUserInput if a part is missing or the file cannot be read */
export function readTerms({
  terms: file,
  termsVersion,
  title = 'Terms of use',
  url,
  duo,
}: TermsOptions): NewTerms | null {
  if (file === undefined && termsVersion === undefined) {
    if (url !== undefined || duo !== undefined)
      throw new BadUserInput('Expected --url and --duo only together with --terms and --terms-version.', 'terms');
    return null;
  }
  if (file === undefined || termsVersion === undefined)
    throw new BadUserInput('Expected --terms FILE and --terms-version VERSION together.', 'terms');
  return { version: termsVersion, title, text: readText(file), url, duoCodes: duo };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw new BadUserInput(`--terms ${file} cannot be read (${code}): name a text file.`, 'terms', { cause: thrown });
  }
}

/** Sets it, and says so in the audit trail. */
export async function applyVisibility(
  database: Database,
  slug: string,
  visibility: Visibility,
  terms: NewTerms | null,
): Promise<void> {
  const dataset = await findDatasetByReference(database, slug);
  const target = dataset && toGlobalId('Dataset', { dataset: `${slug}@${dataset.version}` });
  await setVisibility(database, slug, visibility, terms, async (transaction, { before, after }) => {
    const changes = { dataset: slug, before, after: visibility, termsVersion: after.terms?.version ?? null };
    const what = { actor: COMMAND_LINE, action: 'dataset visibility', target, changes };
    await addEvent(transaction, { ...what, outcome: 'DONE', code: null, requestId: null });
  });
}

function linesOf({ slug, visibility, terms }: DatasetAccessRow): string[] {
  const who: Record<Visibility, string> = {
    PUBLIC: 'anyone with the scope read',
    TERMS: `anyone with the scope read sees it, and its content after having accepted its terms`,
    PRIVATE: 'keys that are bound to it, and operators; for all others it is absent',
  };
  return [
    `${slug} is ${visibility}: ${who[visibility]}.`,
    ...(terms ? [`Terms: ${terms.title}, version ${terms.version}${terms.url ? `, ${terms.url}` : ''}`] : []),
    ...(terms && terms.duoCodes.length > 0 ? [`Data Use Ontology: ${terms.duoCodes.join(', ')}`] : []),
  ];
}

const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
