import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ask } from '../data/graph';
import { formatCount, wordsOf } from '../data/text';
import { useAction } from '../data/useAction';
import {
  DeleteCategorizationDocument,
  DeleteCohortDocument,
  DeleteDatasetDocument,
  DeleteRunDocument,
  type DeletionResultFragment,
} from './deletion.generated';
import { Dialog } from './Popup';
import { Problem, Skeleton } from './States';

/** Something that can be deleted. */
export interface Deletable {
  readonly kind: keyof typeof KINDS;
  /** global id */
  readonly id: string;
  /** what has to be typed */
  readonly name: string;
}

const KINDS = {
  RUN: { word: 'run', document: DeleteRunDocument },
  DATASET: { word: 'data set version', document: DeleteDatasetDocument },
  CATEGORIZATION: { word: 'categorization', document: DeleteCategorizationDocument },
  COHORT: { word: 'cohort', document: DeleteCohortDocument },
} as const;

/** A dry run leaves an event in the audit trail too. */
const DRY_RUN_REASON = 'To see what would be deleted.';

/** Shows what would be deleted, and deletes it once its name was typed. */
export default function Deletion({
  open,
  thing,
  onClose,
  onDeleted,
}: {
  open: boolean;
  thing: Deletable;
  onClose: () => void;
  onDeleted: () => unknown;
}) {
  const { kind, name } = thing;
  return (
    <Dialog open={open} onClose={onClose} title={`Delete this ${KINDS[kind].word}?`}>
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>
      </p>
      <Outlook thing={thing} onClose={onClose} onDeleted={onDeleted} />
    </Dialog>
  );
}

function Outlook({ thing, ...rest }: { thing: Deletable; onClose: () => void; onDeleted: () => unknown }) {
  const { kind, id } = thing;
  const query = useQuery({
    queryKey: ['what a deletion concerns', id],
    queryFn: ({ signal }) =>
      ask(KINDS[kind].document, { input: { id, reason: DRY_RUN_REASON, dryRun: true, cascade: true } }, signal),
    // What is there now counts, and it is not counted again while somebody reads.
    staleTime: 0,
    gcTime: 0,
    retry: false,
    refetchOnMount: false,
  });
  if (query.error) return <Problem error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton height="10rem" label="Counting" />;
  const { counts, refusal } = query.data.data.deletion;
  return (
    <>
      <Counts counts={counts} />
      {refusal === null ? <Form thing={thing} counts={counts} {...rest} /> : <p className="problem">{refusal}</p>}
    </>
  );
}

type Counts = DeletionResultFragment['counts'];

function Counts({ counts }: { counts: Counts }) {
  const found = counts.filter(({ count }) => count > 0);
  if (found.length === 0) return <p className="muted">Nothing else belongs to it.</p>;
  return (
    <section className="stack-tight" aria-label="What is deleted">
      <dl className="facts">
        {found.map(({ what, count, isDependent }) => (
          <div key={what} style={{ display: 'contents' }}>
            <dt>{wordsOf(what)}</dt>
            <dd>
              {formatCount(count)} {isDependent && <span className="badge warn">depends on it</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Form({
  thing: { kind, id, name },
  counts,
  onClose,
  onDeleted,
}: {
  thing: Deletable;
  counts: Counts;
  onClose: () => void;
  onDeleted: () => unknown;
}) {
  const first = useRef<HTMLInputElement>(null);
  // The dialog was open before there was anything to fill in.
  useEffect(() => first.current?.focus(), []);
  const [typed, setTyped] = useState('');
  const [reason, setReason] = useState('');
  const hasDependents = counts.some(({ isDependent, count }) => isDependent && count > 0);
  const remove = useAction(KINDS[kind].document, () => {
    onClose();
    return onDeleted();
  });
  const isReady = typed.trim() === name.trim() && reason.trim() !== '' && !remove.isPending;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (isReady) remove.mutate({ input: { id, reason: reason.trim(), cascade: hasDependents } });
  };
  return (
    <form className="stack" onSubmit={send}>
      <p className="banner">
        This cannot be undone.
        {hasDependents && ' What depends on it is deleted with it, or loses its reference to it.'}
      </p>
      <label className="stack-tight">
        Why (anyone who asks for it later is told)
        <input
          ref={first}
          required
          maxLength={1000}
          dir="auto"
          autoComplete="off"
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      <label className="stack-tight">
        <span>
          Type <code>{name}</code> to confirm
        </span>
        <input
          required
          spellCheck={false}
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </label>
      {remove.error && <Problem error={remove.error} />}
      <div className="row">
        <button type="submit" className="danger" disabled={!isReady}>
          {remove.isPending ? 'Deleting …' : `Delete the ${KINDS[kind].word}`}
        </button>
        <button type="button" onClick={onClose}>
          Keep it
        </button>
      </div>
    </form>
  );
}
