import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { PATHS } from '../../../src/http/webPaths';
import { useAnswer } from '../data/useAnswer';
import { useHas } from '../data/viewer';
import { GetThis } from '../parts/GetThis';
import { PageHead } from '../parts/PageHead';
import { Answered } from '../parts/States';
import { Doctor } from './operations/Doctor';
import { Figures } from './operations/Figures';
import { Hardware } from './operations/Hardware';
import { OperationsDocument, type OperationsQuery } from './operations/operations.generated';
import { Queue } from './operations/Queue';
import { Readiness } from './operations/Readiness';
import { Workers } from './operations/Workers';
import './operations/operations.css';

const POLL_MS = 5000;

/** What the server is doing, what waits, and what is wrong. It is asked for every few seconds while it is seen. */
export function Operations() {
  const query = useAnswer(OperationsDocument, {}, { staleMs: 0, pollMs: POLL_MS });
  return (
    <>
      <PageHead
        title="Operations"
        lead={<AsOf at={query.dataUpdatedAt} isAway={query.error !== null} />}
        actions={
          <>
            <More />
            <GetThis sources={[{ title: 'All of this', document: OperationsDocument, variables: {} }]} />
          </>
        }
      />
      <Answered query={query} height="40rem">
        {(data) => <Found data={data} />}
      </Answered>
    </>
  );
}

/** The operator's other pages. */
function More() {
  const mayReadTrail = useHas('keys');
  return (
    <>
      <Link to={PATHS.datasets} className="button">
        Versions and rights
      </Link>
      {mayReadTrail && (
        <Link to={PATHS.audit} className="button">
          Audit trail
        </Link>
      )}
    </>
  );
}

function Found({ data }: { data: OperationsQuery }) {
  const { readiness, queueStatus, storage, workers, detectionRuns, serverInfo } = data;
  return (
    <div className="stack">
      <Figures data={data} />
      <Readiness checks={readiness} refusedModels={serverInfo.refusedModels} />
      <Doctor />
      <Workers workers={workers} />
      <Queue runs={detectionRuns.nodes} totalCount={detectionRuns.totalCount} stranded={queueStatus.stranded} />
      <Hardware info={serverInfo} storage={storage} />
    </div>
  );
}

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

/** When the figures were true; a page that was hidden for an hour must not look as if it were new. */
function AsOf({ at, isAway }: { at: number; isAway: boolean }) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), POLL_MS);
    return () => clearInterval(timer);
  }, []);
  if (at === 0) return 'Workers, queue, hardware and space';
  return `${isAway ? 'The server does not answer; this was true' : 'As of'} ${isAway ? 'at ' : ''}${clock.format(at)}`;
}
