import { lazy, Suspense, useState } from 'react';
import type { LesionChoice } from '../../data/lesionChoice';
import { formatCount } from '../../data/text';
import type { useAnswer } from '../../data/useAnswer';
import { Dialog } from '../../parts/Popup';
import { Problem, Skeleton } from '../../parts/States';
import { useMediaQuery } from '../../parts/useMediaQuery';
import type { ExplorerCountsQuery } from './explorer.generated';
import type { ExplorerState } from './state';

/** They are drawn when their counts have come: until then they come too. On a small screen, when the sheet is opened. */
const Facets = lazy(() => import('./Facets'));

/** The width from which the choices stand beside the lesions. */
const WIDE = '(min-width: 64rem)';

/** The facets: beside the lesions, or on a small screen in a sheet that a button opens. */
export function Choices({
  state,
  counts,
  onChange,
  total,
  isAny,
}: {
  state: ExplorerState;
  counts: ReturnType<typeof useAnswer<ExplorerCountsQuery, unknown>>;
  onChange: (choice: LesionChoice) => void;
  total: number | undefined;
  isAny: boolean;
}) {
  const isWide = useMediaQuery(WIDE);
  const [open, setOpen] = useState(false);
  const facets = counts.data ? (
    <Suspense fallback={<Skeleton height="40rem" label="Counting" />}>
      <Facets choice={state.choice} counts={counts.data.data} onChange={onChange} />
    </Suspense>
  ) : counts.error ? (
    <Problem error={counts.error} onRetry={() => void counts.refetch()} />
  ) : (
    <Skeleton height="40rem" label="Counting" />
  );
  if (isWide) {
    return (
      <section className="explorer-facets" aria-label="Choose lesions">
        {facets}
      </section>
    );
  }
  return (
    <div>
      <button type="button" onClick={() => setOpen(true)}>
        Choose lesions{isAny && ' (filtered)'}
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Choose lesions">
        {facets}
        <button type="button" className="primary sheet-done" onClick={() => setOpen(false)}>
          {total === undefined ? 'Show them' : `Show ${formatCount(total)}`}
        </button>
      </Dialog>
    </div>
  );
}
