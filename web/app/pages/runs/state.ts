import { useAddress } from '../../data/address';
import { type RunsState, runsStateOf, searchOfRuns } from './search';

/** The state of the list, and how to change it. A change of the selection is no step of the browser's history. */
export function useRunsState(): [RunsState, (changes: Partial<RunsState>) => void] {
  const [search, setSearch] = useAddress();
  const state = runsStateOf(search);
  const change = (changes: Partial<RunsState>): void => {
    const isSelection = Object.keys(changes).every((name) => name === 'selected');
    setSearch(searchOfRuns({ ...state, ...changes }), { replace: isSelection });
  };
  return [state, change];
}
