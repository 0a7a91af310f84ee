import type { PythonEnvironment } from './python';
import type { Arm, ReproductionSettings } from './settings';
import type { StageTime } from './stages';

/** A figure with its 95 % interval; null if nothing can be said. */
export interface Estimate {
  value: number | null;
  low: number | null;
  high: number | null;
}

/** Both arms at one IoU threshold; an arm's figure is the mean over its seeds. */
export interface ComparisonPoint {
  iouThreshold: number;
  single: Estimate;
  multi: Estimate;
  /** multi less single, paired over lesions and seeds */
  difference: Estimate;
  /** multi less single of each seed */
  pairs: readonly number[];
}

/** Both arms on some lesions, by rising IoU threshold. */
export interface StratumComparison {
  /** as the server names it: ALL, pseudo-cluster:ID, size:10-30mm */
  stratum: string;
  /** for people */
  label: string;
  lesions: number;
  topK: number;
  points: ComparisonPoint[];
}

/** One detection run of the comparison, with all that leads back to it. */
export interface RunFinding {
  arm: Arm;
  seed: number;
  /** name@version of the detector */
  detector: string;
  modelSha256: string;
  /** on the server of the reproduction */
  runId: number;
  meanMsPerImage: number | null;
  trainingMinutes: number | null;
  trainingHardware: string;
  /** correct of total lesions at IoU > 0.5, by topK */
  accuracy: { topK: number; correct: number; total: number }[];
  /** sensitivity at false positives an image, IoU ≥ 0.5 */
  froc: { falsePositivesPerImage: number; sensitivity: number | null }[];
  trainingCommand: string;
}

/** A pseudo-cluster of the evaluation set. */
export interface ClusterFinding {
  /** as evaluations name it */
  stratum: string;
  clusterIndex: number;
  label: string;
  trainingLesions: number;
  evaluationLesions: number;
}

/** One iteration of the categorization's loop. */
export interface IterationFinding {
  iteration: number;
  nmiToPrevious: number | null;
  purityToPrevious: number | null;
  silhouette: number | null;
  /** only for phantoms: agreement with the types that the generator hid */
  nmiToHiddenTypes: number | null;
  purityToHiddenTypes: number | null;
}

/** The content of the report, and of report.json. */
export interface Findings {
  formatVersion: 1;
  finishedAt: string;
  codeVersion: string;
  settings: Pick<ReproductionSettings, 'quick' | 'seeds' | 'steps' | 'clusterWeight' | 'training' | 'evaluation'> & {
    data: boolean;
  };
  environment: Pick<PythonEnvironment, 'python' | 'torch' | 'gpus' | 'cores'>;
  dataset: { reference: string; images: number; lesions: number; patients: number };
  categorization: { chosenIteration: number; iterations: IterationFinding[]; clusters: ClusterFinding[] };
  runs: RunFinding[];
  /** all lesions first, then the clusters; for topK 5 and 1 */
  comparisons: StratumComparison[];
  stages: StageTime[];
  commands: string[];
}

/** The point of a comparison at a threshold. */
export function pointAt({ points }: StratumComparison, iouThreshold: number): ComparisonPoint | undefined {
  return points.find((point) => Math.abs(point.iouThreshold - iouThreshold) < 1e-9);
}
