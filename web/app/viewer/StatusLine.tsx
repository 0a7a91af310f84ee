import { useEffect, useState } from 'react';
import { formatNumber } from '../data/text';
import { lengthText } from './CursorMarks';
import { type Point, pixelAt, type Size } from './geometry';
import { useViewer, type ViewerModel } from './model';
import type { LoadedSlice } from './slices';

interface StatusProps {
  readonly model: ViewerModel;
  readonly slice: LoadedSlice | null;
  readonly size: Size;
  readonly pixelSpacingMm: number | null;
  /** 1 where the data set counts its pixels from 1 */
  readonly firstPixel: 0 | 1;
  /** "slice 109, key slice" */
  readonly sliceText: string;
}

/** Wait for rest before a screen reader is told: it would read forever otherwise. */
const REST_MS = 300;

/** Slice, window, and what is under the cursor: exact, of the Hounsfield units themselves and not of the picture. */
export function StatusLine(props: StatusProps) {
  const { model, pixelSpacingMm, sliceText } = props;
  const window = useViewer(model, (state) => state.window);
  const cursor = useViewer(model, (state) => state.cursor);
  const measure = useViewer(model, (state) => state.measure);
  const at = cursor && cursorText(cursor, props);
  const windowText = props.slice ? `W ${window.width} L ${window.center}` : null;
  const length = measure && lengthText(measure, pixelSpacingMm);
  return (
    <>
      <div className="viewer-status mono" aria-hidden="true">
        <span>{sliceText}</span>
        {windowText && <span>{windowText}</span>}
        {at ? <span>{at}</span> : <Hint hasWindow={props.slice !== null} />}
        {length && <span>measured {length}</span>}
      </div>
      <Announced text={[sliceText, windowText, at, length && `measured ${length}`].filter(Boolean).join(', ')} />
    </>
  );
}

/** What a hand does here, by mouse or by fingers. */
function Hint({ hasWindow }: { hasWindow: boolean }) {
  const drag = hasWindow ? 'Drag: window' : 'Drag: move';
  return (
    <>
      <span className="for-mouse">{drag}. Wheel: slice. Ctrl + wheel: zoom. ?: keys</span>
      <span className="for-fingers">{drag}. Two fingers: zoom and move</span>
    </>
  );
}

/** The same for screen readers, when it has been the same for a moment. */
function Announced({ text }: { text: string }) {
  const [announced, setAnnounced] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAnnounced(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p className="visually-hidden" role="status">
      {announced}
    </p>
  );
}

/** "x 346 y 393 · 284.1, 322.7 mm · −97 HU"; null beside the slice */
export function cursorText(
  cursor: Point,
  { slice, size, pixelSpacingMm, firstPixel }: Pick<StatusProps, 'slice' | 'size' | 'pixelSpacingMm' | 'firstPixel'>,
): string | null {
  const pixel = pixelAt(cursor, size);
  if (!pixel) return null;
  const { column, row } = pixel;
  const mm = (index: number): string => formatNumber((index + 0.5) * (pixelSpacingMm ?? 0));
  const hounsfield = slice?.hounsfield[row * slice.width + column];
  return [
    `x ${column + firstPixel} y ${row + firstPixel}`,
    ...(pixelSpacingMm === null ? [] : [`${mm(column)}, ${mm(row)} mm`]),
    ...(hounsfield === undefined ? [] : [`${formatNumber(hounsfield, 0)} HU`]),
  ].join(' · ');
}
