import { formatNumber, plural, titleOf } from '../../data/text';
import { Wide } from '../../parts/Wide';
import { extentText, type FoundBox, fromScore, type RunOnImage } from './boxes';
import { MarkSample } from './Legend';
import { FocusButton, type FocusProps } from './LesionTable';

/** The boxes of a run as text, from a score on; the button of a row points its mark out. */
export function BoxTable({
  run,
  isSecond,
  scoreThreshold,
  pixelSpacingMm,
  ...focus
}: {
  run: RunOnImage;
  isSecond: boolean;
  scoreThreshold: number;
  pixelSpacingMm: number | null;
} & FocusProps) {
  const all = run.boxes ?? [];
  const boxes = fromScore(all, scoreThreshold);
  return (
    <section className="card stack-tight">
      <h2>
        Boxes of <bdi>{run.name}</bdi>
      </h2>
      <p className="muted">{summaryOf(run, boxes.length, scoreThreshold)}</p>
      {boxes.length > 0 && (
        <Wide label={`Boxes of ${run.name}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Rank</th>
                <th scope="col" className="number">
                  Score
                </th>
                <th scope="col">Outcome</th>
                <th scope="col" className="number">
                  IoU
                </th>
                <th scope="col">Size</th>
                <th scope="col">x1, y1 to x2, y2 in pixels</th>
                <th scope="col">Cluster</th>
                <th scope="col">Review</th>
              </tr>
            </thead>
            <tbody>
              {boxes.map((box) => (
                <BoxRow key={box.id} box={box} isSecond={isSecond} pixelSpacingMm={pixelSpacingMm} focus={focus} />
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </section>
  );
}

function summaryOf({ boxes, status }: RunOnImage, shown: number, threshold: number): string {
  if (!boxes && (status === 'QUEUED' || status === 'RUNNING')) return 'The run has not come to this slice yet.';
  if (!boxes) return 'The run has no result for this slice: it was not among its images, or failed on it.';
  if (boxes.length === 0) return 'The run looked at this slice and found nothing.';
  const below = boxes.length - shown;
  const hidden =
    below === 0 ? '' : `; ${plural(below, 'box', 'boxes')} with a lower score ${below === 1 ? 'is' : 'are'} hidden`;
  return `${plural(shown, 'box', 'boxes')} from score ${threshold.toFixed(2)}${hidden}.`;
}

function BoxRow({
  box,
  isSecond,
  pixelSpacingMm,
  focus,
}: {
  box: FoundBox;
  isSecond: boolean;
  pixelSpacingMm: number | null;
  focus: FocusProps;
}) {
  const { x1, y1, x2, y2 } = box.boundingBox;
  const place = (x: number, y: number): string => `${formatNumber(x)}, ${formatNumber(y)}`;
  return (
    <tr>
      <th scope="row">
        <FocusButton id={box.id} label={String(box.rank)} {...focus} />
      </th>
      <td className="number">{box.score.toFixed(3)}</td>
      <td>
        <span className="outcome">
          <MarkSample kind={box.kind} hasCutCorners={isSecond} />
          {titleOf(box.kind)}
        </span>
      </td>
      <td className="number">{box.iou.toFixed(2)}</td>
      <td className="nowrap">{extentText(box.boundingBox, pixelSpacingMm)}</td>
      <td className="mono nowrap">
        {place(x1, y1)} to {place(x2, y2)}
      </td>
      <td>
        <bdi>{box.clusterText}</bdi>
      </td>
      <td>{box.verdict ? titleOf(box.verdict) : '–'}</td>
    </tr>
  );
}
