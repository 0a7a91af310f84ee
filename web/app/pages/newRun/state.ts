import { useAddress } from '../../data/address';
import { type NewRunState, newRunStateOf, searchOfNewRun } from './search';

/** The state of the form, and how to change it: a change is no step of the browser's history. */
export function useNewRunState(): [NewRunState, (changes: Partial<NewRunState>) => void] {
  const [search, setSearch] = useAddress();
  const state = newRunStateOf(search);
  return [state, (changes) => setSearch(searchOfNewRun({ ...state, ...changes }), { replace: true })];
}
