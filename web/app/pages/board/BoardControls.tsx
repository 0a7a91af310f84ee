import type { Search } from '../../data/url';
import { LabelledSelect } from '../../parts/LabelledSelect';
import type { Choice } from './choice';

const IOUS = [0.1, 0.25, 0.5, 0.75];
const RATES = [0.5, 1, 2, 4, 8, 16];
const STRATA = [
  ['ALL', 'All lesions'],
  ['size:under-10mm', 'Under 10 mm'],
  ['size:10-30mm', '10 to 30 mm'],
  ['size:over-30mm', 'Over 30 mm'],
] as const;

/** What the board is of: metric, threshold, split, lesions. Each choice is in the address. */
export function BoardControls({ choice, onChange }: { choice: Choice; onChange: (changes: Search) => void }) {
  const { metric, split, stratum, iouThreshold, topK, rate, protocol } = choice;
  const presets = { PAPER: 'paper', COCO: 'coco', DEEPLESION_FROC: 'froc' } as const;
  return (
    <form className="row board-controls no-print" onSubmit={(event) => event.preventDefault()}>
      <LabelledSelect
        label="Metric"
        value={metric}
        options={[
          ['accuracy', 'Accuracy'],
          ['froc', 'Sensitivity'],
          ['ap', 'Average precision'],
        ]}
        onChange={(m) => onChange({ m: m === 'accuracy' ? undefined : m, k: undefined, fp: undefined })}
      />
      {metric === 'accuracy' && (
        <LabelledSelect
          label="Detections"
          value={String(topK)}
          options={[...new Set([1, 5, topK])].map((k) => [String(k), `Top ${k}`])}
          onChange={(k) => onChange({ k: k === '5' ? undefined : k })}
        />
      )}
      {metric === 'froc' && (
        <LabelledSelect
          label="False positives per image"
          value={rate === null ? '' : String(rate)}
          options={[['', 'Mean of 0.5 to 16'], ...RATES.map((one): [string, string] => [String(one), String(one)])]}
          onChange={(fp) => onChange({ fp: fp === '' ? undefined : fp })}
        />
      )}
      <LabelledSelect
        label="IoU"
        value={String(iouThreshold)}
        options={[...new Set([...IOUS, iouThreshold])].map((one) => [String(one), String(one)])}
        onChange={(iou) => onChange({ iou: iou === '0.5' ? undefined : iou })}
      />
      <LabelledSelect
        label="Lesions"
        value={stratum}
        options={STRATA.some(([name]) => name === stratum) ? STRATA : [...STRATA, [stratum, stratum]]}
        onChange={(s) => onChange({ s: s === 'ALL' ? undefined : s })}
      />
      <LabelledSelect
        label="Split"
        value={split.toLowerCase()}
        options={[
          ['test', 'Test'],
          ['validation', 'Validation'],
          ['train', 'Training'],
        ]}
        onChange={(one) => onChange({ split: one === 'test' ? undefined : one })}
      />
      <LabelledSelect
        label="Protocol"
        value={presets[protocol]}
        options={[
          ['paper', 'Paper'],
          ['coco', 'COCO'],
          ['froc', 'DeepLesion code'],
        ]}
        onChange={(p) => onChange({ p: p === 'paper' ? undefined : p })}
      />
    </form>
  );
}
