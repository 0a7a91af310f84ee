import { InferenceProcessLost } from './inferenceLosses';

/**
 * Sends a request to the inference process, and once more if the process died on it: it may have been killed or stopped
 * for a reason that is not related to the request, such as memory that another program used. The request should include
 * the opening of its model, because the process may die on either.
 *
 * @param ask called with true the second time, so that nothing else is prepared at the same time
 * @param loss losses that are worth a retry; all by default
 * @throws InferenceProcessLost if the process died both times
 */
export async function askTwice<Answer>(
  ask: (isAgain: boolean) => Promise<Answer>,
  loss: typeof InferenceProcessLost = InferenceProcessLost,
): Promise<Answer> {
  try {
    return await ask(false);
  } catch (thrown) {
    if (!(thrown instanceof loss)) throw thrown;
    return ask(true);
  }
}
