import { join, resolve } from 'node:path';
import { PROJECT_ROOT } from '../compiled';

/** What differs between the two arms of the comparison: nothing but the labels that the model learns. */
export const ARMS = ['single', 'multi'] as const;
export type Arm = (typeof ARMS)[number];

/** A set of phantoms to be made. */
interface PhantomSet {
  patients: number;
  seed: number;
}

/** How much of everything a reproduction takes. */
export interface Scale {
  training: PhantomSet;
  evaluation: PhantomSet;
  /** optimizer steps of each training; a step takes four crops */
  steps: number;
  /** one training of each arm a seed */
  seeds: number[];
}

/** The whole: three seeds an arm, and 1,247 evaluation images. */
const FULL: Scale = {
  training: { patients: 1400, seed: 20171 },
  evaluation: { patients: 430, seed: 90210 },
  steps: 5000,
  seeds: [1, 2, 3],
};

/** Minutes instead of hours: every stage runs, and the figures are those of detectors that have hardly learned. */
const QUICK: Scale = {
  training: { patients: 120, seed: 20171 },
  evaluation: { patients: 60, seed: 90210 },
  steps: 600,
  seeds: [1],
};

/** The paper's number of pseudo-clusters. */
export const CLUSTER_COUNT = 5;

/** Everything that a reproduction was requested. */
export interface ReproductionSettings extends Scale {
  quick: boolean;
  /**
   * how much "which cluster" weighs beside "lesion or not" in the loss of the multi-class arm; 1 is plain cross-entropy
   */
  clusterWeight: number;
  /** folder of the original DeepLesion (DL_info.csv, Images_png/); null: phantoms are made */
  data: string | null;
  /** where intermediate results lie, so that an interrupted reproduction goes on; absolute */
  workDir: string;
  /** where table and figure are written; absolute */
  reportDir: string;
  /** a Python that has the packages of training/requirements.txt; null: an environment of its own is made */
  python: string | null;
}

/** What the command line leaves open. */
export interface ReproductionRequest {
  quick?: boolean;
  data?: string;
  work?: string;
  report?: string;
  seeds?: number[];
  steps?: number;
  clusterWeight?: number;
  python?: string;
}

/** The settings of a request; paths are taken from the folder in which the command was given. */
export function reproductionSettings(request: ReproductionRequest): ReproductionSettings {
  const quick = request.quick ?? false;
  const scale = quick ? QUICK : FULL;
  const kind = `${request.data ? 'deeplesion' : 'phantoms'}${quick ? '-quick' : ''}`;
  const report = join(PROJECT_ROOT, 'docs', 'reproduction');
  return {
    ...scale,
    seeds: request.seeds ?? scale.seeds,
    steps: request.steps ?? scale.steps,
    quick,
    clusterWeight: request.clusterWeight ?? 1,
    data: request.data ? resolve(request.data) : null,
    workDir: resolve(request.work ?? join(PROJECT_ROOT, 'data', 'reproduction', kind)),
    reportDir: resolve(request.report ?? (kind === 'phantoms' ? report : join(report, kind))),
    python: request.python ? resolve(request.python) : null,
  };
}
