import { plural } from '../../data/text';
import type { RunChoicesQuery } from './newRun.generated';
import type { NewRunState } from './search';

export type DetectorChoice = RunChoicesQuery['detectors']['nodes'][number];

/** The data set and the detector. A detector that is not ready can be seen and not be chosen. */
export function WhatFields({
  choices: { datasets, detectors },
  dataset,
  detector,
  lesions,
  change,
}: {
  choices: RunChoicesQuery;
  dataset: string | undefined;
  detector: DetectorChoice | undefined;
  lesions: NewRunState['lesions'];
  change: (changes: Partial<NewRunState>) => void;
}) {
  const isListed = datasets.nodes.some(({ slug }) => slug === dataset);
  const keyOf = ({ name, version }: DetectorChoice): string => `${name}@${version}`;
  return (
    <section className="card stack" aria-label="What">
      <h2>What</h2>
      <div className="field-grid">
        <label className="stack-tight">
          Data set
          <select
            value={dataset ?? ''}
            // Clusters are those of one data set.
            onChange={({ target }) => change({ dataset: target.value, lesions: { ...lesions, cluster: undefined } })}
          >
            {!isListed && <option value={dataset ?? ''}>{dataset ?? 'choose one'}</option>}
            {datasets.nodes.map(({ id, slug, name, counts }) => (
              <option key={id} value={slug}>
                {slug}: {name}
                {counts && `, ${plural(counts.images, 'image')}`}
              </option>
            ))}
          </select>
        </label>
        <label className="stack-tight">
          Detector
          <select value={detector ? keyOf(detector) : ''} onChange={({ target }) => change({ detector: target.value })}>
            {!detector && <option value="">choose one</option>}
            {detectors.nodes.map((one) => (
              <option key={one.id} value={keyOf(one)} disabled={!one.ready}>
                {one.name} {one.version}
                {one.ready ? '' : ' (not ready)'}
              </option>
            ))}
          </select>
        </label>
      </div>
      {detector && !detector.ready && <p className="warn-text">{detector.notReadyReason}</p>}
    </section>
  );
}
