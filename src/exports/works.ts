/** Which works are cited for a data set version, a selection of its lesions, or an evaluation. */
import { canonicalJson } from '../canonicalJson';
import { countRows } from '../database';
import { findCohortsByKey, type LesionFilter, lesionListing } from '../dataset';
import { toGlobalId } from '../globalId';
import { findProvenance } from '../results';
import { type Work, workOfSoftware, workOfVersion } from './citation';
import type { Evaluated } from './evaluationExports';
import type { ExportSource } from './export';
import type { Version } from './version';

/** What citing takes. */
export type CitationSource = Pick<ExportSource, 'database' | 'softwareVersion' | 'origin'>;

/** Lesions of a version. */
export interface Selection {
  readonly filter: LesionFilter;
  /** the same as the graph has it */
  readonly given: object;
}

/** @param selection null: all of the version */
export async function worksOfVersion(
  source: CitationSource,
  version: Version,
  selection: Selection | null = null,
): Promise<Work[]> {
  const whole = workOfVersion(version, source);
  const data = selection ? await selected(source, version, whole, selection) : whole;
  return [data, workOfSoftware(source)];
}

/** The same data with what of them was used, and an address that has it in it. */
async function selected(
  { database }: CitationSource,
  version: Version,
  whole: Work,
  { filter, given }: Selection,
): Promise<Work> {
  const listing = lesionListing({ and: [{ dataset: version.name }, filter] }, []);
  const [count, cohorts] = await Promise.all([
    countRows(database, listing),
    filter.cohort ? findCohortsByKey(database, [filter.cohort]) : [],
  ]);
  const text = canonicalJson(given);
  const notes = cohorts.map(
    ({ uuid, name, membersSha256 }) =>
      `Cohort: ${name} (${toGlobalId('Cohort', { uuid })}), SHA-256 of its members: ${membersSha256}.`,
  );
  return {
    ...whole,
    url: whole.url === null ? null : `${whole.url}?${new URLSearchParams({ filter: text })}`,
    notes: [...whole.notes, `Selection: ${count} lesions, by the filter ${text}.`, ...notes],
  };
}

/** The data, the detector and the software. @param id the global id of the evaluation */
export async function worksOfEvaluation(
  source: CitationSource,
  { evaluation, version }: Evaluated,
  id: string,
): Promise<Work[]> {
  const provenance = await findProvenance(source.database, evaluation);
  const { detector = 'unknown', detectorVersion = '', modelSha256 = null, trainingData = null } = provenance ?? {};
  const { detectorCitation = null, detectorUrl = null } = provenance ?? {};
  const work: Work = {
    key: `${detector}_${detectorVersion}`.replaceAll(/[^A-Za-z0-9]/g, '_'),
    kind: 'software',
    title: `Detector ${detector}`,
    version: detectorVersion,
    year: null,
    url: detectorUrl,
    notes: [
      ...(detectorCitation === null ? [] : [detectorCitation]),
      ...(modelSha256 === null ? [] : [`SHA-256 of the model: ${modelSha256}.`]),
      ...(trainingData === null ? [] : [`Trained with: ${trainingData}.`]),
      `Evaluation ${id}, SHA-256 of its protocol: ${evaluation.protocolKey}.`,
    ],
  };
  return eachOnce([workOfVersion(version, source), work, workOfSoftware(source)]);
}

/** @returns each work once, with all that is said of it, in the order in which they came */
export function eachOnce(works: readonly Work[]): Work[] {
  const known = new Map<string, Work>();
  for (const work of works) {
    const { key, url } = work;
    const earlier = known.get(`${key} ${url}`);
    const notes = earlier ? [...new Set([...earlier.notes, ...work.notes])] : work.notes;
    known.set(`${key} ${url}`, { ...work, notes });
  }
  return withOwnKeys([...known.values()]);
}

/** Two selections of one version would have one key, which a reference manager takes for one work. */
function withOwnKeys(works: readonly Work[]): Work[] {
  const used = new Set<string>();
  return works.map((work) => {
    let { key } = work;
    for (let use = 2; used.has(key); use++) key = `${work.key}_${use}`;
    used.add(key);
    return { ...work, key };
  });
}
