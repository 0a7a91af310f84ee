import { type ReactNode, useEffect, useId, useRef } from 'react';

/** For the field that a dialog is opened for: React's own `autoFocus` comes before a dialog is shown, and is lost. */
export const focusFirst = (field: HTMLInputElement | null): void => field?.setAttribute('autofocus', '');

/** A modal dialog: Escape and a click beside it close it, and the focus returns to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      {open && (
        <div className="stack">
          <div className="spread">
            <h2 id={titleId}>{title}</h2>
            <button type="button" className="quiet" onClick={onClose}>
              Close
            </button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
