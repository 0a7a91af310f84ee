import type { ReactNode } from 'react';
import { Dialog } from './Popup';
import { Problem } from './States';

/** Asks before something is done that cannot be taken back, and says why it could not be done. */
export function Question({
  open,
  title,
  yes,
  no,
  isDangerous = true,
  work: { error, isPending },
  onYes,
  onNo,
  children,
}: {
  open: boolean;
  title: string;
  /** what the answers are called; the second one while it is being done */
  yes: readonly [label: string, busy: string];
  no: string;
  isDangerous?: boolean;
  /** what the answer begins */
  work: { error: Error | null; isPending: boolean };
  onYes: () => void;
  onNo: () => void;
  children: ReactNode;
}) {
  return (
    <Dialog open={open} onClose={onNo} title={title}>
      {children}
      {error && <Problem error={error} />}
      <div className="row">
        <button type="button" className={isDangerous ? 'danger' : 'primary'} disabled={isPending} onClick={onYes}>
          {isPending ? yes[1] : yes[0]}
        </button>
        <button type="button" onClick={onNo}>
          {no}
        </button>
      </div>
    </Dialog>
  );
}
