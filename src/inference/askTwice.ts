import { InferenceProcessLost } from './inferenceLosses';

/**
 * Asks the inference process, and once more where the process was lost over it: it may have been killed or stopped for a reason that has
 * nothing to do with what it was asked, such as memory that another program took. What opens a model belongs into the question: the process
 * may be lost over either.
 *
 * @param ask told at the second time that it asks again, so that nothing is prepared beside it
 * @param loss which losses are worth asking again; all by default
 * @throws InferenceProcessLost if the process was lost both times
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
