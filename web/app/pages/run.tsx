import { Link, useParams } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { csvOf } from '../data/csv';
import { formatTime } from '../data/text';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner } from '../parts/PageHead';
import type { ServerFile } from '../parts/ServerFiles';
import { Answered, Empty } from '../parts/States';
import { Actions } from './run/Actions';
import { Evaluations } from './run/Evaluations';
import { Facts } from './run/Facts';
import { Failures } from './run/Failures';
import { Progress } from './run/Progress';
import { Result } from './run/Result';
import { RunDocument, RunFailuresDocument, RunProgressDocument } from './run/run.generated';
import { Slices } from './run/Slices';
import { type RunDetails, useRun } from './run/useRun';
import { nameOfRun } from './runs/rows';
import './run/run.css';

/** One run: how far it is, what came out of it, what failed, and how it can be repeated. */
export function Run() {
  const { runId = '' } = useParams({ strict: false });
  const { query, stream } = useRun(runId);
  return (
    <Answered query={query} height="40rem" title="Run">
      {({ detectionRun }) =>
        detectionRun ? (
          <>
            {stream === 'PAUSED' && (
              <p className="quiet-bar" role="status">
                Live updates paused; the run is asked for every 5 s.
              </p>
            )}
            <Details run={detectionRun} />
          </>
        ) : (
          <>
            <PageHead title="No such run" />
            <Empty action={<Link to={PATHS.runs}>All runs</Link>}>
              No run has this id. It may be of another database.
            </Empty>
          </>
        )
      }
    </Answered>
  );
}

function Details({ run }: { run: RunDetails }) {
  const hasResults = run.detections.totalCount > 0;
  return (
    <>
      <PageHead
        title={nameOfRun(run)}
        lead={
          <>
            Requested {formatTime(run.createdAt)}
            {run.retryOf && (
              <>
                , retries{' '}
                <Link to={PATHS.run} params={{ runId: run.retryOf.id }}>
                  an earlier run
                </Link>
              </>
            )}
          </>
        }
        actions={
          <>
            <Actions run={run} />
            <GetThis
              sources={[
                { title: 'This run', document: RunDocument, variables: { id: run.id } },
                { title: 'Its failures', document: RunFailuresDocument, variables: { id: run.id, first: 50 } },
                {
                  title: 'Its progress, as a stream at /graphql/stream',
                  document: RunProgressDocument,
                  variables: { id: run.id },
                },
              ]}
              files={filesOfRun(run)}
              downloads={[
                {
                  label: 'Accuracy as CSV',
                  fileName: 'accuracy.csv',
                  type: 'text/csv',
                  make: () => csvOf(CURVE_HEADER, curveRows(run)),
                },
              ]}
            />
          </>
        }
      />
      <SyntheticBanner shown={run.dataset.synthetic} />
      <div className="stack">
        <Progress run={run} />
        {run.evaluations.length > 0 && <Result run={run} />}
        {hasResults && <Slices runId={run.id} />}
        {run.progress.failed > 0 && <Failures run={run} />}
        {run.evaluations.length > 0 && <Evaluations run={run} />}
        <Facts run={run} />
      </div>
    </>
  );
}

const CURVE_HEADER = [
  'evaluation',
  'protocol_key',
  'top_k',
  'iou_threshold',
  'accuracy',
  'ci_low',
  'ci_high',
  'correct',
  'total',
];

function curveRows({ evaluations }: RunDetails): (string | number | null)[][] {
  return evaluations.flatMap(({ id, protocolKey, protocol, top1, topK }) =>
    [
      { k: 1, curve: top1 },
      { k: protocol.defaultTopK, curve: topK },
    ].flatMap(({ k, curve }) =>
      (curve ?? []).map(({ iouThreshold, accuracy, ciLow, ciHigh, correct, total }) => [
        id,
        protocolKey,
        k,
        iouThreshold,
        accuracy,
        ciLow,
        ciHigh,
        correct,
        total,
      ]),
    ),
  );
}

/** What a run that has ended found, and what its newest evaluation says of it. */
function filesOfRun({ id, finishedAt }: { id: string; finishedAt?: unknown }): ServerFile[] {
  if (!finishedAt) return [];
  const files = ['detections.csv', 'detections.parquet', 'coco-results.json', 'images-run.json', 'images.csv'];
  return files.map((file) => ({ label: file, path: `/exports/runs/${id}/${file}` }));
}
