import { type FormEvent, useState } from 'react';
import { formatBytes } from '../../data/text';
import type { UploadClaims } from '../../data/upload';
import type { NamedFile } from './useSending';

const SPACING_MM = { low: 0.01, high: 20 };
const INTERVAL_MM = { low: 0.01, high: 100 };

/** A PNG does not say how large its pixels are: this asks. Without them, lengths are shown in pixels. */
export function SpacingForm({
  file,
  isSeries,
  onSend,
  onCancel,
}: {
  file: NamedFile;
  isSeries: boolean;
  onSend: (claims: UploadClaims) => void;
  onCancel: () => void;
}) {
  const [spacing, setSpacing] = useState('');
  const [interval, setInterval] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSend({ pixelSpacingMm: millimetres(spacing), sliceIntervalMm: millimetres(interval) });
  };
  return (
    <form className="card stack" onSubmit={submit} aria-label="Size of the pixels">
      <div className="stack-tight">
        <h2>
          <bdi>{file.name}</bdi> <span className="muted">{formatBytes(file.content.size)}</span>
        </h2>
        <p className="muted">
          A PNG does not say how large its pixels are. With their size, lengths are shown in mm
          {isSeries && ', and the detector gets neighbouring slices at the distance that it was trained with'}.
        </p>
      </div>
      <Millimetres label="Pixel spacing in mm, say 0.8" value={spacing} bounds={SPACING_MM} onChange={setSpacing} />
      {isSeries && (
        <Millimetres
          label="Distance between slices in mm, say 5"
          value={interval}
          bounds={INTERVAL_MM}
          onChange={setInterval}
        />
      )}
      <div className="row">
        <button type="submit" className="primary">
          {spacing === '' ? 'Send without it' : 'Send'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

const millimetres = (text: string): number | undefined => (text === '' ? undefined : Number(text));

function Millimetres({
  label,
  value,
  bounds,
  onChange,
}: {
  label: string;
  value: string;
  bounds: { low: number; high: number };
  onChange: (value: string) => void;
}) {
  return (
    <label className="stack-tight">
      {label}
      <input
        type="number"
        inputMode="decimal"
        min={bounds.low}
        max={bounds.high}
        step="any"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        style={{ maxInlineSize: '12rem' }}
      />
    </label>
  );
}
