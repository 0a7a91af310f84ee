import { keepPreviousData, QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { type Answer, ask, type GraphDocument, GraphError } from './graph';

const RETRIED = new Set(['OFFLINE', 'RATE_LIMITED', 'UNAVAILABLE', 'HTTP_503', 'HTTP_502', 'HTTP_504']);
const MAX_RETRIES = 2;
/** A page that has to wait for longer, such as for a quota, says so instead. */
const LONGEST_WAIT_SECONDS = 30;

/** One cache for the page. What a data set version contains never changes; runs are asked for again by their page. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        // A server that restarts is found again by the retry below, not by what the browser believes of its network.
        networkMode: 'always',
        retry: (failures, error) =>
          failures < MAX_RETRIES &&
          error instanceof GraphError &&
          RETRIED.has(error.code) &&
          (error.retryAfterSeconds ?? 0) <= LONGEST_WAIT_SECONDS,
        retryDelay: (attempt, error) =>
          error instanceof GraphError && error.retryAfterSeconds !== null
            ? error.retryAfterSeconds * 1000
            : 500 * 2 ** attempt,
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** How a page asks. */
export interface AskOptions<Result> {
  /** false: not yet */
  readonly enabled?: boolean;
  /** shows the earlier answer while another one is on its way, so that a page does not jump */
  readonly keepPrevious?: boolean;
  /** asks again after so many milliseconds, while the page is visible; a function says so by the latest answer */
  readonly pollMs?: number | false | ((answer: Answer<Result> | undefined) => number | false);
  /** how long an answer is taken as it is; 30 s if omitted, Infinity for what never changes */
  readonly staleMs?: number;
}

/** The answer of a document: kept under its name and variables, asked for again as the options say. */
export function useAnswer<Result, Variables>(
  document: GraphDocument<Result, Variables>,
  variables: Variables,
  { enabled = true, keepPrevious = false, pollMs = false, staleMs }: AskOptions<Result> = {},
): UseQueryResult<Answer<Result>, Error> {
  return useQuery({
    queryKey: [document.name, variables],
    queryFn: ({ signal }) => ask(document, variables, signal),
    enabled,
    placeholderData: keepPrevious ? keepPreviousData : undefined,
    refetchInterval: typeof pollMs === 'function' ? ({ state }) => pollMs(state.data) : pollMs,
    staleTime: staleMs,
  });
}
