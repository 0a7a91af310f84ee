import { formatNumber, plural } from '../../data/text';
import { Wide } from '../../parts/Wide';
import { extentText } from '../slice/boxes';
import { FocusButton, type FocusProps } from '../slice/LesionTable';
import type { TriedBox, TriedUpload } from './found';

/** More rows are not read by anyone; the files have all of them. */
const MAX_ROWS = 100;

/** The boxes as text, highest score first; the button of a row shows its slice and points its mark out. */
export function FoundTable({
  boxes,
  total,
  threshold,
  upload,
  ...focus
}: {
  boxes: readonly TriedBox[];
  /** with those below the threshold */
  total: number;
  threshold: number;
  upload: TriedUpload;
} & FocusProps) {
  const { sliceIndices, pixelSpacingMm } = upload;
  const isSeries = sliceIndices.length > 1;
  return (
    <section className="card stack-tight">
      <h2>Boxes</h2>
      <p className="muted">{summaryOf(boxes.length, total, threshold)}</p>
      {boxes.length > 0 && (
        <Wide label="Boxes">
          <table>
            <thead>
              <tr>
                <th scope="col">Box</th>
                <th scope="col" className="number">
                  Score
                </th>
                {isSeries && (
                  <th scope="col" className="number">
                    Slice
                  </th>
                )}
                <th scope="col">Class</th>
                <th scope="col">Size</th>
                <th scope="col">x1, y1 to x2, y2 in pixels</th>
              </tr>
            </thead>
            <tbody>
              {boxes.slice(0, MAX_ROWS).map(({ id, sliceIndex, score, classLabel, box }, place) => (
                <tr key={id}>
                  <th scope="row">
                    <FocusButton id={id} label={String(place + 1)} {...focus} />
                  </th>
                  <td className="number">{score.toFixed(3)}</td>
                  {isSeries && <td className="number">{sliceIndices.indexOf(sliceIndex) + 1}</td>}
                  <td>
                    <bdi>{classLabel ?? '–'}</bdi>
                  </td>
                  <td>{extentText(box, pixelSpacingMm)}</td>
                  <td className="mono">
                    {formatNumber(box.x1)}, {formatNumber(box.y1)} to {formatNumber(box.x2)}, {formatNumber(box.y2)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {boxes.length > MAX_ROWS && (
        <p className="muted small">These are the {MAX_ROWS} with the highest scores; the files have all.</p>
      )}
    </section>
  );
}

function summaryOf(shown: number, total: number, threshold: number): string {
  if (total === 0) return 'The detector has found nothing.';
  const hidden = total - shown;
  const below =
    hidden === 0 ? '' : `; ${plural(hidden, 'box', 'boxes')} with a lower score ${hidden === 1 ? 'is' : 'are'} hidden`;
  return `${plural(shown, 'box', 'boxes')} from score ${threshold.toFixed(2)}${below}.`;
}
