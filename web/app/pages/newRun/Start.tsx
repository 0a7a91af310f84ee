import { useNavigate } from '@tanstack/react-router';
import { useRef } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import type { RunDetectionInput } from '../../data/schemaTypes.generated';
import { formatCount, formatDuration, plural } from '../../data/text';
import { useAction } from '../../data/useAction';
import { useAnswer } from '../../data/useAnswer';
import { randomUuid } from '../../data/uuid';
import { useMay } from '../../data/viewer';
import { Snippets } from '../../parts/GetThis';
import { Needs } from '../../parts/Needs';
import { Problem } from '../../parts/States';
import { EstimateRunDocument, type EstimateRunQuery, RunImagesDocument, StartRunDocument } from './newRun.generated';
import { imageFilterOf, type NewRunState } from './search';
import type { DetectorChoice } from './WhatFields';

/** How many images, how long it may take, the button, and what it sends. */
export function Start({
  dataset,
  state,
  detector,
  input,
}: {
  dataset: string;
  state: NewRunState;
  detector: DetectorChoice;
  input: RunDetectionInput;
}) {
  const navigate = useNavigate();
  const right = useMay('detect');
  const filter = { dataset, ...imageFilterOf(state.lesions, dataset) };
  const images = useAnswer(
    RunImagesDocument,
    { filter, withPixels: { ...filter, hasPixels: true } },
    { keepPrevious: true },
  );
  const chosen = state.onlyWithPixels ? images.data?.data.withPixels : images.data?.data.all;
  const isPossible = detector.ready && (chosen?.totalCount ?? 0) > 0;
  const estimate = useAnswer(
    EstimateRunDocument,
    { input },
    { keepPrevious: true, staleMs: 0, enabled: isPossible && images.error === null },
  );
  const start = useAction(StartRunDocument, ({ runDetection }) =>
    navigate({ to: PATHS.run, params: { runId: runDetection.run.id } }),
  );
  const keyOf = useIdempotencyKey();
  return (
    <aside className="card stack new-run-start" aria-label="Start">
      {images.error ? (
        <Problem error={images.error} onRetry={() => void images.refetch()} />
      ) : (
        <>
          <p className="big-number" role="status">
            <strong>{chosen ? formatCount(chosen.totalCount) : '…'}</strong>{' '}
            {chosen?.totalCount === 1 ? 'image' : 'images'}
          </p>
          <PixelNote images={images.data?.data} onlyWithPixels={state.onlyWithPixels} />
          {isPossible && <Estimate query={estimate} />}
        </>
      )}
      <button
        type="button"
        className="primary"
        disabled={!isPossible || !right.isGiven || start.isPending}
        onClick={() => start.mutate({ input: { ...input, idempotencyKey: keyOf(input) } })}
      >
        {start.isPending ? 'Starting …' : 'Start the run'}
      </button>
      <Needs right={right} />
      {start.error && <Problem error={start.error} />}
      <details open>
        <summary>What is sent</summary>
        <Snippets source={{ title: 'The request', document: StartRunDocument, variables: { input } }} />
        <p className="muted small">
          The page adds an idempotency key for each press: a press that is repeated because the answer was lost starts
          no second run.
        </p>
      </details>
    </aside>
  );
}

function PixelNote({
  images,
  onlyWithPixels,
}: {
  images: { all: { totalCount: number }; withPixels: { totalCount: number } } | undefined;
  onlyWithPixels: boolean;
}) {
  if (!images) return null;
  const missing = images.all.totalCount - images.withPixels.totalCount;
  if (images.all.totalCount === 0) return <p className="warn-text">No image fits all facets. Choose fewer of them.</p>;
  if (missing === 0) return null;
  return (
    <p className={onlyWithPixels ? 'muted' : 'warn-text'}>
      {onlyWithPixels
        ? `${plural(missing, 'more image')} would fit, but their pixel files are not on this server.`
        : `${plural(missing, 'image')} of these will fail: the pixel files are not on this server.`}
    </p>
  );
}

function Estimate({ query }: { query: { data?: { data: EstimateRunQuery }; error: Error | null } }) {
  if (query.error) return <Problem error={query.error} />;
  const estimate = query.data?.data.estimateRun;
  if (!estimate) return <p className="muted">Estimating the time …</p>;
  const { estimatedSeconds, queueAheadImages, reason } = estimate;
  const ahead = queueAheadImages > 0 ? `, with ${plural(queueAheadImages, 'image')} of other runs before it` : '';
  return (
    <p className="muted">
      {estimatedSeconds === null
        ? `How long it takes is not known. ${reason ?? ''}`
        : `It takes about ${formatDuration(estimatedSeconds)}${ahead}.`}
    </p>
  );
}

/** One key for each press; a press with the same input repeats the request before, whose answer was lost. */
function useIdempotencyKey(): (input: RunDetectionInput) => string {
  const last = useRef<{ text: string; key: string } | null>(null);
  return (input) => {
    const text = JSON.stringify(input);
    if (last.current?.text !== text) last.current = { text, key: randomUuid() };
    return last.current.key;
  };
}
