import { type UseMutationResult, useMutation } from '@tanstack/react-query';
import { type Answer, ask, type GraphDocument } from './graph';

/**
 * A mutation that a press of a button sends. It is not repeated by itself: who repeats it gives the same idempotency key.
 *
 * @param onDone is called with the data of a successful answer
 */
export function useAction<Result, Variables>(
  document: GraphDocument<Result, Variables>,
  onDone?: (data: Result) => unknown,
): UseMutationResult<Answer<Result>, Error, Variables> {
  return useMutation({
    mutationKey: [document.name],
    mutationFn: (variables: Variables) => ask(document, variables),
    onSuccess: ({ data }) => onDone?.(data),
  });
}
