import { useEffect, useState } from 'react';

/**
 * A number that may be left empty. What is typed stays as it is typed; only what is a number within the bounds is handed
 * on, and the field says what it expects.
 */
export function NumberField({
  label,
  value,
  onChange,
  min,
  max,
  step = 'any',
  placeholder,
  unit,
}: {
  label: string;
  value: number | undefined;
  onChange: (value: number | undefined) => void;
  min: number;
  max: number;
  step?: number | 'any';
  placeholder?: string;
  unit?: string;
}) {
  const [text, setText] = useState(value === undefined ? '' : String(value));
  // A change from elsewhere (Back, a link) replaces what is typed; the echo of one's own does not.
  useEffect(() => {
    setText((typed) => (readNumber(typed) === value ? typed : value === undefined ? '' : String(value)));
  }, [value]);
  return (
    <label className="number-field">
      <span>
        {label}
        {unit && <span className="muted"> in {unit}</span>}
      </span>
      <input
        type="number"
        inputMode={step === 1 ? 'numeric' : 'decimal'}
        value={text}
        min={min}
        max={max}
        step={step}
        placeholder={placeholder}
        onChange={({ target }) => {
          setText(target.value);
          const number = readNumber(target.value);
          if (number === undefined || (number >= min && number <= max)) onChange(number);
        }}
      />
    </label>
  );
}

function readNumber(text: string): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
