import { COARSE_TYPES, type LesionChoice, type Range, SEXES, SPLITS } from '../../data/lesionChoice';
import { titleOf } from '../../data/text';
import { useAnswer } from '../../data/useAnswer';
import { NumberField } from '../../parts/NumberField';
import { RunClustersDocument } from './newRun.generated';
import { type NewRunState, otherConditions, withoutOthers } from './search';

interface FieldProps {
  readonly state: NewRunState;
  readonly change: (changes: Partial<NewRunState>) => void;
}

/** Which images: those with a lesion that fits all facets. Nothing chosen in a facet means all. */
export function ImageFields({ dataset, state, change }: FieldProps & { dataset: string | undefined }) {
  const { lesions } = state;
  const set = (changes: Partial<LesionChoice>): void => change({ lesions: { ...lesions, ...changes } });
  const others = otherConditions(lesions);
  return (
    <section className="card stack" aria-label="Which images">
      <h2>Which images</h2>
      <Choices label="Split" words={SPLITS} chosen={lesions.splits} onChange={(splits) => set({ splits })} />
      <Choices
        label="With a lesion of coarse type"
        words={COARSE_TYPES}
        chosen={lesions.types}
        onChange={(types) => set({ types })}
      />
      <Choices label="Sex" words={SEXES} chosen={lesions.sexes} onChange={(sexes) => set({ sexes })} />
      <div className="field-grid">
        <RangeFields label="Age" unit="years" max={130} range={lesions.ages} onChange={(ages) => set({ ages })} />
        <RangeFields
          label="With a long diameter"
          unit="mm"
          max={1000}
          range={lesions.size}
          onChange={(size) => set({ size })}
        />
      </div>
      {dataset !== undefined && (
        <ClusterField dataset={dataset} cluster={lesions.cluster} onChange={(cluster) => set({ cluster })} />
      )}
      {others.length > 0 && (
        <p className="row">
          Also: {others.join(', ')}.
          <button type="button" onClick={() => change({ lesions: withoutOthers(lesions) })}>
            Leave these out
          </button>
        </p>
      )}
      <label className="row">
        <input
          type="checkbox"
          checked={state.onlyWithPixels}
          onChange={({ target }) => change({ onlyWithPixels: target.checked })}
        />
        Only images whose pixel file is on this server
      </label>
    </section>
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
  const set = (changes: { gte?: number; lte?: number }): void => {
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

function ClusterField({
  dataset,
  cluster,
  onChange,
}: {
  dataset: string;
  cluster: string | undefined;
  onChange: (cluster: string | undefined) => void;
}) {
  const query = useAnswer(RunClustersDocument, { dataset });
  const categorizations = query.data?.data.categorizations.nodes ?? [];
  const isListed = categorizations.some(({ pseudoClusters }) => pseudoClusters.nodes.some(({ id }) => id === cluster));
  if (categorizations.length === 0 && cluster === undefined) return null;
  return (
    <label className="stack-tight">
      With a lesion of pseudo-cluster
      <select value={cluster ?? ''} onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}>
        <option value="">any</option>
        {cluster !== undefined && !isListed && <option value={cluster}>the one of the address</option>}
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
