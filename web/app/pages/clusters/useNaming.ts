import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../../data/graph';
import { type Right, useMay } from '../../data/viewer';
import { NameClusterDocument } from './clusters.generated';

/** The last name that was given, so that it can be taken back. */
export interface Named {
  readonly id: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface Naming {
  readonly right: Right;
  readonly last: Named | null;
  readonly error: Error | null;
  /** @param before what it was called until now; null: it had no name */
  readonly name: (id: string, before: string | null, after: string | null) => Promise<boolean>;
  readonly undo: () => void;
}

/** Names pseudo-clusters; every page that shows them asks again. */
export function useNaming(): Naming {
  const queries = useQueryClient();
  const right = useMay('curate');
  const [last, setLast] = useState<Named | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const send = async (named: Named, isUndo: boolean): Promise<boolean> => {
    try {
      setError(null);
      await ask(NameClusterDocument, { input: { pseudoClusterId: named.id, label: named.after } });
      setLast(isUndo ? null : named);
      // Names of clusters stand in answers of several pages.
      await queries.invalidateQueries();
      return true;
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return false;
    }
  };
  return {
    right,
    last,
    error,
    name: (id, before, after) => (before === after ? Promise.resolve(true) : send({ id, before, after }, false)),
    undo: () => last && void send({ id: last.id, before: last.after, after: last.before }, true),
  };
}
