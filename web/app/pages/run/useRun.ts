import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '../../data/graph';
import { type StreamState, useSubscription } from '../../data/live';
import { useAnswer } from '../../data/useAnswer';
import { isUnfinished } from '../runs/rows';
import { RunDocument, RunFailuresDocument, RunProgressDocument, type RunQuery } from './run.generated';

/** While the stream is gone. */
const POLL_MS = 5000;

export type RunDetails = NonNullable<RunQuery['detectionRun']>;

/** One run, followed by a stream until it has ended; while the stream is gone, it is asked for again. */
export function useRun(id: string): { query: UseQueryResult<Answer<RunQuery>, Error>; stream: StreamState } {
  const client = useQueryClient();
  const key = [RunDocument.name, { id }];
  const known = client.getQueryData<Answer<RunQuery>>(key)?.data.detectionRun;
  const stream = useSubscription(
    RunProgressDocument,
    { id },
    {
      enabled: known != null && isUnfinished(known),
      onEvent: ({ jobProgress: job }) => {
        if (job.__typename !== 'DetectionRun') return;
        const { __typename, ...state } = job;
        client.setQueryData<Answer<RunQuery>>(key, (answer) =>
          answer?.data.detectionRun
            ? { ...answer, data: { detectionRun: { ...answer.data.detectionRun, ...state } } }
            : answer,
        );
        // Its evaluation is there as soon as it has ended.
        if (!isUnfinished(job)) void client.invalidateQueries({ queryKey: key });
        if (job.progress.failed > 0) void client.invalidateQueries({ queryKey: [RunFailuresDocument.name] });
      },
    },
  );
  const query = useAnswer(
    RunDocument,
    { id },
    { staleMs: 0, pollMs: stream === 'PAUSED' && known != null && isUnfinished(known) ? POLL_MS : false },
  );
  return { query, stream };
}
