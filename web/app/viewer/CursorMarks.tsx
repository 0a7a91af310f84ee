import { formatNumber } from '../data/text';
import { lengthMm, type Point, type Scene, type Segment, scaleOf, toStage, type View } from './geometry';
import { useViewer, type ViewerModel } from './model';

/** What a hand has put over a slice: what it measures, and the cross that keys move. */
export function CursorMarks({
  model,
  scene,
  view,
  pixelSpacingMm,
}: {
  model: ViewerModel;
  scene: Scene;
  view: View;
  pixelSpacingMm: number | null;
}) {
  const place = (point: Point): Point => toStage(point, view, scene);
  return (
    <>
      <Measure model={model} place={place} pixelSpacingMm={pixelSpacingMm} />
      <Cross model={model} place={place} scene={scene} view={view} />
    </>
  );
}

type Place = (point: Point) => Point;

function Measure({
  model,
  place,
  pixelSpacingMm,
}: {
  model: ViewerModel;
  place: Place;
  pixelSpacingMm: number | null;
}) {
  const measure = useViewer(model, (state) => state.measure);
  if (!measure) return null;
  const [a, b] = [place(measure.start), place(measure.end)];
  return (
    <g className="viewer-measure">
      <line className="viewer-casing" x1={a.x} y1={a.y} x2={b.x} y2={b.y} strokeWidth={4} />
      <line x1={a.x} y1={a.y} x2={b.x} y2={b.y} />
      <circle cx={a.x} cy={a.y} r={3} />
      <circle cx={b.x} cy={b.y} r={3} />
      <text className="viewer-label" x={(a.x + b.x) / 2 + 8} y={(a.y + b.y) / 2 - 8}>
        {lengthText(measure, pixelSpacingMm)}
      </text>
    </g>
  );
}

/** "23.4 mm", or pixels where the spacing is not known. */
export function lengthText(segment: Segment, pixelSpacingMm: number | null): string {
  const mm = lengthMm(segment, pixelSpacingMm);
  return mm === null ? `${formatNumber(lengthMm(segment, 1))} px` : `${formatNumber(mm)} mm`;
}

const CROSS_PX = 14;
const CROSS_GAP_PX = 3;

/** A cross at the cursor, if keys placed it; a pixel that is large enough gets a frame. */
function Cross({ model, place, scene, view }: { model: ViewerModel; place: Place; scene: Scene; view: View }) {
  const cursor = useViewer(model, (state) => (state.cursorIsDrawn ? state.cursor : null));
  if (!cursor) return null;
  const { x, y } = place(cursor);
  const gap = Math.max(CROSS_GAP_PX, scaleOf(view, scene) / 2);
  const arms = [-1, 1].flatMap((sign) => [
    `M${x + sign * gap} ${y}H${x + sign * (gap + CROSS_PX)}`,
    `M${x} ${y + sign * gap}V${y + sign * (gap + CROSS_PX)}`,
  ]);
  return (
    <g className="viewer-cross">
      <path className="viewer-casing" d={arms.join('')} strokeWidth={4} />
      <path d={arms.join('')} />
    </g>
  );
}
