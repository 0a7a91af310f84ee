import { useEffect, useRef } from 'react';
import { type KeyAction, useKeys } from './keys';
import { Dialog } from './Popup';

/** The keys of what is mounted. The sheet reads them when it opens, so that a change of them draws nothing. */
const listed: { readonly current: readonly KeyAction[] }[] = [];

/** Runs the keys of a page, or of a part of it, while it is mounted, and lists them in the sheet of keys. */
export function usePageKeys(actions: readonly KeyAction[]): void {
  useKeys(actions);
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    listed.push(current);
    return () => {
      listed.splice(listed.indexOf(current), 1);
    };
  }, []);
}

/** What the keys do: those of the page first. */
export function KeySheet({
  open,
  onClose,
  global,
}: {
  open: boolean;
  onClose: () => void;
  global: readonly KeyAction[];
}) {
  const keysOfPage = open ? listed.flatMap(({ current }) => current) : [];
  return (
    <Dialog open={open} onClose={onClose} title="Keys">
      {keysOfPage.length > 0 && <KeyList title="On this page" actions={keysOfPage} />}
      <KeyList title="Everywhere" actions={global} />
    </Dialog>
  );
}

function KeyList({ title, actions }: { title: string; actions: readonly KeyAction[] }) {
  return (
    <section className="stack-tight">
      <h3>{title}</h3>
      <dl className="facts">
        {actions.map(({ keys, label }) => (
          <div key={keys} style={{ display: 'contents' }}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key} style={{ marginInlineEnd: '0.25em' }}>
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
