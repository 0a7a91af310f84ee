import { useAddress } from '../../data/address';
import { type ReviewState, reviewStateOf, searchOfReview } from './search';

export type ChangeReview = (changes: Partial<ReviewState>) => void;

/** The state of the page, and how to change it. */
export function useReviewState(): [ReviewState, ChangeReview] {
  const [search, setSearch] = useAddress();
  const state = reviewStateOf(search);
  return [state, (changes) => setSearch(searchOfReview({ ...state, ...changes }), { replace: !('run' in changes) })];
}
