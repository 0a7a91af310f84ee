import { KIND_FACTS, KINDS } from './state';

/** As the server draws them into pictures (src/http/imageMarks.ts). */
const LOOKS = {
  HIT: { colour: '#56b4e9', dash: undefined, width: 1.75 },
  DUPLICATE: { colour: '#cc79a7', dash: '0.1 4', width: 1.75 },
  LOCALIZATION: { colour: '#2fc79a', dash: '7 4', width: 1.75 },
  BACKGROUND: { colour: '#e69f00', dash: '3.5 3.5', width: 1.75 },
  MISSED: { colour: '#ff7a45', dash: undefined, width: 3.5 },
} as const;

/** What the boxes in the pictures mean, by colour and by line. */
export function Legend() {
  return (
    <ul className="legend errors-legend small" aria-label="What the boxes mean">
      {KINDS.map((kind) => {
        const { colour, dash, width } = LOOKS[kind];
        return (
          <li key={kind}>
            <svg className="mark-sample" width={26} height={18} aria-hidden="true">
              <rect width={26} height={18} fill="#000" />
              <path
                d="M4 4H22V14H4Z"
                fill="none"
                stroke={colour}
                strokeWidth={width}
                strokeDasharray={dash}
                strokeLinecap="round"
              />
            </svg>
            {KIND_FACTS[kind].title}
          </li>
        );
      })}
      <li>
        <svg className="mark-sample" width={26} height={18} aria-hidden="true">
          <rect width={26} height={18} fill="#000" />
          <path d="M4 4H22V14H4Z" fill="none" stroke="#00c882" strokeWidth={1.75} />
        </svg>
        annotated lesion
      </li>
    </ul>
  );
}
