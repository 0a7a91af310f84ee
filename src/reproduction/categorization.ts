import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ClusterProfile,
  findCategorizationByName,
  findClustersOfCategorizations,
  importCategorization,
  parseCategorizationFile,
  profilesOfPseudoClusters,
} from '../categorization';
import { findDatasetByReference } from '../dataset';
import { Conflict } from '../errors';
import type { Progress } from '../progress';
import { clusterStratum } from '../results';
import type { Services } from '../services';
import { runCommand } from './command';
import type { ClusterFinding, IterationFinding } from './findings';
import type { Layout } from './layout';
import { assignCommand, CATEGORIZATION_NAME, type PythonStage } from './pythonStages';

/** The facts of the categorization in the report. */
export interface CategorizationFacts {
  chosenIteration: number;
  iterations: IterationFinding[];
  clusters: ClusterFinding[];
}

/** A cluster is called by a coarse type when at least this share of its typed lesions have it. */
const MOSTLY = 0.5;

/**
 * Puts the evaluation lesions to the clusters and imports the result; the original data set brings its own clusters. A
 * data set that has the categorization keeps it.
 */
export async function categorizeOnServer(
  { database }: Services,
  dataset: string,
  stage: PythonStage,
  progress: Progress,
): Promise<void> {
  const { layout, settings } = stage;
  const known = await findDatasetByReference(database, dataset);
  // It is written in one transaction: a reproduction that was killed behind it goes on from here.
  if (known && (await findCategorizationByName(database, known.id, CATEGORIZATION_NAME))) return;
  if (!settings.data) await runCommand(assignCommand(stage));
  await importCategorization(database, {
    folder: settings.data ? layout.categorization : layout.evaluationClusters,
    dataset,
    name: CATEGORIZATION_NAME,
    partial: settings.data !== null, // rows of the original that do not fit are left out of the data set
    onProgress: progress.update,
  });
}

/** Reads lineage and clusters back: the training's from the files, the evaluation lesions' from the server. */
export async function readCategorizationFacts(
  { database }: Services,
  dataset: string,
  layout: Layout,
): Promise<CategorizationFacts> {
  const file = parseCategorizationFile(await readFile(join(layout.categorization, 'categorization.json'), 'utf8'));
  const found = await findDatasetByReference(database, dataset);
  const categorization = found && (await findCategorizationByName(database, found.id, CATEGORIZATION_NAME));
  if (!categorization) throw new Conflict(`The data set ${dataset} has no categorization ${CATEGORIZATION_NAME}.`);
  const clusters = await findClustersOfCategorizations(database, [categorization.id]);
  const profiles = await profilesOfPseudoClusters(
    database,
    clusters.map(({ id }) => id),
  );
  return {
    chosenIteration: file.chosenIteration,
    iterations: file.iterations.map(({ diagnostics, ...iteration }) => ({
      iteration: iteration.iteration,
      nmiToPrevious: iteration.nmiToPrevious,
      purityToPrevious: iteration.purityToPrevious,
      silhouette: iteration.silhouette,
      nmiToHiddenTypes: diagnostics?.nmiToHiddenTypes ?? null,
      purityToHiddenTypes: diagnostics?.purityToHiddenTypes ?? null,
    })),
    clusters: clusters.map(({ id, clusterIndex }) => {
      const profile = profiles.find(({ pseudoClusterId }) => pseudoClusterId === id);
      return {
        stratum: clusterStratum(clusterIndex),
        clusterIndex,
        label: `${clusterIndex}: ${describeTypes(profile)}`,
        trainingLesions: file.clusters.find((one) => one.clusterIndex === clusterIndex)?.size ?? 0,
        evaluationLesions: profile?.lesions ?? 0,
      };
    }),
  };
}

/** The coarse type that most of a cluster's lesions have; clusters were made without it. */
function describeTypes(profile: ClusterProfile | undefined): string {
  const types = [...(profile?.coarseTypes ?? [])].sort((a, b) => b.lesions - a.lesions);
  const known = types.reduce((sum, { lesions }) => sum + lesions, 0);
  const [first, second] = types;
  const name = (type: string): string => type.toLowerCase().replace('_', ' ');
  if (!first || known === 0) return 'types unknown';
  if (first.lesions >= MOSTLY * known) return `mostly ${name(first.coarseType)}`;
  return second ? `${name(first.coarseType)}, ${name(second.coarseType)} …` : name(first.coarseType);
}
