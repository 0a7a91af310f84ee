import { messageOf } from '../errors';
import { InferenceHost } from './inferenceHost';

import type { ExecutionProvider } from './providerAbsence';

/** Whether this machine has an execution provider. */
export interface ProviderState {
  executionProvider: ExecutionProvider;
  available: boolean;
  /** why it is not available */
  reason: string | null;
}

const ALL: readonly ExecutionProvider[] = ['cuda', 'webgpu', 'cpu'];
let found: Promise<ProviderState[]> | undefined;

/**
 * Tries each execution provider on a graph of one number, in an inference process of its own. Hardware stays as it is
 * while a server runs: the first result is kept.
 *
 * @returns all providers, in the order in which `auto` tries them
 */
export function findExecutionProviders(): Promise<ProviderState[]> {
  found ??= probeAll();
  return found;
}

async function probeAll(): Promise<ProviderState[]> {
  const host = new InferenceHost({ executionProviders: ALL });
  const states: ProviderState[] = [];
  for (const executionProvider of ALL) {
    const reason = await host.probe(executionProvider).then(
      () => null,
      (thrown) => messageOf(thrown),
    );
    states.push({ executionProvider, available: reason === null, reason });
  }
  host.stop('All execution providers are tried.');
  return states;
}
