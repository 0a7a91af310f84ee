import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useAction } from '../../data/useAction';
import { randomUuid } from '../../data/uuid';
import { EvaluateWithReviewsDocument, ReviewCurvesDocument } from './review.generated';

/** An evaluation of the run with all reviews. */
export interface Evaluating {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly start: () => void;
}

/**
 * Evaluates the run with all reviews when asked, and then asks for its curves again.
 *
 * @param isAllSaved false: it waits, because verdicts on their way must count
 */
export function useEvaluation(run: string, isAllSaved: boolean): Evaluating {
  const client = useQueryClient();
  const [isWanted, setWanted] = useState(false);
  const { mutate, isPending, error } = useAction(EvaluateWithReviewsDocument, () =>
    client.invalidateQueries({ queryKey: [ReviewCurvesDocument.name, { run }] }),
  );
  useEffect(() => {
    if (!isWanted || !isAllSaved) return;
    setWanted(false);
    mutate({ input: { id: run, reviews: 'INCLUDE', idempotencyKey: randomUuid() } });
  }, [isWanted, isAllSaved, mutate, run]);
  return { isPending: isWanted || isPending, error, start: () => setWanted(true) };
}
