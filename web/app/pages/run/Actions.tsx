import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { PATHS } from '../../../../src/http/webPaths';
import { plural } from '../../data/text';
import { useAction } from '../../data/useAction';
import { randomUuid } from '../../data/uuid';
import { nameOf, useMay, useViewer } from '../../data/viewer';
import { DeleteButton } from '../../parts/DeleteButton';
import { Needs } from '../../parts/Needs';
import { Question } from '../../parts/Question';
import { Problem } from '../../parts/States';
import { isUnfinished, nameOfRun } from '../runs/rows';
import { CancelRunDocument, RetryRunDocument, RunDocument } from './run.generated';
import type { RunDetails } from './useRun';

/** Cancel, which asks first; retry, where images are without a result; delete, for those who may. */
export function Actions({ run }: { run: RunDetails }) {
  const { status, progress } = run;
  const without = progress.total - progress.completed;
  if (isUnfinished(run)) return <Cancel run={run} />;
  return (
    <>
      {(status === 'SUCCEEDED' || status === 'FAILED') && without > 0 && <Retry run={run} count={without} />}
      <Delete run={run} />
    </>
  );
}

/** One's own run with `detect`, any with `operate`. */
function Delete({ run }: { run: RunDetails }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const viewer = useViewer();
  const isOwn = viewer !== undefined && run.owner !== null && run.owner === nameOf(viewer);
  const mayDelete = viewer?.scopes.includes('operate') || (isOwn && viewer.scopes.includes('detect'));
  if (!mayDelete) return null;
  const leave = async (): Promise<void> => {
    await navigate({ to: PATHS.runs });
    await client.invalidateQueries();
  };
  return <DeleteButton thing={{ kind: 'RUN', id: run.id, name: nameOfRun(run) }} onDeleted={leave} />;
}

function Cancel({ run: { id, progress } }: { run: RunDetails }) {
  const client = useQueryClient();
  const right = useMay('detect', 'curate', 'operate');
  const [isAsking, setAsking] = useState(false);
  const cancel = useAction(CancelRunDocument, async () => {
    setAsking(false);
    await client.invalidateQueries({ queryKey: [RunDocument.name, { id }] });
  });
  return (
    <>
      <button type="button" disabled={!right.isGiven} onClick={() => setAsking(true)}>
        Cancel the run
      </button>
      <Needs right={right} />
      <Question
        open={isAsking}
        title="Cancel this run?"
        yes={['Cancel the run', 'Cancelling …']}
        no="Let it go on"
        work={cancel}
        onYes={() => cancel.mutate({ id })}
        onNo={() => setAsking(false)}
      >
        <p>
          {plural(progress.completed, 'image')} of {progress.total} have a result. They stay, but a cancelled run is not
          evaluated and cannot go on.
        </p>
      </Question>
    </>
  );
}

function Retry({ run: { id }, count }: { run: RunDetails; count: number }) {
  const navigate = useNavigate();
  const right = useMay('detect');
  // A second press, after an answer that was lost, starts no second run.
  const key = useRef(randomUuid());
  const retry = useAction(RetryRunDocument, ({ retryDetectionRun }) =>
    navigate({ to: PATHS.run, params: { runId: retryDetectionRun.run.id } }),
  );
  return (
    <>
      <button
        type="button"
        disabled={retry.isPending || !right.isGiven}
        onClick={() => retry.mutate({ id, key: key.current })}
      >
        Retry {plural(count, 'image')}
      </button>
      <Needs right={right} />
      {retry.error && <Problem error={retry.error} />}
    </>
  );
}
