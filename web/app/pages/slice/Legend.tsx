import { isLesion, MARK_LOOKS, type MarkKind } from '../../viewer/marks';

const WIDTH = 26;
const HEIGHT = 18;

/** A mark as large as a word, on the black of a slice. */
export function MarkSample({ kind, hasCutCorners = false }: { kind: MarkKind; hasCutCorners?: boolean }) {
  const { colour, dash, isDouble } = MARK_LOOKS[kind];
  const path = hasCutCorners ? 'M8 4H18L22 7V11L18 14H8L4 11V7Z' : 'M4 4H22V14H4Z';
  return (
    <svg className="mark-sample" width={WIDTH} height={HEIGHT} aria-hidden="true">
      <g fill="none" stroke={colour} strokeWidth={1.5}>
        <path d={path} strokeDasharray={dash} />
        {isDouble && <path d="M1.5 1.5H24.5V16.5H1.5Z" />}
        {isLesion({ kind }) && !isDouble && <path d="M8 9H18M13 6V12" />}
      </g>
    </svg>
  );
}

/** What the marks of the page mean. */
export function Legend({ kinds, secondRun }: { kinds: readonly MarkKind[]; secondRun?: string }) {
  return (
    <ul className="legend small" aria-label="What the marks mean">
      {kinds.map((kind) => (
        <li key={kind}>
          <MarkSample kind={kind} />
          {MARK_LOOKS[kind].meaning}
        </li>
      ))}
      {secondRun !== undefined && (
        <li>
          <MarkSample kind="DETECTION" hasCutCorners />
          <span>
            cut corners: <bdi>{secondRun}</bdi>
          </span>
        </li>
      )}
    </ul>
  );
}
