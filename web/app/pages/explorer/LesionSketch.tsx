import type { ListedLesion } from './useLesionRows';

/** As much around the box as a picture of the lesion would show. */
const MARGIN_MM = 15;
const SIDE = 100;
const SCALE_BAR_MM = 10;

/** The two diameters of a lesion without pixels, at the scale that its picture would have. */
export function LesionSketch({ lesion, isLost }: { lesion: ListedLesion; isLost: boolean }) {
  const { boundingBox: box, longAxis, shortAxis } = lesion;
  const spacing = lesion.image.pixelSpacingMm ?? null;
  if (!box) return <Words text={isLost ? 'picture not available' : 'no pixels here'} />;
  const margin = spacing === null ? (box.x2 - box.x1) / 2 : MARGIN_MM / spacing;
  const side = Math.max(box.x2 - box.x1, box.y2 - box.y1) + 2 * margin;
  const pixel = SIDE / side;
  const x = (value: number): number => SIDE / 2 + (value - (box.x1 + box.x2) / 2) * pixel;
  const y = (value: number): number => SIDE / 2 + (value - (box.y1 + box.y2) / 2) * pixel;
  const bar = spacing === null ? 0 : (SCALE_BAR_MM / spacing) * pixel;
  return (
    <span className="lesion-picture lesion-sketch">
      <svg viewBox={`0 0 ${SIDE} ${SIDE}`} aria-hidden="true">
        <rect
          x={x(box.x1)}
          y={y(box.y1)}
          width={(box.x2 - box.x1) * pixel}
          height={(box.y2 - box.y1) * pixel}
          className="sketch-box"
        />
        {[longAxis, shortAxis].map(
          (axis, index) =>
            axis && (
              <line
                key={index === 0 ? 'long' : 'short'}
                x1={x(axis.start.x)}
                y1={y(axis.start.y)}
                x2={x(axis.end.x)}
                y2={y(axis.end.y)}
                className={index === 0 ? 'sketch-long' : 'sketch-short'}
              />
            ),
        )}
        {bar > 0 && <path d={`M6,${SIDE - 8}v4h${bar}v-4`} className="sketch-bar" />}
      </svg>
      {isLost && <span className="sketch-words">picture not available</span>}
    </span>
  );
}

function Words({ text }: { text: string }) {
  return (
    <span className="lesion-picture lesion-sketch">
      <span className="sketch-words">{text}</span>
    </span>
  );
}
