import { lazy, Suspense, useState } from 'react';
import type { Deletable } from './Deletion';

/** It comes when it is needed. */
const Deletion = lazy(() => import('./Deletion'));

/** Opens the dialog that deletes something; what one may not delete has no such button. */
export function DeleteButton({ thing, onDeleted }: { thing: Deletable; onDeleted: () => unknown }) {
  const [isOpen, setOpen] = useState(false);
  const [isNeeded, setNeeded] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => {
          setNeeded(true);
          setOpen(true);
        }}
      >
        Delete<span className="visually-hidden"> {thing.name}</span>
      </button>
      {isNeeded && (
        <Suspense fallback={null}>
          <Deletion open={isOpen} thing={thing} onClose={() => setOpen(false)} onDeleted={onDeleted} />
        </Suspense>
      )}
    </>
  );
}
