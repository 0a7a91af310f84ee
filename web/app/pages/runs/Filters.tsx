import { useAnswer } from '../../data/useAnswer';
import { RunFilterChoicesDocument } from './runs.generated';
import { type RunsState, STATUS_GROUPS, STATUS_WORDS } from './search';

/** Which runs: by status, detector and data set. A choice of the address that is no longer offered stays in sight. */
export function Filters({ state, change }: { state: RunsState; change: (changes: Partial<RunsState>) => void }) {
  const query = useAnswer(RunFilterChoicesDocument, {});
  const { datasets, detectors } = query.data?.data ?? {};
  const setFilter = (changes: Partial<RunsState>): void => change({ ...changes, after: undefined, before: undefined });
  return (
    <search className="row run-filters" aria-label="Filter runs">
      <Choice
        label="Status"
        value={state.status}
        options={STATUS_WORDS.map((word) => ({ value: word, label: STATUS_GROUPS[word].label }))}
        onChange={(word) => setFilter({ status: STATUS_WORDS.find((one) => one === word) })}
      />
      <Choice
        label="Detector"
        value={state.detector}
        options={distinct(
          (detectors?.nodes ?? []).map(({ name }) => name),
          state.detector,
        )}
        onChange={(detector) => setFilter({ detector })}
      />
      <Choice
        label="Data set"
        value={state.dataset}
        options={distinct(
          (datasets?.nodes ?? []).map(({ slug }) => slug),
          state.dataset,
        )}
        onChange={(dataset) => setFilter({ dataset })}
      />
    </search>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

function distinct(names: readonly string[], chosen: string | undefined): Option[] {
  const all = new Set(chosen === undefined ? names : [...names, chosen]);
  return [...all].sort().map((name) => ({ value: name, label: name }));
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  onChange: (value: string | undefined) => void;
}) {
  return (
    <label className="row">
      {label}
      <select value={value ?? ''} onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}>
        <option value="">all</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
