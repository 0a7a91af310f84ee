import { useMemo } from 'react';
import { useAnswer } from '../../data/useAnswer';
import { type RunOnImage, runOnImage } from './boxes';
import { SliceOutcomeDocument } from './slice.generated';
import type { SliceState } from './state';

/** What the chosen runs found on an image; while an answer is on its way, the run is not there yet. */
export function useRuns(
  imageId: string,
  { runs: [first = '', second = ''], iouThreshold }: SliceState,
): { runs: readonly RunOnImage[]; problem: Error | null } {
  const a = useRun(first, imageId, iouThreshold);
  const b = useRun(second, imageId, iouThreshold);
  const runs = useMemo(() => [a.run, b.run].filter((run) => run !== null), [a.run, b.run]);
  return { runs, problem: a.problem ?? b.problem };
}

function useRun(run: string, image: string, iouThreshold: number): { run: RunOnImage | null; problem: Error | null } {
  const query = useAnswer(
    SliceOutcomeDocument,
    { run, image, iouThreshold },
    { enabled: run !== '', keepPrevious: true },
  );
  const answer = run === '' ? null : query.data?.data.detectionRun;
  const found = useMemo(() => (answer ? runOnImage(answer) : null), [answer]);
  return { run: found, problem: answer === null && run !== '' ? NO_RUN : query.error };
}

const NO_RUN = new Error('There is no detection run with the id in the address. Choose one of the list.');
