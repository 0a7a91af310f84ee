import { formatCount } from '../../data/text';

export interface FacetOption {
  readonly key: string;
  readonly label: string;
  readonly count: number;
}

/** The values of one field with how many lesions have each, as bars. Several may be chosen; none means any. */
export function FacetList({
  title,
  options,
  chosen,
  isSingle = false,
  onChange,
}: {
  title: string;
  options: readonly FacetOption[];
  chosen: readonly string[];
  /** a filter takes one of these only */
  isSingle?: boolean;
  onChange: (chosen: string[]) => void;
}) {
  const greatest = Math.max(1, ...options.map(({ count }) => count));
  const toggle = (key: string): void => {
    if (chosen.includes(key)) onChange(chosen.filter((one) => one !== key));
    else onChange(isSingle ? [key] : [...chosen, key]);
  };
  return (
    <fieldset className="facet">
      <legend>{title}</legend>
      <ul className="facet-options">
        {options.map(({ key, label, count }) => (
          <li key={key}>
            <label className="facet-option" data-none={count === 0}>
              <input type="checkbox" checked={chosen.includes(key)} onChange={() => toggle(key)} />
              <bdi>{label}</bdi>
              <span className="muted number">{formatCount(count)}</span>
              <span className="facet-bar" style={{ inlineSize: `${(count / greatest) * 100}%` }} />
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
