/** As the server draws marks into pictures (`MARK_COLORS` of src/imaging). */
const LOOKS = [
  ['#00c882', 'annotated lesion, with its diameters'],
  ['#56b4e9', 'detection with IoU > 0.5 with a lesion'],
  ['#ff603c', 'other detection'],
] as const;

/** What the boxes in pictures with all detections of a run mean. */
export function PictureLegend() {
  return (
    <ul className="row small muted" aria-label="What the boxes mean">
      {LOOKS.map(([colour, meaning]) => (
        <li key={colour}>
          <span className="box-sample" style={{ borderColor: colour }} aria-hidden="true" /> {meaning}
        </li>
      ))}
    </ul>
  );
}
