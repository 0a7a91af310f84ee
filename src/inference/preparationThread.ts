/**
 * A thread of the inference process that reads slices and makes tensors of them: the model blocks the thread that runs
 * it, so that nothing else could be done there meanwhile. One after another: decoding blocks the thread anyhow, and the
 * times are each slice's own.
 */
import { answerRequests } from '../threads';
import { type PreparedSlice, prepareSlice } from './detect';
import type { PreparationRequest } from './preparation';

answerRequests(
  ({ target, input, into }: PreparationRequest): Promise<PreparedSlice> => prepareSlice(target, input, into),
  ({ tensor }) => [tensor.buffer],
);
