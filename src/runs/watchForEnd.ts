import { isTerminal } from '../job';
import { findRunIfThere } from './runRows';
import type { LeasedBatch, RunWorkContext } from './runWorkContext';

const WATCH_MS = 500;

/** Why a batch is not processed any more; null while it is. */
type EndReason = 'run-ended' | 'lease-lost' | 'stopping' | null;
export interface Watch {
  reason(): EndReason;
  close(): void;
}

/**
 * Polls twice a second whether the run was cancelled or has failed meanwhile, and listens for the loss of the lease and
 * the stop of the worker; then it ends the current image.
 */
export function watchForEnd(
  { database, host }: RunWorkContext,
  { runId, lost }: LeasedBatch,
  stopping: AbortSignal,
): Watch {
  let reason: EndReason = null;
  const end = (why: EndReason): void => {
    if (reason !== null) return;
    reason = why;
    host.stop('The work on this image is not wanted any more.');
  };
  const look = async (): Promise<void> => {
    const run = await findRunIfThere(database, runId);
    if (!run || isTerminal(run.status)) end('run-ended');
  };
  const onLost = (): void => end('lease-lost');
  const onStopping = (): void => end('stopping');
  // A poll that fails says nothing about the run; the next one follows soon.
  const timer = setInterval(() => void look().catch(() => undefined), WATCH_MS);
  lost.addEventListener('abort', onLost);
  stopping.addEventListener('abort', onStopping);
  if (stopping.aborted) onStopping();
  return {
    reason: () => reason,
    close() {
      clearInterval(timer);
      lost.removeEventListener('abort', onLost);
      stopping.removeEventListener('abort', onStopping);
    },
  };
}
