import { Wide } from '../../parts/Wide';
import { focusMark } from '../../viewer/focus';
import type { Mark } from '../../viewer/marks';
import { useViewer, type ViewerModel } from '../../viewer/model';
import { clusterText, diametersText, fromScore, hitsByLesion, lesionName, type RunOnImage, typeText } from './boxes';
import type { SliceImage } from './image';

/** The annotated lesions as text; the button of a row points its mark out. */
export function LesionTable({
  image,
  runs,
  scoreThreshold,
  ...focus
}: {
  image: SliceImage;
  runs: readonly RunOnImage[];
  scoreThreshold: number;
} & FocusProps) {
  const hits = runs.map(({ boxes }) => boxes && hitsByLesion(fromScore(boxes, scoreThreshold)));
  return (
    <section className="card stack-tight">
      <h2>Lesions</h2>
      <Wide label="Lesions">
        <table className="nowrap">
          <thead>
            <tr>
              <th scope="col">Lesion</th>
              <th scope="col">Type</th>
              <th scope="col">RECIST diameters</th>
              <th scope="col">Cluster</th>
              {runs.map(({ id, name }) => (
                <th key={id} scope="col">
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {image.lesions.map((lesion, place) => (
              <tr key={lesion.id}>
                <th scope="row">
                  <FocusButton id={lesion.id} label={lesionName(place)} {...focus} />
                </th>
                <td>
                  {typeText(lesion.coarseType)}
                  {lesion.possiblyNoisy && <span className="badge warn">possibly noisy</span>}
                </td>
                <td>{diametersText(lesion)}</td>
                <td>
                  <bdi>{clusterText(lesion.pseudoCluster)}</bdi>
                </td>
                {hits.map((found, run) => (
                  <td key={runs[run]?.id}>{found ? foundText(found.get(lesion.id)) : 'no result'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
  );
}

const foundText = (hit: { score: number; iou: number } | undefined): string =>
  hit ? `hit, score ${hit.score.toFixed(2)}, IoU ${hit.iou.toFixed(2)}` : 'missed';

/** What a row needs to point its mark out. */
export interface FocusProps {
  readonly model: ViewerModel;
  readonly size: { readonly width: number; readonly height: number };
  readonly marks: readonly Mark[];
}

/** Points a mark out, or stops doing so. */
export function FocusButton({ id, label, model, size, marks }: FocusProps & { id: string; label: string }) {
  const isFocused = useViewer(model, ({ focus }) => focus === id);
  return (
    <button
      type="button"
      className="row-button"
      aria-pressed={isFocused}
      title="Point it out in the slice"
      onClick={() => focusMark({ model, size }, isFocused ? undefined : marks.find((mark) => mark.id === id))}
    >
      {label}
    </button>
  );
}
