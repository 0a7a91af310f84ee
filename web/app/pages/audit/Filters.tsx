import type { FormEvent } from 'react';
import type { SetSearch } from '../../data/address';
import { type AuditState, OUTCOME_NAMES, OUTCOMES } from './search';

const FIELDS = ['actor', 'action', 'outcome', 'from', 'to'] as const;

/** Which events: the form sends all of its fields at once. */
export function Filters({
  state,
  actions,
  setSearch,
}: {
  state: AuditState;
  /** to choose from, beside any other text */
  actions: readonly string[];
  setSearch: SetSearch;
}) {
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const fields = FIELDS.map((name) => [name, String(given.get(name) ?? '').trim() || undefined]);
    setSearch({ ...Object.fromEntries(fields), after: undefined, before: undefined });
  };
  // Another state of the address is another form: its fields keep what is typed until it is sent.
  return (
    <search aria-label="Filter events">
      <form key={JSON.stringify(state)} className="row audit-filters" onSubmit={send}>
        <label className="stack-tight">
          Who
          <input name="actor" defaultValue={state.actor} placeholder="name, dl_ID or network" autoComplete="off" />
        </label>
        <label className="stack-tight">
          Action
          <input name="action" defaultValue={state.action} list="audit-actions" autoComplete="off" />
        </label>
        <datalist id="audit-actions">
          {actions.map((action) => (
            <option key={action} value={action} />
          ))}
        </datalist>
        <label className="stack-tight">
          Outcome
          <select name="outcome" defaultValue={state.outcome && OUTCOMES[state.outcome]}>
            <option value="">all</option>
            {OUTCOME_NAMES.map((name) => (
              <option key={name}>{OUTCOMES[name]}</option>
            ))}
          </select>
        </label>
        <label className="stack-tight">
          From (UTC)
          <input name="from" type="date" defaultValue={state.from} />
        </label>
        <label className="stack-tight">
          To (UTC)
          <input name="to" type="date" defaultValue={state.to} />
        </label>
        <button type="submit">Show</button>
      </form>
    </search>
  );
}
