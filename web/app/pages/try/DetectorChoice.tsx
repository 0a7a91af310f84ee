import type { TryItQuery } from './try.generated';

export type TriedDetector = TryItQuery['detectors']['nodes'][number];

/** In the address: a name and a version denote one detector for good. */
export const detectorKey = ({ name, version }: { name: string; version: string }): string => `${name}@${version}`;

/** @returns the detector of the address, or the first that is ready */
export function chosenDetector(
  detectors: readonly TriedDetector[],
  key: string | undefined,
): TriedDetector | undefined {
  return detectors.find((detector) => detectorKey(detector) === key) ?? detectors.find(({ ready }) => ready);
}

/** Which detector looks, with what its model card says of its use and limits. */
export function DetectorChoice({
  detectors,
  chosen,
  onChange,
}: {
  detectors: readonly TriedDetector[];
  chosen: TriedDetector | undefined;
  onChange: (key: string) => void;
}) {
  if (!chosen) return <p className="muted">No detector is registered, or none is ready.</p>;
  const sentences = cardSentences(chosen.modelCard);
  return (
    <div className="stack-tight">
      <label>
        <span className="visually-hidden">Detector</span>
        <select className="wide" value={detectorKey(chosen)} onChange={(event) => onChange(event.target.value)}>
          {detectors.map((detector) => (
            <option key={detector.id} value={detectorKey(detector)} disabled={!detector.ready}>
              {detector.name} {detector.version}
              {detector.ready ? '' : ' (not ready)'}
            </option>
          ))}
        </select>
      </label>
      {sentences.length > 0 && (
        <details className="small">
          <summary>What it is for, and its limits</summary>
          {sentences.map((sentence) => (
            <p key={sentence} className="muted" style={{ marginBlockStart: 'var(--space-2)' }}>
              <bdi>{sentence}</bdi>
            </p>
          ))}
        </details>
      )}
    </div>
  );
}

/** A card is free JSON: only what is a text is shown. */
function cardSentences(card: unknown): string[] {
  if (typeof card !== 'object' || card === null) return [];
  const fields = new Map(Object.entries(card));
  return ['intendedUse', 'limits', 'limitations'].flatMap((name) => {
    const text: unknown = fields.get(name);
    return typeof text === 'string' && text !== '' ? [text] : [];
  });
}
