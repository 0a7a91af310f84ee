const { relative, sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/**
 * The files that take longest, the longest first: those that mostly wait, for leases and for processes, and those with
 * thousands of generated cases. Where they began last, one worker would be busy with one of them while the others have
 * nothing left.
 */
const LONGEST = [
  'browser/pages.test.ts',
  'e2e/start.test.ts',
  'faults/faults.test.ts',
  'jobs/batches.test.ts',
  'graphql/compiler.test.ts',
  'e2e/stopping.test.ts',
  'jobs/attempts.test.ts',
  'proxy/nginx.test.ts',
  'jobs/queue.test.ts',
  'graphql/generatedQueries.test.ts',
  'e2e/startErrors.test.ts',
  'jobs/handedOn.test.ts',
  'jobs/detectionRun.test.ts',
  'graphql/listBounds.test.ts',
  'http/refusedBodies.test.ts',
  'runs/retryRun.test.ts',
  'inference/askTwice.test.ts',
  'jobs/manyWorkers.test.ts',
  'uploads/refusals.test.ts',
  'jobs/changedPixels.test.ts',
  'jobs/webhooks.test.ts',
  'database/clusterCare.test.ts',
  'inference/webgpu.test.ts',
  'inference/inferenceHost.test.ts',
  'categorization/categorizeLesions.test.ts',
  'models/refusedModels.test.ts',
  'http/metrics.test.ts',
  'uploads/modelRefusals.test.ts',
  'imaging/png16.test.ts',
  'phantom/metadata.test.ts',
  'uploads/dicomDamage.test.ts',
  'phantom/generate.test.ts',
  'graphql/priceCheck.test.ts',
  'http/realGraph.test.ts',
];

const placeOf = ({ path }) => {
  const place = LONGEST.indexOf(relative(__dirname, path).split(sep).join('/'));
  return place < 0 ? LONGEST.length : place;
};

/** The longest files first, whatever is known of earlier runs; the rest as jest has it. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => placeOf(a) - placeOf(b));
  }
};
