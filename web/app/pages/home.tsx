import { Link } from '@tanstack/react-router';
import { PATHS } from '../../../src/http/webPaths';
import { formatCount, formatPercent, formatTime, plural } from '../data/text';
import { useAnswer } from '../data/useAnswer';
import { SparkCurve } from '../figures/SparkCurve';
import { CopyButton } from '../parts/CopyButton';
import { GetThis } from '../parts/GetThis';
import { PageHead, SyntheticBanner, syntheticAmong } from '../parts/PageHead';
import { RunStatus } from '../parts/RunStatus';
import { Answered, Empty, TermsButton } from '../parts/States';
import { Wide } from '../parts/Wide';
import { HomeDocument, type HomeQuery } from './home.generated';

type Dataset = HomeQuery['datasets']['nodes'][number];
type Detector = HomeQuery['detectors']['nodes'][number];
type Run = HomeQuery['detectionRuns']['nodes'][number];

/** What there is: data sets, detectors with their accuracy, and the newest runs. */
export function Home() {
  const query = useAnswer(HomeDocument, {});
  return (
    <>
      <PageHead
        title="Data sets"
        lead="CT lesions with their RECIST measurements, detectors, and how accurate they are."
        actions={<GetThis sources={[{ title: 'What this page shows', document: HomeDocument, variables: {} }]} />}
      />
      <Answered query={query} height="24rem">
        {({ datasets, detectors, detectionRuns }) => (
          <div className="stack" style={{ gap: 'var(--space-8)' }}>
            <SyntheticBanner shown={syntheticAmong(datasets.nodes)} />
            <Datasets datasets={datasets.nodes} />
            <Detectors detectors={detectors.nodes} />
            <Runs runs={detectionRuns.nodes} />
          </div>
        )}
      </Answered>
    </>
  );
}

function Datasets({ datasets }: { datasets: readonly Dataset[] }) {
  if (datasets.length === 0) {
    return (
      <Empty>
        No data set has been imported. <code>npx deeplesion import dl-info CSV --images DIR --dataset SLUG</code> brings
        one in.
      </Empty>
    );
  }
  return (
    <div className="card-grid">
      {datasets.map((dataset) => (
        <DatasetCard key={dataset.id} dataset={dataset} />
      ))}
    </div>
  );
}

function DatasetCard({ dataset }: { dataset: Dataset }) {
  const { slug, name, version, synthetic, description, citation, licence, importedAt, counts, visibility, terms } =
    dataset;
  return (
    <article className="card stack dataset-card" aria-label={name}>
      <div className="spread">
        <h2>
          <Link to={PATHS.datasetLesions} params={{ slug }}>
            {name}
          </Link>
        </h2>
        <span className="row">
          {synthetic && <span className="badge warn">synthetic</span>}
          {visibility === 'PRIVATE' && <span className="badge">private</span>}
          {terms && <span className={`badge ${terms.mustAccept ? 'warn' : ''}`}>terms of use</span>}
          <span className="badge">
            {slug}@{version}
          </span>
        </span>
      </div>
      {description && <p>{description}</p>}
      <div className="side-by-side">
        {counts && (
          <dl className="figures">
            <Figure value={counts.lesions} label="lesions" />
            <Figure value={counts.images} label="key slices" />
            <Figure value={counts.studies} label="studies" />
            <Figure value={counts.patients} label="patients" />
          </dl>
        )}
        <dl className="facts small">
          {counts && (
            <>
              <dt>Pixels</dt>
              <dd>
                {counts.imagesWithPixels === counts.images
                  ? 'of every key slice'
                  : `of ${formatCount(counts.imagesWithPixels)} of ${plural(counts.images, 'key slice')}`}
              </dd>
            </>
          )}
          <dt>Imported</dt>
          <dd>{formatTime(importedAt)}</dd>
          {licence && (
            <>
              <dt>Licence</dt>
              <dd>{licence}</dd>
            </>
          )}
        </dl>
      </div>
      {citation && (
        <details className="small">
          <summary>Citation</summary>
          <div className="row">
            <p>{citation}</p>
            <CopyButton text={citation} label="Copy the citation" />
          </div>
        </details>
      )}
      <div className="row dataset-ways">
        {!terms?.mustAccept && (
          <>
            <Link className="button primary" to={PATHS.datasetLesions} params={{ slug }}>
              Explore the lesions
            </Link>
            <Link className="button" to={PATHS.datasetClusters} params={{ slug }}>
              Clusters
            </Link>
          </>
        )}
        {terms && (
          <TermsButton dataset={slug} label={terms.mustAccept ? 'Read and accept the terms' : 'Terms of use'} />
        )}
      </div>
    </article>
  );
}

function Figure({ value, label }: { value: number; label: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{formatCount(value)}</dd>
    </div>
  );
}

function Detectors({ detectors }: { detectors: readonly Detector[] }) {
  return (
    <section className="stack">
      <h2>Detectors</h2>
      {detectors.length === 0 ? (
        <Empty>No detector is registered.</Empty>
      ) : (
        <Wide label="Detectors" isCard>
          <table>
            <thead>
              <tr>
                <th scope="col">Detector</th>
                <th scope="col">State</th>
                <th scope="col">Data set</th>
                <th scope="col" className="number">
                  Lesions found at IoU &gt; 0.5 by the top-1 detection
                </th>
              </tr>
            </thead>
            <tbody>{detectors.map((detector) => detectorRows(detector))}</tbody>
          </table>
        </Wide>
      )}
    </section>
  );
}

function detectorRows({ id, name, version, ready, notReadyReason, latestAccuracies }: Detector) {
  const rows = latestAccuracies.length > 0 ? latestAccuracies : [null];
  return rows.map((row, index) => (
    <tr key={`${id} ${row?.dataset.slug ?? ''}`}>
      <td>
        {index === 0 && (
          <>
            {name} <span className="muted">{version}</span>
          </>
        )}
      </td>
      <td>
        {index === 0 && (
          <span className={`badge ${ready ? 'good' : 'warn'}`} title={notReadyReason ?? undefined}>
            {ready ? 'ready' : 'not ready'}
          </span>
        )}
      </td>
      <td>{row?.dataset.slug ?? <span className="muted">not evaluated</span>}</td>
      <td className="number">
        {row?.top1 && (
          <>
            <strong>{formatPercent(row.top1.accuracy)}</strong>{' '}
            <span className="muted">
              (95 % interval {formatPercent(row.top1.ciLow)} to {formatPercent(row.top1.ciHigh)}, n ={' '}
              {formatCount(row.top1.total)})
            </span>
          </>
        )}
      </td>
    </tr>
  ));
}

function Runs({ runs }: { runs: readonly Run[] }) {
  return (
    <section className="stack">
      <div className="spread">
        <h2>Newest runs</h2>
        <Link to={PATHS.runs}>All runs</Link>
      </div>
      {runs.length === 0 ? (
        <Empty action={<Link to={PATHS.newRun}>Start a run</Link>}>No detector has run yet.</Empty>
      ) : (
        <div className="card-grid">
          {runs.map((run) => (
            <RunCard key={run.id} run={run} />
          ))}
        </div>
      )}
    </section>
  );
}

function RunCard({ run }: { run: Run }) {
  const evaluation = run.evaluations[0];
  const points =
    evaluation?.accuracyCurve?.map(({ iouThreshold, accuracy }) => ({ x: iouThreshold, y: accuracy })) ?? [];
  return (
    <article className="card stack-tight">
      <div className="spread">
        <h3>
          <Link to={PATHS.run} params={{ runId: run.id }}>
            {run.detector.name} <span className="muted">on {run.dataset.slug}</span>
          </Link>
        </h3>
        <RunStatus status={run.status} progress={run.progress} />
      </div>
      <div className="row">
        <SparkCurve points={points} label="Its accuracy against the IoU threshold" />
        <span className="muted small">{formatTime(run.createdAt)}</span>
        {evaluation && (
          <Link className="small" to={PATHS.accuracy} search={{ e: evaluation.id }}>
            Accuracy
          </Link>
        )}
      </div>
    </article>
  );
}
