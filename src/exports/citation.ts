/** How to cite a data set version or an evaluation, in the forms that texts and reference managers read. */
import type { ExportSource } from './export';
import type { Version } from './version';

/** One work that is cited. */
export interface Work {
  /** of letters, digits and underscores */
  readonly key: string;
  readonly kind: 'dataset' | 'software';
  readonly title: string;
  readonly version: string;
  /** as far as its own texts say one */
  readonly year: number | null;
  readonly url: string | null;
  /** what its authors want to be said, its licence and its checksum: sentences */
  readonly notes: readonly string[];
}

export const CITATION_FORMS = ['text', 'bibtex', 'csl-json', 'ris'] as const;
export type CitationForm = (typeof CITATION_FORMS)[number];

interface FormFacts {
  readonly mediaType: string;
  readonly ending: string;
  /** media types of a request that stand for it */
  readonly accepted: readonly string[];
  write(works: readonly Work[]): string;
}

export const CITATION_FACTS: Readonly<Record<CitationForm, FormFacts>> = {
  text: {
    mediaType: 'text/plain; charset=utf-8',
    ending: 'txt',
    accepted: ['text/plain', 'text/x-bibliography'],
    write: (works) => works.map((work) => `${sentenceOf(work)}\n`).join('\n'),
  },
  bibtex: {
    mediaType: 'application/x-bibtex; charset=utf-8',
    ending: 'bib',
    accepted: ['application/x-bibtex', 'text/x-bibtex'],
    write: (works) => works.map(bibtexOf).join('\n'),
  },
  'csl-json': {
    mediaType: 'application/vnd.citationstyles.csl+json',
    ending: 'json',
    accepted: ['application/vnd.citationstyles.csl+json', 'application/json'],
    write: (works) => `${JSON.stringify(works.map(cslOf), null, 1)}\n`,
  },
  ris: {
    mediaType: 'application/x-research-info-systems; charset=utf-8',
    ending: 'ris',
    accepted: ['application/x-research-info-systems'],
    write: (works) => works.map(risOf).join('\n'),
  },
};

/** @returns the form that an Accept header prefers; the text if it says nothing of any */
export function acceptedForm(accept = ''): CitationForm {
  const weights = new Map<string, number>();
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const weight = parameters.find((word) => word.startsWith('q='))?.slice(2);
    weights.set(type, weight === undefined ? 1 : Number(weight) || 0);
  }
  const weightOf = (form: CitationForm): number =>
    Math.max(0, ...CITATION_FACTS[form].accepted.map((type) => weights.get(type) ?? 0));
  return CITATION_FORMS.reduce((best, form) => (weightOf(form) > weightOf(best) ? form : best), 'text' as CitationForm);
}

const stopped = (text: string): string => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
/** Years of publication in a free text; the first is that of the first article. */
const yearIn = (text: string): number | null =>
  Number(/\b(?:19|20)\d\d\b(?!\.\d)/.exec(text)?.[0] ?? Number.NaN) || null;

/** The data of a version. */
export function workOfVersion({ dataset, name }: Version, { origin }: Pick<ExportSource, 'origin'>): Work {
  const { citation, licence, sourceSha256, synthetic } = dataset;
  return {
    key: name.replaceAll(/[^A-Za-z0-9]/g, '_'),
    kind: 'dataset',
    title: dataset.name,
    version: name,
    year: yearIn(citation),
    url: `${origin}/exports/${name}/citation`,
    notes: [
      ...(citation === '' ? [] : [stopped(citation)]),
      ...(licence === '' ? [] : [`Licence: ${stopped(licence)}`]),
      ...(synthetic ? ['The data are synthetic.'] : []),
      ...(sourceSha256 === '' ? [] : [`SHA-256 of the source file: ${sourceSha256}.`]),
    ],
  };
}

export function workOfSoftware({ softwareVersion }: Pick<ExportSource, 'softwareVersion'>): Work {
  return {
    key: `deeplesion_server_${softwareVersion.replaceAll(/[^A-Za-z0-9]/g, '_')}`,
    kind: 'software',
    title: 'DeepLesion Server',
    version: softwareVersion,
    year: null,
    url: null,
    notes: [],
  };
}

function sentenceOf({ title, version, url, notes }: Work): string {
  return [stopped(`${title}, version ${version}`), ...notes, ...(url === null ? [] : [url])].join(' ');
}

const BIBTEX_SIGNS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
};

/** Texts are free, and may hold anything that BibTeX takes for a command. */
function bibtexText(text: string): string {
  return oneLine(text).replaceAll(/[\\{}$&#%_~^]/g, (sign) => BIBTEX_SIGNS[sign] ?? `\\${sign}`);
}

function bibtexOf({ key, kind, title, version, year, url, notes }: Work): string {
  const fields = [
    ['title', `{${bibtexText(title)}}`],
    ['version', bibtexText(version)],
    ...(year === null ? [] : [['year', String(year)]]),
    ['howpublished', kind === 'dataset' ? 'Data set' : 'Software'],
    ...(url === null ? [] : [['url', url]]),
    ...(notes.length === 0 ? [] : [['note', bibtexText(notes.join(' '))]]),
  ];
  return `@misc{${key},\n${fields.map(([name, value]) => `  ${name} = {${value}}`).join(',\n')}\n}\n`;
}

function cslOf({ key, kind, title, version, year, url, notes }: Work): object {
  return {
    id: key,
    type: kind,
    title,
    version,
    ...(year === null ? {} : { issued: { 'date-parts': [[year]] } }),
    ...(url === null ? {} : { URL: url }),
    ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
  };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

function risOf({ key, kind, title, version, year, url, notes }: Work): string {
  const lines = [
    ['TY', kind === 'dataset' ? 'DATA' : 'COMP'],
    ['ID', key],
    ['TI', title],
    ['ET', version],
    ...(year === null ? [] : [['PY', String(year)]]),
    ...(url === null ? [] : [['UR', url]]),
    ...notes.map((note) => ['N1', note]),
    ['ER', ''],
  ];
  return lines.map(([tag, value = '']) => `${tag}  - ${oneLine(value)}\n`).join('');
}
