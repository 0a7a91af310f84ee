import { Suspense } from 'react';
import { type Box, type Point, rulerOf, type Scene, type Segment, scaleOf, toStage, type View } from './geometry';
import { labelPlaces } from './labels';
import { CursorMarks } from './lazyTools';
import { isLesion, MARK_LOOKS, type Mark } from './marks';
import { useViewer, type ViewerModel } from './model';

/** What is drawn over a slice, in CSS pixels of the stage. The tables under the viewer say the same as text. */
export function Overlay({
  model,
  scene,
  marks,
  pixelSpacingMm,
  hasPixels,
}: {
  model: ViewerModel;
  scene: Scene;
  marks: readonly Mark[];
  pixelSpacingMm: number | null;
  hasPixels: boolean;
}) {
  const view = useViewer(model, (state) => state.view);
  const focus = useViewer(model, (state) => state.focus);
  const place = (point: Point): Point => toStage(point, view, scene);
  const boxes = marks.map(({ box }) => placedBox(box, place));
  const labels = labelPlaces(
    marks.map((mark, index) => ({ box: boxes[index] as Box, text: mark.label, isBelow: isLesion(mark) })),
  );
  const placed = marks.map((mark, index) => ({ mark, box: boxes[index] as Box, label: labels[index] as Point }));
  return (
    <svg className="viewer-marks" aria-hidden="true">
      {!hasPixels && <Outline scene={scene} place={place} pixelSpacingMm={pixelSpacingMm} />}
      {/* The mark that is pointed out is drawn last, above the others. */}
      {placed.sort(byFocus(focus)).map(({ mark, ...where }) => (
        <MarkShape key={mark.id} mark={mark} {...where} place={place} isFocused={mark.id === focus} />
      ))}
      <Suspense fallback={null}>
        <CursorMarks model={model} scene={scene} view={view} pixelSpacingMm={pixelSpacingMm} />
      </Suspense>
      {pixelSpacingMm !== null && <Ruler scene={scene} view={view} pixelSpacingMm={pixelSpacingMm} />}
    </svg>
  );
}

type Place = (point: Point) => Point;

const byFocus =
  (focus: string | null) =>
  (a: { readonly mark: Mark }, b: { readonly mark: Mark }): number =>
    Number(a.mark.id === focus) - Number(b.mark.id === focus);

const GRID_MM = 50;

/** The frame of a slice whose pixels are not here, with a line every 50 mm. */
function Outline({
  scene: { slice },
  place,
  pixelSpacingMm,
}: {
  scene: Scene;
  place: Place;
  pixelSpacingMm: number | null;
}) {
  const [a, b] = [place({ x: 0, y: 0 }), place({ x: slice.width, y: slice.height })];
  const step = pixelSpacingMm === null ? Infinity : GRID_MM / pixelSpacingMm;
  const lines = (length: number): number[] =>
    Array.from({ length: Math.max(0, Math.ceil(length / step) - 1) }, (_, index) => (index + 1) * step);
  const grid = [
    ...lines(slice.width).map((x) => `M${place({ x, y: 0 }).x} ${a.y}V${b.y}`),
    ...lines(slice.height).map((y) => `M${a.x} ${place({ x: 0, y }).y}H${b.x}`),
  ];
  return (
    <>
      <path className="viewer-grid" d={grid.join('')} />
      <rect className="viewer-outline" x={a.x} y={a.y} width={b.x - a.x} height={b.y - a.y} />
    </>
  );
}

function MarkShape({
  mark,
  box,
  label,
  place,
  isFocused,
}: {
  mark: Mark;
  box: Box;
  label: Point;
  place: Place;
  isFocused: boolean;
}) {
  const { colour, dash, isDouble } = MARK_LOOKS[mark.kind];
  const shapeOf = mark.hasCutCorners ? cutPath : rectanglePath;
  return (
    <g stroke={colour} fill="none" strokeWidth={isFocused ? 3 : 1.5} data-mark={mark.kind} data-focused={isFocused}>
      <path className="viewer-casing" d={shapeOf(box)} strokeWidth={isFocused ? 5 : 3.5} />
      <path d={shapeOf(box)} strokeDasharray={dash} />
      {isDouble && <path d={shapeOf(grown(box, 4))} />}
      {mark.axes?.map((axis) => (
        <SegmentLine key={`${axis.start.x} ${axis.start.y}`} segment={axis} place={place} />
      ))}
      <text className="viewer-label" x={label.x} y={label.y} fill={colour} stroke="none">
        {mark.label}
      </text>
    </g>
  );
}

function placedBox({ x1, y1, x2, y2 }: Box, place: Place): Box {
  const [a, b] = [place({ x: x1, y: y1 }), place({ x: x2, y: y2 })];
  return { x1: a.x, y1: a.y, x2: b.x, y2: b.y };
}

const grown = ({ x1, y1, x2, y2 }: Box, by: number): Box => ({ x1: x1 - by, y1: y1 - by, x2: x2 + by, y2: y2 + by });

const rectanglePath = ({ x1, y1, x2, y2 }: Box): string => `M${x1} ${y1}H${x2}V${y2}H${x1}Z`;

/** An octagon: it tells the boxes of a second run from those of the first without a colour. */
function cutPath({ x1, y1, x2, y2 }: Box): string {
  const cut = Math.min(x2 - x1, y2 - y1) / 4;
  return (
    `M${x1 + cut} ${y1}H${x2 - cut}L${x2} ${y1 + cut}V${y2 - cut}L${x2 - cut} ${y2}` +
    `H${x1 + cut}L${x1} ${y2 - cut}V${y1 + cut}Z`
  );
}

function SegmentLine({ segment: { start, end }, place }: { segment: Segment; place: Place }) {
  const [a, b] = [place(start), place(end)];
  return <line x1={a.x} y1={a.y} x2={b.x} y2={b.y} />;
}

const RULER_INSET_PX = 14;
const RULER_SHARE = 0.28;

/** A length in mm, in the left lower corner. */
function Ruler({ scene, view, pixelSpacingMm }: { scene: Scene; view: View; pixelSpacingMm: number }) {
  const { width, height } = scene.stage;
  const { mm, px } = rulerOf(scaleOf(view, scene) / pixelSpacingMm, width * RULER_SHARE);
  const [left, bottom] = [RULER_INSET_PX, height - RULER_INSET_PX];
  const path = `M${left} ${bottom - 6}V${bottom}H${left + px}V${bottom - 6}`;
  return (
    <g className="viewer-ruler">
      <path className="viewer-casing" d={path} strokeWidth={4} />
      <path d={path} />
      <text className="viewer-label" x={left + 4} y={bottom - 9}>
        {mm} mm
      </text>
    </g>
  );
}
