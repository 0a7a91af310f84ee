import type { ComparisonPoint, Findings, StratumComparison } from '../../src/reproduction';

/** Made-up figures: multi-class is ahead by `lead` at every threshold, give or take `half`. */
export function comparison(label: string, lead: number, half: number, topK = 5): StratumComparison {
  const points = Array.from({ length: 19 }, (_, i): ComparisonPoint => {
    const iouThreshold = (i + 1) / 20;
    const value = 0.95 - iouThreshold * 0.6;
    return {
      iouThreshold,
      single: { value, low: value - 0.03, high: value + 0.03 },
      multi: { value: value + lead, low: value + lead - 0.03, high: value + lead + 0.03 },
      difference: { value: lead, low: lead - half, high: lead + half },
      pairs: [lead],
    };
  });
  return { stratum: label === 'all' ? 'ALL' : `pseudo-cluster:${label}`, label, lesions: 1234, topK, points };
}

/** A whole report's figures. */
export function madeFindings(quick: boolean, lead = 0.02, half = 0.01): Findings {
  const run = { seed: 1, detector: 'x@1.0.0', modelSha256: 'a'.repeat(64), runId: 1, meanMsPerImage: 71.2 };
  const trained = { trainingMinutes: 16, trainingHardware: 'CPU', trainingCommand: 'python train.py' };
  const accuracy = [
    { topK: 5, correct: 1200, total: 1234 },
    { topK: 1, correct: 1000, total: 1234 },
  ];
  const froc = [{ falsePositivesPerImage: 1, sensitivity: 0.9 }];
  return {
    formatVersion: 1,
    finishedAt: '2026-11-23T12:00:00.000Z',
    codeVersion: 'abc',
    settings: {
      ...{ quick, seeds: [1], steps: 10, clusterWeight: 1, data: false },
      ...{ training: { patients: 2, seed: 1 }, evaluation: { patients: 2, seed: 2 } },
    },
    environment: { python: '3.11', torch: '2.13', gpus: [], cores: 2 },
    dataset: { reference: 'evaluation', images: 1, lesions: 1234, patients: 2 },
    categorization: {
      chosenIteration: 1,
      iterations: [
        {
          ...{ iteration: 1, nmiToPrevious: 0.95, purityToPrevious: 0.98, silhouette: 0.5 },
          ...{ nmiToHiddenTypes: 0.6, purityToHiddenTypes: 0.7 },
        },
      ],
      clusters: [
        {
          clusterIndex: 1,
          label: '1: mostly lung',
          stratum: 'pseudo-cluster:7',
          trainingLesions: 9,
          evaluationLesions: 4,
        },
      ],
    },
    runs: [
      { arm: 'single', ...run, ...trained, accuracy, froc },
      { arm: 'multi', ...run, ...trained, accuracy, froc },
    ],
    comparisons: [comparison('all', lead, half), comparison('1: a < b', lead, half), comparison('all', lead, half, 1)],
    stages: [{ name: 'train', seconds: 75 }],
    commands: ['python train.py'],
  };
}
