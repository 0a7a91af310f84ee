import { useMutation, useQuery } from '@tanstack/react-query';
import { ask } from '../../data/graph';
import { useAnswer } from '../../data/useAnswer';
import type { TriedDetector } from './DetectorChoice';
import {
  TriedDetectionDocument,
  type TriedDetectionQuery,
  TriedSlicesDocument,
  type TriedSlicesQuery,
  TryDetectorDocument,
} from './try.generated';

export type TriedDetection = NonNullable<TriedDetectionQuery['uploadDetection']>;
export type TriedSlice = NonNullable<TriedSlicesQuery['uploadDetection']>['slices'][number];

const POLL_MS = 1000;
/** While a series is worked on, its boxes are read this many times. */
const STEPS = 10;
const SLICES_A_PAGE = 200;

/** Whether nothing more will come. */
export const hasEnded = ({ status }: Pick<TriedDetection, 'status'>): boolean =>
  status === 'SUCCEEDED' || status === 'FAILED' || status === 'CANCELLED';

/** What a detector found in an upload, as far as it has come. @param id of the detection; '' for none */
export function useDetection(id: string) {
  const status = useAnswer(
    TriedDetectionDocument,
    { id },
    {
      enabled: id !== '',
      staleMs: 0,
      keepPrevious: false,
      pollMs: (answer) => (answer?.data.uploadDetection && !hasEnded(answer.data.uploadDetection) ? POLL_MS : false),
    },
  );
  const detection = status.data?.data.uploadDetection ?? null;
  const step = detection === null ? 'none' : hasEnded(detection) ? 'end' : String(stepOf(detection));
  const slices = useQuery({
    queryKey: [TriedSlicesDocument.name, id, step],
    queryFn: ({ signal }) => allSlices(id, signal),
    enabled: detection !== null && (step === 'end' || step !== '0'),
    // What has been found stays while more is read.
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });
  return { status, detection, slices };
}

function stepOf({ progress: { completed, failed, total } }: TriedDetection): number {
  return total === 0 ? 0 : Math.floor((STEPS * (completed + failed)) / total);
}

/** All slices of a detection, page by page: a series has up to 4,000. */
async function allSlices(id: string, signal: AbortSignal): Promise<TriedSlice[]> {
  const slices: TriedSlice[] = [];
  for (let from = 0; ; ) {
    const { data } = await ask(TriedSlicesDocument, { id, from, first: SLICES_A_PAGE }, signal);
    const page = data.uploadDetection?.slices ?? [];
    slices.push(...page);
    const last = page.at(-1);
    if (page.length < SLICES_A_PAGE || !last) return slices;
    from = last.sliceIndex + 1;
  }
}

/** Starts a detector on an upload. @param onStarted is called with the id of the detection */
export function useStart(onStarted: (id: string, detector: TriedDetector) => void) {
  return useMutation({
    mutationFn: async ({ upload, detector }: { upload: string; detector: TriedDetector }) => {
      const { name, version } = detector;
      const { data } = await ask(TryDetectorDocument, { upload, detector: name, version });
      return data.detectInImage.detection.id;
    },
    onSuccess: (id, { detector }) => onStarted(id, detector),
  });
}
