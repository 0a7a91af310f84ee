import { lazy, Suspense, useState } from 'react';
import { MAX_SELECTED } from '../../data/rows';
import { formatCount, plural } from '../../data/text';
import type { ListedLesion } from './useLesionRows';

const SelectionActions = lazy(() =>
  import('./SelectionActions').then(({ SelectionActions: actions }) => ({ default: actions })),
);

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
  const copy = async (): Promise<void> => {
    try {
      const { readIds } = await import('./selection');
      const ids = selected.length === 0 ? [atHand()?.id ?? ''] : await readIds(dataset, selected);
      await navigator.clipboard.writeText(ids.join('\n'));
      setMessage(`Copied the ${ids.length === 1 ? 'id' : `${ids.length} ids`}.`);
    } catch {
      setMessage('The ids could not be copied.');
    }
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
  return (
    <div className="selection-bar" data-open={selected.length > 0}>
      <p role="status" className={selected.length > 0 || message ? undefined : 'visually-hidden'}>
        {selected.length > 0 && <strong>{formatCount(selected.length)} selected. </strong>}
        {isFull && `An address holds ${plural(MAX_SELECTED, 'lesion')} at most. `}
        {failure || message}
      </p>
      {selected.length > 0 && (
        <Suspense fallback={null}>
          <SelectionActions {...{ dataset, selected, onCopyIds, onClear }} onFailure={setFailure} />
        </Suspense>
      )}
    </div>
  );
}
