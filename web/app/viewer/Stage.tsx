import { Suspense, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Size } from './geometry';
import { scaleOf, toStage } from './geometry';
import { StageInput } from './lazyTools';
import type { Mark } from './marks';
import { useViewer, type ViewerModel } from './model';
import { Overlay } from './Overlay';
import { SlicePainter } from './painter';
import type { LoadedSlice } from './slices';

interface StageProps {
  readonly model: ViewerModel;
  /** null: it has not come yet, or there are no pixels */
  readonly slice: LoadedSlice | null;
  readonly size: Size;
  readonly pixelSpacingMm: number | null;
  readonly sliceCount: number;
  readonly hasPixels: boolean;
  /** of the slice that is shown */
  readonly marks: readonly Mark[];
  /** accessible name */
  readonly label: string;
  /** above the slice, where two are seen beside one another */
  readonly title?: string;
}

/** One slice with its marks. Pointers, wheel and touch work on the model (`StageInput.tsx`). */
export function Stage(props: StageProps) {
  const { model, slice, size, pixelSpacingMm, sliceCount, marks, label, title, hasPixels } = props;
  const element = useRef<HTMLDivElement>(null);
  const stage = useStageSize(element, size);
  const scene = { slice: size, stage };
  const tool = useViewer(model, (state) => state.tool);
  const showMarks = useViewer(model, (state) => state.showMarks);
  const shown = showMarks ? marks : NO_MARKS;
  const canvas = useCanvas(model, slice, scene);
  return (
    <div
      ref={element}
      className="viewer-stage"
      style={{ aspectRatio: `${size.width} / ${size.height}` }}
      role="application"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the stage is worked by keys, as an application is
      tabIndex={0}
      data-tool={tool}
      data-pixels={hasPixels}
    >
      <canvas ref={canvas} />
      <Overlay model={model} scene={scene} marks={shown} pixelSpacingMm={pixelSpacingMm} hasPixels={hasPixels} />
      {title && <p className="viewer-stage-title">{title}</p>}
      <Suspense fallback={null}>
        <StageInput stage={element} {...{ model, scene, sliceCount, marks: shown, hasPixels }} />
      </Suspense>
    </div>
  );
}

const NO_MARKS: readonly Mark[] = [];

/** The size of the stage in CSS pixels, kept up to date. */
function useStageSize(element: React.RefObject<HTMLDivElement | null>, { width, height }: Size): Size {
  const [stage, setStage] = useState<Size>({ width, height });
  useLayoutEffect(() => {
    const observed = element.current;
    if (!observed) return undefined;
    const read = (): void => setStage({ width: observed.clientWidth || 1, height: observed.clientHeight || 1 });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(observed);
    return () => observer.disconnect();
  }, [element]);
  return stage;
}

/** Draws the slice whenever the model, the slice or the stage changes, without React's help. */
function useCanvas(
  model: ViewerModel,
  slice: LoadedSlice | null,
  scene: { slice: Size; stage: Size },
): React.RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [painter] = useState(() => new SlicePainter());
  const draw = useRef<() => void>(() => undefined);
  draw.current = () => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = scene.stage;
    sizeCanvas(context.canvas, Math.round(width * ratio), Math.round(height * ratio));
    const { state } = model;
    const corner = toStage({ x: 0, y: 0 }, state.view, scene);
    painter.setSlice(slice);
    painter.setWindow(state.window);
    painter.draw(context, {
      left: corner.x * ratio,
      top: corner.y * ratio,
      scale: scaleOf(state.view, scene) * ratio,
    });
  };
  useEffect(() => model.subscribe(() => draw.current()), [model]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn depends on these
  useLayoutEffect(() => draw.current(), [model, slice, scene.stage.width, scene.stage.height]);
  return canvas;
}

/** To set the size of a canvas clears it, and costs time even if it is the same. */
function sizeCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
