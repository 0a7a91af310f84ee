import { lazy, Suspense } from 'react';
import { formatCount, formatNumber, plural, titleOf } from '../../data/text';
import { Histogram } from '../../figures/Histogram';
import { Wide } from '../../parts/Wide';
import { type SubmissionReport, scoreBars } from './submission';

/** With the viewer, which is loaded once there is something to look at. */
const Examples = lazy(() => import('./SubmissionExamples').then(({ SubmissionExamples: view }) => ({ default: view })));

const SHOWN_PROBLEMS = 20;

/** What the validator found: problems and suspicions as sentences, scores and some slices drawn. */
export function SubmissionFindings({ report }: { report: SubmissionReport }) {
  const { isValid, boxCount, imagesWithBoxes, imageCount, clippedCount, meanIou, lesions, ignoredFields } = report;
  const counts = [
    `${formatCount(boxCount)} boxes on ${formatCount(imagesWithBoxes)} of ${plural(imageCount, 'image')}`,
    ...(clippedCount > 0 ? [`${formatCount(clippedCount)} boxes reach beyond their image and are cut`] : []),
    ...(ignoredFields.length > 0 ? [`not used: ${ignoredFields.join(', ')}`] : []),
  ];
  return (
    <>
      <section className="card stack-tight" aria-label="Findings">
        <h2>{isValid ? 'The file can be submitted' : 'The file is refused'}</h2>
        <p>{counts.join('; ')}.</p>
        {meanIou !== null && (
          <p className="muted">
            Mean IoU of the best boxes: {formatNumber(meanIou, 2)} over {plural(lesions, 'lesion')}.
          </p>
        )}
        <Suspicions report={report} />
        <Problems report={report} />
      </section>
      <Suspense fallback={<p className="muted">Loading …</p>}>
        <Examples examples={report.examples} />
      </Suspense>
      {boxCount > 0 && (
        <section className="card stack" aria-label="Scores and coverage">
          <Histogram
            title="Scores"
            bars={scoreBars(report)}
            value={undefined}
            format={(value) => formatNumber(value, 1)}
          />
          <Coverage report={report} />
        </section>
      )}
    </>
  );
}

function Suspicions({ report: { suspicions, lesions } }: { report: SubmissionReport }) {
  if (suspicions.length === 0)
    return lesions > 0 ? <p className="muted">No convention of the boxes looks wrong.</p> : null;
  return (
    <div className="banner stack-tight">
      <h3>This looks wrong</h3>
      {suspicions.map(({ kind, message }) => (
        <p key={kind}>{message}</p>
      ))}
    </div>
  );
}

function Problems({ report: { problems, problemCount } }: { report: SubmissionReport }) {
  if (problemCount === 0) return null;
  return (
    <>
      <h3>{plural(problemCount, 'problem')}</h3>
      <ol className="checks">
        {problems.slice(0, SHOWN_PROBLEMS).map(({ line, kind, message }) => (
          <li key={`${line} ${kind}`}>
            {line > 0 && <span className="mono">{line}: </span>}
            <bdi>{message}</bdi>
          </li>
        ))}
      </ol>
      {problemCount > SHOWN_PROBLEMS && <p className="muted">and {formatCount(problemCount - SHOWN_PROBLEMS)} more.</p>}
    </>
  );
}

function Coverage({ report: { coverage } }: { report: SubmissionReport }) {
  return (
    <Wide label="Images by split">
      <table>
        <caption className="visually-hidden">Images by split</caption>
        <thead>
          <tr>
            <th scope="col">Split</th>
            <th scope="col">Images</th>
            <th scope="col">Were run</th>
            <th scope="col">With boxes</th>
          </tr>
        </thead>
        <tbody>
          {coverage.map(({ split, images, declared, withBoxes }) => (
            <tr key={split}>
              <th scope="row">{titleOf(split)}</th>
              <td>{formatCount(images)}</td>
              <td>{formatCount(declared)}</td>
              <td>{formatCount(withBoxes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}
