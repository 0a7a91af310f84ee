import { isRole, ROLE_NAMES, ROLES, SCOPE_MEANINGS, SCOPES } from '../../../../src/access/scopes';
import { useAnswer } from '../../data/useAnswer';
import { DatasetNamesDocument } from '../datasetNames.generated';
import { QUOTA_CHOICES, roleOfScopes } from './keyTexts';

/** A role, or single scopes; what the maker lacks cannot be given. */
export function ScopeFields({
  chosen,
  grantable,
  onChange,
}: {
  chosen: readonly string[];
  /** scopes of the maker */
  grantable: readonly string[];
  onChange: (scopes: readonly string[]) => void;
}) {
  const roles = ROLE_NAMES.filter((role) => ROLES[role].every((scope) => grantable.includes(scope)));
  const role = roleOfScopes(chosen);
  const choose = (word: string): void => {
    if (isRole(word)) onChange(ROLES[word]);
  };
  const toggle = (scope: string, isChosen: boolean): void =>
    onChange(SCOPES.filter((one) => (one === scope ? isChosen : chosen.includes(one))));
  return (
    <>
      <label className="stack-tight">
        Role
        <select value={role ?? ''} onChange={({ target }) => choose(target.value)}>
          {role === undefined && <option value="">single scopes, as below</option>}
          {roles.map((word) => (
            <option key={word} value={word}>
              {word}
            </option>
          ))}
        </select>
      </label>
      <fieldset className="stack-tight">
        <legend>What it may do</legend>
        {SCOPES.map((scope) => (
          <label key={scope} className="row key-scope">
            <input
              type="checkbox"
              checked={chosen.includes(scope)}
              disabled={!grantable.includes(scope)}
              onChange={({ target }) => toggle(scope, target.checked)}
            />
            <span>
              <code>{scope}</code>{' '}
              <span className="muted small">
                {SCOPE_MEANINGS[scope]}
                {!grantable.includes(scope) && ' You lack it yourself.'}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
    </>
  );
}

/** The only data sets that a key may touch. */
export function DatasetFields({
  chosen,
  bound,
  onChange,
}: {
  /** slugs; none: all that the maker may touch */
  chosen: readonly string[];
  /** those of the maker's own key; null: all */
  bound: readonly string[] | null;
  onChange: (datasets: readonly string[]) => void;
}) {
  const query = useAnswer(DatasetNamesDocument, {});
  const listed = query.data?.data.datasets.nodes ?? [];
  const slugs = bound ?? listed.map(({ slug }) => slug);
  if (slugs.length === 0) return null;
  return (
    <fieldset className="stack-tight">
      <legend>Only these data sets</legend>
      <p className="small muted">
        {bound ? 'None chosen: those of your own key.' : 'None chosen: all, also later ones.'}
      </p>
      <div className="row">
        {slugs.map((slug) => (
          <label key={slug} className="row">
            <input
              type="checkbox"
              checked={chosen.includes(slug)}
              onChange={({ target }) =>
                onChange(target.checked ? [...chosen, slug] : chosen.filter((one) => one !== slug))
              }
            />
            {slug}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Limits of its own, which most keys do not need. */
export function QuotaFields({
  typed,
  onChange,
}: {
  /** limits as typed, by the name of a quota */
  typed: Readonly<Record<string, string>>;
  onChange: (typed: Readonly<Record<string, string>>) => void;
}) {
  return (
    <details>
      <summary>Limits of its own</summary>
      <div className="stack-tight">
        <p className="small muted">Empty: as this server has it for all keys. Uploads and exports are in bytes.</p>
        {QUOTA_CHOICES.map(([name, label]) => (
          <label key={name} className="stack-tight">
            {label}
            <input
              type="number"
              min={1}
              step={1}
              value={typed[name] ?? ''}
              onChange={({ target }) => onChange({ ...typed, [name]: target.value })}
            />
          </label>
        ))}
      </div>
    </details>
  );
}
