import { useMemo, useState } from 'react';
import { pictureAddress } from '../../data/pictures';
import { formatCount, formatNumber, plural, titleOf } from '../../data/text';
import { Histogram } from '../../figures/Histogram';
import { usePageKeys } from '../../parts/KeySheet';
import { Wide } from '../../parts/Wide';
import { type KeyContext, viewerKeys } from '../../viewer/keymap';
import { ViewerModel } from '../../viewer/model';
import { useViewerModel, type ViewedImage, Viewer } from '../../viewer/Viewer';
import { ownWindow } from '../slice/image';
import { marksOfExample, type SubmissionExample, type SubmissionReport, scoreBars } from './submission';

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
      <Examples examples={report.examples} />
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

function Examples({ examples }: { examples: readonly SubmissionExample[] }) {
  const [place, setPlace] = useState(0);
  const example = examples[Math.min(place, examples.length - 1)];
  if (!example) return null;
  return (
    <section className="stack-tight" aria-label="Examples">
      <div className="row">
        {examples.map(({ image }, index) => (
          <button key={image.id} type="button" aria-pressed={index === place} onClick={() => setPlace(index)}>
            Example {index + 1}
          </button>
        ))}
      </div>
      <ExampleView key={example.image.id} example={example} />
    </section>
  );
}

/** One slice with the boxes of the file over its lesions. */
function ExampleView({ example }: { example: SubmissionExample }) {
  const { image } = example;
  const marks = useMemo(() => marksOfExample(example), [example]);
  const viewed = useMemo(() => viewedExample(image), [image]);
  const own = useMemo(() => ownWindow(image), [image]);
  const model = useViewerModel(() => new ViewerModel({ center: own.center, width: own.width }, viewed.size, 0));
  const context: KeyContext = {
    ...{ model, sliceCount: 1, size: viewed.size, homeIndex: 0 },
    ...{ ownWindow: own, presets: NO_PRESETS, marks },
  };
  usePageKeys(viewerKeys(context));
  return (
    <Viewer
      context={context}
      image={viewed}
      panes={[{ marks }]}
      noPixels={image.hasPixels ? undefined : 'The pixel file of this image is not on this server.'}
    />
  );
}

const NO_PRESETS: readonly never[] = [];

function viewedExample({
  fileName,
  width,
  height,
  pixelSpacingMm,
  huUrl,
  dataset,
}: SubmissionExample['image']): ViewedImage {
  return {
    ...{ name: fileName, size: { width, height }, pixelSpacingMm, homeIndex: 0 },
    firstPixel: dataset.pixelConvention === 'ONE_BASED' ? 1 : 0,
    slices: [{ url: huUrl === null ? null : pictureAddress(huUrl), name: '0', text: 'key slice' }],
  };
}
