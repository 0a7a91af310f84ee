import { titleOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { NumberField } from '../../parts/NumberField';
import { RunClustersDocument } from './newRun.generated';
import { COARSE_TYPES, type NewRunState, type Range, SEXES, SPLITS } from './state';

interface FieldProps {
  readonly state: NewRunState;
  readonly change: (changes: Partial<NewRunState>) => void;
}

/** Which images: those that fit all facets. Nothing chosen in a facet means all. */
export function ImageFields({ dataset, state, change }: FieldProps & { dataset: string | undefined }) {
  return (
    <fieldset className="card stack">
      <legend className="visually-hidden">Which images</legend>
      <h2 aria-hidden="true">Which images</h2>
      <Choices label="Split" words={SPLITS} chosen={state.splits} onChange={(splits) => change({ splits })} />
      <Choices
        label="With a lesion of coarse type"
        words={COARSE_TYPES}
        chosen={state.types}
        onChange={(types) => change({ types })}
      />
      <Choices label="Sex" words={SEXES} chosen={state.sexes} onChange={(sexes) => change({ sexes })} />
      <div className="field-grid">
        <RangeFields label="Age" unit="years" max={130} range={state.age} onChange={(age) => change({ age })} />
        <RangeFields
          label="With a long diameter"
          unit="mm"
          max={1000}
          range={state.size}
          onChange={(size) => change({ size })}
        />
      </div>
      {dataset !== undefined && <ClusterField dataset={dataset} state={state} change={change} />}
      <label className="row">
        <input
          type="checkbox"
          checked={state.onlyWithPixels}
          onChange={({ target }) => change({ onlyWithPixels: target.checked })}
        />
        Only images whose pixel file is on this server
      </label>
    </fieldset>
  );
}

function Choices<Word extends string>({
  label,
  words,
  chosen,
  onChange,
}: {
  label: string;
  words: readonly Word[];
  chosen: readonly Word[];
  onChange: (words: Word[]) => void;
}) {
  return (
    <fieldset className="stack-tight">
      <legend>{label}</legend>
      <div className="row">
        {words.map((word) => (
          <label key={word} className="toggle">
            <input
              type="checkbox"
              checked={chosen.includes(word)}
              onChange={({ target }) =>
                onChange(words.filter((one) => (one === word ? target.checked : chosen.includes(one))))
              }
            />
            {titleOf(word)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function RangeFields({
  label,
  unit,
  max,
  range,
  onChange,
}: {
  label: string;
  unit: string;
  max: number;
  range: Range | undefined;
  onChange: (range: Range | undefined) => void;
}) {
  const set = (changes: Range): void => {
    const { gte, lte } = { ...range, ...changes };
    const next = { ...(gte !== undefined && { gte }), ...(lte !== undefined && { lte }) };
    onChange(gte === undefined && lte === undefined ? undefined : next);
  };
  return (
    <fieldset className="stack-tight">
      <legend>
        {label} <span className="muted">in {unit}</span>
      </legend>
      <div className="range-fields">
        <NumberField label="from" value={range?.gte} min={0} max={max} onChange={(gte) => set({ gte })} />
        <NumberField label="to" value={range?.lte} min={0} max={max} onChange={(lte) => set({ lte })} />
      </div>
    </fieldset>
  );
}

function ClusterField({ dataset, state, change }: FieldProps & { dataset: string }) {
  const query = useAnswer(RunClustersDocument, { dataset });
  const categorizations = query.data?.data.categorizations.nodes ?? [];
  const isListed = categorizations.some(({ pseudoClusters }) =>
    pseudoClusters.nodes.some(({ id }) => id === state.cluster),
  );
  if (categorizations.length === 0 && state.cluster === undefined) return null;
  return (
    <label className="stack-tight">
      With a lesion of pseudo-cluster
      <select
        value={state.cluster ?? ''}
        onChange={({ target }) => change({ cluster: target.value === '' ? undefined : target.value })}
      >
        <option value="">any</option>
        {state.cluster !== undefined && !isListed && <option value={state.cluster}>the one of the address</option>}
        {categorizations.map(({ id, name, pseudoClusters }) => (
          <optgroup key={id} label={name}>
            {pseudoClusters.nodes.map(({ id: clusterId, clusterIndex, label, size }) => (
              <option key={clusterId} value={clusterId}>
                {clusterIndex}
                {label ? `: ${label}` : ''} (n = {size})
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  );
}
