import { useAnswer } from '../data/useAnswer';
import { DatasetNamesDocument } from './datasetNames.generated';

interface Named {
  readonly slug: string;
  readonly name: string;
  readonly version: number;
}

/** Leads to the same page of another data set. The one that is shown stands in it from the start. */
export function DatasetSwitch({ shown, onSwitch }: { shown: Named; onSwitch: (slug: string) => void }) {
  const query = useAnswer(DatasetNamesDocument, {});
  const latest = query.data?.data.datasets.nodes ?? [];
  const isListed = latest.some(({ slug, version }) => slug === shown.slug && version === shown.version);
  const options = isListed ? latest : [shown, ...latest];
  const wordOf = ({ slug, version }: Named): string => `${slug}@${version}`;
  return (
    <select
      aria-label="Data set"
      value={wordOf(shown)}
      onChange={({ target: { value } }) => onSwitch(value.slice(0, value.lastIndexOf('@')))}
    >
      {options.map((dataset) => (
        <option key={wordOf(dataset)} value={wordOf(dataset)}>
          {dataset.name} ({wordOf(dataset)})
        </option>
      ))}
    </select>
  );
}
