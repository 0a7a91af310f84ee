import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { csvOf } from '../../data/csv';
import { ask } from '../../data/graph';
import { MAX_SELECTED } from '../../data/rows';
import { saveFile } from '../../data/saveFile';
import { formatCount, plural } from '../../data/text';
import { CSV_HEADER, readLesions, rowOfLesion } from './lesionCsv';
import { ExplorerSelectionDocument } from './selection.generated';
import type { ListedLesion } from './useLesionRows';

/** The selection as a filter: it is what a request or a colleague needs, and it holds in any copy of the data set. */
const filterOf = (dataset: string, selected: readonly number[]) => ({ dataset, sourceRowIndex: [...selected] });

/**
 * Copies the ids of the selection, or of the lesion at hand if nothing is selected.
 *
 * @returns what was done as a sentence, and how to do it
 */
export function useCopyIds(
  dataset: string,
  selected: readonly number[],
  atHand: () => ListedLesion | undefined,
): [string, () => void] {
  const [message, setMessage] = useState('');
  const queries = useQueryClient();
  const copy = async (): Promise<void> => {
    try {
      const ids = selected.length === 0 ? [atHand()?.id ?? ''] : await readIds();
      await navigator.clipboard.writeText(ids.join('\n'));
      setMessage(`Copied the ${ids.length === 1 ? 'id' : `${ids.length} ids`}.`);
    } catch {
      setMessage('The ids could not be copied.');
    }
  };
  const readIds = async (): Promise<string[]> => {
    const variables = { filter: filterOf(dataset, selected), orderBy: [{ field: 'SOURCE_ROW_INDEX' as const }] };
    const { data } = await queries.fetchQuery({
      queryKey: [ExplorerSelectionDocument.name, variables],
      queryFn: () => ask(ExplorerSelectionDocument, variables),
    });
    return data.lesions.nodes.map(({ id }) => id);
  };
  return [message, () => void copy()];
}

/** What can be done with the lesions that are selected; it stays in sight below the list. */
export function SelectionBar({
  dataset,
  selected,
  isFull,
  message,
  onCopyIds,
  onClear,
}: {
  dataset: string;
  selected: readonly number[];
  isFull: boolean;
  message: string;
  onCopyIds: () => void;
  onClear: () => void;
}) {
  const [failure, setFailure] = useState('');
  const saveCsv = async (): Promise<void> => {
    try {
      setFailure('');
      const lesions = await readLesions(filterOf(dataset, selected), [{ field: 'SOURCE_ROW_INDEX' }]);
      saveFile(
        `${dataset}-selection.csv`,
        csvOf(
          CSV_HEADER,
          lesions.map((one) => rowOfLesion(one, dataset)),
        ),
        'text/csv',
      );
    } catch (thrown) {
      setFailure(thrown instanceof Error ? thrown.message : 'The file could not be made.');
    }
  };
  const copyFilter = (): void =>
    void navigator.clipboard
      ?.writeText(JSON.stringify(filterOf(dataset, selected)))
      .catch(() => setFailure('The filter could not be copied.'));
  return (
    <div className="selection-bar" data-open={selected.length > 0}>
      <p role="status" className={selected.length > 0 || message ? undefined : 'visually-hidden'}>
        {selected.length > 0 && <strong>{formatCount(selected.length)} selected. </strong>}
        {isFull && `An address holds ${plural(MAX_SELECTED, 'lesion')} at most. `}
        {failure || message}
      </p>
      {selected.length > 0 && (
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
          <button type="button" className="quiet" onClick={onClear}>
            Clear
          </button>
        </div>
      )}
    </div>
  );
}
