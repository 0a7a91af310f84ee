import type { ReactNode } from 'react';
import { formatBytes, formatNumber, formatTime, plural, wordsOf } from '../../data/text';
import { CopyButton } from '../../parts/CopyButton';
import { mainEvaluation } from './Result';
import type { RunDetails } from './useRun';

/** Settings, where the figures come from, and what became of the message at the end. */
export function Facts({ run }: { run: RunDetails }) {
  return (
    <div className="fact-cards">
      <Settings run={run} />
      <Provenance run={run} />
      {run.submission && <Submission submission={run.submission} />}
      {run.webhook && <Webhook webhook={run.webhook} />}
    </div>
  );
}

const threshold = (value: number | null): string => formatNumber(value, 3).replace(/\.?0+$/, '');

function Settings({ run }: { run: RunDetails }) {
  const { priority, scoreThreshold, nmsIouThreshold, maxDetectionsPerImage, topK, iouThresholds } = run;
  return (
    <Card title="Settings">
      <Fact name="Detector">
        <bdi>
          {run.detector.name} {run.detector.version}
        </bdi>
        {run.detector.architecture !== null && `, ${run.detector.architecture}`}
      </Fact>
      {scoreThreshold !== null && <Fact name="Lowest score">{threshold(scoreThreshold)}</Fact>}
      {nmsIouThreshold !== null && <Fact name="Non-maximum suppression">IoU {threshold(nmsIouThreshold)}</Fact>}
      {maxDetectionsPerImage !== null && <Fact name="Most detections">{maxDetectionsPerImage} per image</Fact>}
      <Fact name="Top-k detections">k = 1, 5{topK === 1 || topK === 5 ? '' : `, ${topK}`}</Fact>
      <Fact name="IoU thresholds">
        0.05 to 0.95{iouThresholds.length > 0 && `, ${iouThresholds.map(threshold).join(', ')}`}
      </Fact>
      <Fact name="Priority">{wordsOf(priority)}</Fact>
      <Fact name="Detections">{run.detections.totalCount}</Fact>
    </Card>
  );
}

function Provenance({ run }: { run: RunDetails }) {
  const provenance = mainEvaluation(run)?.provenance;
  return (
    <Card
      title="Provenance"
      after={
        provenance && (
          <div className="stack-tight">
            <h3>Repeat the evaluation</h3>
            <pre>{provenance.redo}</pre>
            <div>
              <CopyButton text={provenance.redo} label="Copy the command" />
            </div>
          </div>
        )
      }
    >
      <Fact name="Run">
        <span className="mono">{run.id}</span>
      </Fact>
      {run.modelSha256 !== null && (
        <Fact name="Model file">
          SHA-256 <span className="mono">{run.modelSha256}</span>
        </Fact>
      )}
      <Fact name="Server">{run.codeVersion}</Fact>
      {run.traceId !== null && (
        <Fact name="Trace">
          <span className="mono">{run.traceId}</span>
        </Fact>
      )}
      {provenance && (
        <>
          <Fact name="Data set file">
            {provenance.dataset}, SHA-256 <span className="mono">{provenance.datasetSha256}</span>
          </Fact>
          {provenance.categorization && <Fact name="Categorization">{provenance.categorization}</Fact>}
          {provenance.trainingData && <Fact name="Trained on">{provenance.trainingData}</Fact>}
          {provenance.trainingCommand && (
            <Fact name="Training">
              <code>{provenance.trainingCommand}</code>
            </Fact>
          )}
        </>
      )}
    </Card>
  );
}

const SHOWN_PROBLEMS = 20;

/** The file that the detections came in, and how it was read. */
function Submission({ submission }: { submission: NonNullable<RunDetails['submission']> }) {
  const { format, fileBytes, fileSha256, bytesRead, boxConvention, pixelConvention, scoreTransform } = submission;
  const { boxCount, clippedCount, problems, problemCount } = submission;
  return (
    <Card
      title="Submission"
      after={
        problemCount > 0 && (
          <div className="stack-tight">
            <h3>{plural(problemCount, 'problem')}</h3>
            <ul className="small">
              {problems.slice(0, SHOWN_PROBLEMS).map(({ line, kind, message }) => (
                <li key={`${line} ${kind}`}>
                  {line > 0 && `${line}: `}
                  <bdi>{message}</bdi>
                </li>
              ))}
            </ul>
          </div>
        )
      }
    >
      <Fact name="File">
        {format.replace('_', ' ')}, {formatBytes(fileBytes)}
        {fileSha256 === null && `, ${formatBytes(bytesRead)} read`}
      </Fact>
      {fileSha256 !== null && (
        <Fact name="SHA-256">
          <span className="mono">{fileSha256}</span>
        </Fact>
      )}
      <Fact name="Read as">
        {[boxConvention, pixelConvention, scoreTransform && `scores by ${scoreTransform}`].filter(Boolean).join(', ')}
      </Fact>
      {boxCount !== null && (
        <Fact name="Boxes">
          {boxCount}, of which {clippedCount} were cut at the edge of their image
        </Fact>
      )}
    </Card>
  );
}

const WEBHOOK_STATES = {
  WAITING: 'waits for the end of the run',
  DUE: 'is about to be sent',
  QUEUED: 'is being sent, or waits for another attempt',
  DELIVERED: 'was delivered',
  FAILED: 'could not be delivered',
} as const;

function Webhook({ webhook }: { webhook: NonNullable<RunDetails['webhook']> }) {
  const { state, attempts, lastAttemptAt, lastStatus, lastError, url } = webhook;
  return (
    <Card title="Message at the end">
      <Fact name="State">
        <span className={`badge ${state === 'DELIVERED' ? 'good' : state === 'FAILED' ? 'bad' : ''}`}>
          {WEBHOOK_STATES[state]}
        </span>
      </Fact>
      {url && (
        <Fact name="To">
          <bdi>{url}</bdi>
        </Fact>
      )}
      <Fact name="Attempts">
        {attempts}
        {lastAttemptAt && `, the last ${formatTime(lastAttemptAt)}`}
      </Fact>
      {lastStatus !== null && <Fact name="Last answer">status {lastStatus}</Fact>}
      {lastError && <Fact name="Last failure">{lastError}</Fact>}
    </Card>
  );
}

function Card({ title, children, after }: { title: string; children: ReactNode; after?: ReactNode }) {
  return (
    <section className="card stack" aria-label={title}>
      <h2>{title}</h2>
      <dl className="facts">{children}</dl>
      {after}
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
