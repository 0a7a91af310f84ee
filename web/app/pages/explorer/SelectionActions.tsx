import { lazy, Suspense, useState } from 'react';
import { saveFile } from '../../data/saveFile';
import { plural } from '../../data/text';
import { Dialog } from '../../parts/Popup';
import { csvOfLesions } from './lesionCsv';
import { filterOfRows } from './selection';

const Keep = lazy(() => import('./Keep').then(({ Keep: keep }) => ({ default: keep })));

/** What can be done with the lesions that are selected; it is loaded with the first of them. */
export function SelectionActions({
  dataset,
  selected,
  onCopyIds,
  onClear,
  onFailure,
}: {
  /** `slug@version` */
  dataset: string;
  selected: readonly number[];
  onCopyIds: () => void;
  onClear: () => void;
  /** @param sentence empty: what failed before is past */
  onFailure: (sentence: string) => void;
}) {
  const [isKeeping, setKeeping] = useState(false);
  const filter = filterOfRows(dataset, selected);
  const saveCsv = async (): Promise<void> => {
    try {
      onFailure('');
      saveFile(
        `${dataset}-selection.csv`,
        await csvOfLesions(dataset, filter, [{ field: 'SOURCE_ROW_INDEX' }]),
        'text/csv',
      );
    } catch (thrown) {
      onFailure(thrown instanceof Error ? thrown.message : 'The file could not be made.');
    }
  };
  const copyFilter = (): void =>
    void navigator.clipboard
      ?.writeText(JSON.stringify(filter))
      .catch(() => onFailure('The filter could not be copied.'));
  return (
    <div className="row">
      <button type="button" onClick={onCopyIds}>
        Copy ids <kbd className="hide-narrow">c</kbd>
      </button>
      <button type="button" onClick={copyFilter}>
        Copy as filter
      </button>
      <button type="button" onClick={() => void saveCsv()}>
        CSV
      </button>
      <button type="button" onClick={() => setKeeping(true)}>
        Cohort or citation
      </button>
      <button type="button" className="quiet" onClick={onClear}>
        Clear
      </button>
      <Dialog
        open={isKeeping}
        onClose={() => setKeeping(false)}
        title={`${plural(selected.length, 'lesion')} selected`}
      >
        <Suspense fallback={null}>
          <Keep dataset={dataset} filter={filter} onLeave={() => setKeeping(false)} />
        </Suspense>
      </Dialog>
    </div>
  );
}
