import { InferenceProcessLost } from './inferenceHost';

/**
 * Asks the inference process, and once more where the process was lost over it: it may have been killed or stopped for a reason that has
 * nothing to do with what it was asked, such as memory that another program took.
 *
 * @param ask told at the second time that it asks again, so that nothing is prepared beside it
 * @throws InferenceProcessLost when the process was lost both times
 */
export async function askTwice<Answer>(ask: (isAgain: boolean) => Promise<Answer>): Promise<Answer> {
  try {
    return await ask(false);
  } catch (thrown) {
    if (!(thrown instanceof InferenceProcessLost)) throw thrown;
    return ask(true);
  }
}
