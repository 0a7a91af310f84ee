import { useAnswer } from '../../data/useAnswer';
import { EvaluationListDocument } from './accuracy.generated';
import { distinctNames, type Nameable } from './evaluations';

/** Chooses one evaluation; those that the page shows are there also if they are not among the newest. */
export function EvaluationSelect({
  label,
  shown,
  value,
  canBeNone = false,
  onChange,
}: {
  label: string;
  shown: readonly (Nameable & { readonly id: string })[];
  /** id of the one that is chosen; undefined: none */
  value: string | undefined;
  canBeNone?: boolean;
  /** @param id empty: none */
  onChange: (id: string) => void;
}) {
  const list = useAnswer(EvaluationListDocument, {});
  const newest = list.data?.data.evaluations.nodes ?? [];
  const all = [...shown.filter(({ id }) => newest.every((one) => one.id !== id)), ...newest];
  const names = distinctNames(all);
  return (
    <label className="row">
      {label}
      <select value={value ?? ''} onChange={({ target }) => onChange(target.value)}>
        {canBeNone && <option value="">none</option>}
        {all.map(({ id }, at) => (
          <option key={id} value={id}>
            {names[at]}
          </option>
        ))}
      </select>
    </label>
  );
}
