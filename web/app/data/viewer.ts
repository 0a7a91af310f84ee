import type { Scope } from '../../../src/access/scopes';
import { useAnswer } from './useAnswer';
import { ViewerDocument, type ViewerQuery } from './viewer.generated';

/** Who asks, and what they may. */
export type Viewer = ViewerQuery['viewer'];

/** The query of who asks, which is sent once for each sign-in. */
export const useViewerQuery = () => useAnswer(ViewerDocument, {}, { staleMs: Number.POSITIVE_INFINITY });

/** Who asks; undefined until the server has said it. */
export const useViewer = (): Viewer | undefined => useViewerQuery().data?.data.viewer;

/** The name under which the caller is known, of a key or a person; null for anyone else. */
export const nameOf = ({ key, person }: Viewer): string | null => key?.name ?? person?.name ?? null;

/** Whether the caller may do something. */
export interface Right {
  /** also true while it is not known: the server decides in the end */
  readonly isGiven: boolean;
  /** scopes of which one would be enough */
  readonly scopes: readonly Scope[];
}

/** @returns whether the caller is known to have a scope: for requests that would only be refused without it */
export const useHas = (scope: Scope): boolean => useViewer()?.scopes.includes(scope) ?? false;

/** @param scopes of which one is enough */
export function useMay(...scopes: Scope[]): Right {
  const viewer = useViewer();
  return { isGiven: !viewer || scopes.some((scope) => viewer.scopes.includes(scope)), scopes };
}
