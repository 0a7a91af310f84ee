import { COARSE_TYPES, type LesionChoice, SEXES, SPLITS } from '../../data/lesionChoice';
import { formatNumber, plural, titleOf } from '../../data/text';
import { BodyStrip } from '../../figures/BodyStrip';
import { barsOf, paddedBins } from '../../figures/bars';
import { HISTOGRAM_INSET, Histogram } from '../../figures/Histogram';
import { formatMm } from './conditions';
import type { ExplorerCountsQuery } from './explorer.generated';
import { FacetList, type FacetOption } from './FacetList';

const AGE_BAND_YEARS = 10;

type Change = (choice: LesionChoice) => void;
interface FacetsProps {
  readonly choice: LesionChoice;
  readonly counts: ExplorerCountsQuery;
  readonly onChange: Change;
}

/** What lesions can be chosen by: each count is of the lesions that match all other choices. */
export default function Facets({ choice, counts, onChange }: FacetsProps) {
  const { types, splits, sexes, noisy, withPixels } = choice;
  const only = <Word extends string>(words: readonly Word[], keys: readonly string[]): Word[] =>
    words.filter((word) => keys.includes(word));
  return (
    <div className="facets">
      <FacetList
        title="Type"
        options={optionsOf(counts, 'COARSE_TYPE', types)}
        chosen={types}
        onChange={(keys) => onChange({ ...choice, types: only(COARSE_TYPES, keys) })}
      />
      <Sizes choice={choice} counts={counts} onChange={onChange} />
      <Locations choice={choice} counts={counts} onChange={onChange} />
      <Ages choice={choice} counts={counts} onChange={onChange} />
      <FacetList
        title="Sex"
        options={optionsOf(counts, 'SEX', sexes)}
        chosen={sexes}
        onChange={(keys) => onChange({ ...choice, sexes: only(SEXES, keys) })}
      />
      <FacetList
        title="Split"
        options={optionsOf(counts, 'SPLIT', splits)}
        chosen={splits}
        onChange={(keys) => onChange({ ...choice, splits: only(SPLITS, keys) })}
      />
      <Clusters choice={choice} counts={counts} onChange={onChange} />
      <FacetList
        title="Measurement"
        options={optionsOf(counts, 'POSSIBLY_NOISY', noisy === undefined ? [] : [String(noisy)])}
        chosen={noisy === undefined ? [] : [String(noisy)]}
        isSingle
        onChange={([key]) => onChange({ ...choice, noisy: key === undefined ? undefined : key === 'true' })}
      />
      <label className="facet-option">
        <input
          type="checkbox"
          checked={withPixels ?? false}
          onChange={({ target }) => onChange({ ...choice, withPixels: target.checked ? true : undefined })}
        />
        Only with pixels on this server
      </label>
    </div>
  );
}

/** @param chosen stays in sight also where nothing has that value */
function optionsOf({ lesionFacets }: ExplorerCountsQuery, name: string, chosen: readonly string[]): FacetOption[] {
  const buckets = lesionFacets.find(({ field }) => field === name)?.buckets ?? [];
  const options = buckets.flatMap(({ key, label, count }) => (key === null ? [] : [{ key, label, count }]));
  const missing = chosen.filter((key) => !options.some((option) => option.key === key));
  const all = [...options, ...missing.map((key) => ({ key, label: titleOf(key), count: 0 }))];
  // What is not known stands last, however many there are.
  return all.sort((a, b) => Number(a.key === 'UNKNOWN') - Number(b.key === 'UNKNOWN'));
}

function Sizes({ choice, counts, onChange }: FacetsProps) {
  const histogram = counts.sizes[0]?.longDiameterMm.histogram;
  if (!histogram) return null;
  const { edges, above, nullCount } = histogram;
  const bins = histogram.counts.map((count, index) => ({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0, count }));
  return (
    <div>
      <Histogram
        title="Long diameter, mm"
        bars={barsOf(bins, above)}
        value={choice.size}
        format={formatMm}
        onChange={(size) => onChange({ ...choice, size })}
      />
      <Quartiles counts={counts} />
      <Unknown count={nullCount} what="a diameter" />
    </div>
  );
}

function Ages({ choice, counts: { lesionFacets }, onChange }: FacetsProps) {
  const buckets = lesionFacets.find(({ field }) => field === 'AGE_BAND')?.buckets ?? [];
  const known = new Map(buckets.flatMap(({ key, count }) => (key === null ? [] : [[Number(key), count]])));
  if (known.size === 0) return null;
  const first = Math.min(...known.keys());
  const bands = (Math.max(...known.keys()) - first) / AGE_BAND_YEARS + 1;
  const bins = Array.from({ length: bands }, (_, index) => {
    const from = first + index * AGE_BAND_YEARS;
    return { from, to: from + AGE_BAND_YEARS, count: known.get(from) ?? 0 };
  });
  return (
    <div>
      <Histogram
        title="Age at the study, years"
        bars={barsOf(bins)}
        value={choice.ages}
        format={String}
        step={1}
        onChange={(ages) => onChange({ ...choice, ages })}
      />
      <Unknown count={buckets.find(({ key }) => key === null)?.count ?? 0} what="an age" />
    </div>
  );
}

function Locations({ choice, counts: { lesionHistograms }, onChange }: FacetsProps) {
  const histogram = lesionHistograms.find(({ field }) => field === 'LOCATION_Z');
  if (!histogram || histogram.counts.length === 0) return null;
  const { edges, counts, nullCount } = histogram;
  const bins = paddedBins(
    counts.map((count, index) => ({ from: edges[index] ?? 0, to: edges[index + 1] ?? 0, count })),
    0,
    1,
  );
  const bars = barsOf(bins);
  return (
    <div>
      <Histogram
        title="Position, head to feet"
        bars={bars}
        value={choice.location}
        ends={['head', 'feet']}
        format={(z) => formatNumber(Math.min(1, Math.max(0, z)), 2)}
        onChange={(location) => onChange({ ...choice, location })}
      >
        {(width) => (
          <BodyStrip width={width} inset={HISTOGRAM_INSET} domain={[bars.edges[0] ?? 0, bars.edges.at(-1) ?? 1]} />
        )}
      </Histogram>
      <Unknown count={nullCount} what="a position" />
    </div>
  );
}

function Clusters({ choice, counts, onChange }: FacetsProps) {
  const options = optionsOf(counts, 'PSEUDO_CLUSTER', []);
  if (options.length === 0) return null;
  return (
    <FacetList
      title="Pseudo-cluster"
      options={options}
      chosen={choice.cluster === undefined ? [] : [choice.cluster]}
      isSingle
      onChange={([cluster]) => onChange({ ...choice, cluster })}
    />
  );
}

/** Of what is shown, as the brush leaves it. */
function Quartiles({ counts: { all } }: { counts: ExplorerCountsQuery }) {
  const { p25, p50, p75 } = all[0]?.longDiameterMm ?? {};
  if (p50 == null) return null;
  return (
    <p className="muted small">
      Median {formatNumber(p50)}, middle half {formatNumber(p25)} to {formatNumber(p75)}
    </p>
  );
}

/** Lesions that a histogram cannot show. */
function Unknown({ count, what }: { count: number; what: string }) {
  if (count === 0) return null;
  return (
    <p className="muted small">
      {plural(count, 'lesion')} without {what}
    </p>
  );
}
