import { jitRuntime } from 'graphql-jit/dist/runtime';

type Settle = typeof jitRuntime.handleResolverResult;

const isPromise = (value: unknown): value is PromiseLike<unknown> => jitRuntime.isPromise(value);

/**
 * What compiled code does with the value of a resolver or of an item of a list. graphql-jit 0.8.9 reads the properties
 * of a value after its promise without catching what a getter throws: the promises are then counted wrongly, and the
 * request never gets an answer. Here it is an error of the field, as for a value without a promise.
 */
const settle: Settle = (context, value, onSuccess, onError) => {
  if (!isPromise(value)) {
    onSuccess(value);
    return;
  }
  context.promiseCounter++;
  const finish = (use: () => void): void => {
    try {
      use();
    } catch (thrown) {
      onError(thrown);
    }
    context.promiseCounter--;
    if (context.promiseCounter === 0) context.resolve?.(context);
  };
  value.then(
    (result) => finish(() => onSuccess(result)),
    (thrown) => finish(() => onError(thrown)),
  );
};

/** Makes the operations that graphql-jit compiles from now on, and has compiled, answer in any case. */
export function answerInAnyCase(): void {
  jitRuntime.handleResolverResult = settle;
  jitRuntime.handleListItemResult = settle;
}
