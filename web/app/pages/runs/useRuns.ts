import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Answer } from '../../data/graph';
import { type StreamState, useSubscription } from '../../data/live';
import { useAnswer } from '../../data/useAnswer';
import { type RunRow, withRun } from './rows';
import { RunsChangedDocument, RunsDocument, type RunsQuery, SelectedRunsDocument } from './runs.generated';
import { type RunsState, runsVariables } from './search';

/** While the stream is gone. */
const POLL_MS = 5000;

/**
 * The list of runs, kept up to date by one stream for all of them; while the stream is gone, the list is asked for again
 * every few seconds.
 */
export function useRuns(state: RunsState): { query: UseQueryResult<Answer<RunsQuery>, Error>; stream: StreamState } {
  const client = useQueryClient();
  const variables = runsVariables(state);
  const key = [RunsDocument.name, variables];
  const askAgain = (): void => void client.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
  const stream = useSubscription(
    RunsChangedDocument,
    { dataset: state.dataset ?? null },
    {
      enabled: true,
      onEvent: ({ detectionRunsChanged: run }) => {
        if (!run) return;
        const answer = client.getQueryData<Answer<RunsQuery>>(key);
        const data = answer && withRun(answer.data, run);
        if (answer && data) client.setQueryData<Answer<RunsQuery>>(key, { ...answer, data });
        else if (answer && state.after === undefined && state.before === undefined) askAgain();
      },
    },
  );
  // Runs that ended while the stream was gone are not told again.
  const wasPaused = useRef(false);
  useEffect(() => {
    if (stream === 'LIVE' && wasPaused.current) void client.invalidateQueries({ queryKey: [RunsDocument.name] });
    wasPaused.current = stream === 'PAUSED';
  }, [stream, client]);
  const query = useAnswer(RunsDocument, variables, {
    keepPrevious: true,
    staleMs: 0,
    pollMs: stream === 'PAUSED' ? POLL_MS : false,
  });
  return { query, stream };
}

/** The selected runs by their ids, also those that are on another page of the list. */
export function useSelectedRuns(selected: readonly string[], listed: readonly RunRow[]): ReadonlyMap<string, RunRow> {
  const rows = new Map(listed.map((row) => [row.id, row] as const));
  const missing = selected.filter((id) => !rows.has(id));
  const query = useAnswer(SelectedRunsDocument, { ids: missing }, { enabled: missing.length > 0, keepPrevious: true });
  for (const node of query.data?.data.nodes ?? []) {
    if (node?.__typename === 'DetectionRun' && !rows.has(node.id)) rows.set(node.id, node);
  }
  return rows;
}
