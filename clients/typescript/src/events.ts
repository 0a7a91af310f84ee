import { errorOfResponse, type Problem } from './ask';
import { classified } from './errors';
import type { Transport } from './transport';

/** @returns the events of a response, as their names and data */
async function* eventsOf(response: Response): AsyncGenerator<{ name: string; data: string }> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1] ?? '';
        yield { name: field('event'), data: field('data') };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * One connection of a subscription.
 *
 * @returns its answers; it returns when the server completes it
 * @throws DeepLesionError if it is refused, or breaks before it is complete
 */
export async function* subscribe(
  transport: Transport,
  document: { readonly name: string; readonly text: string },
  variables: object,
  signal?: AbortSignal,
): AsyncGenerator<unknown> {
  const response = await transport.expect('graphql/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
    body: JSON.stringify({ query: document.text, operationName: document.name, variables }),
    signal,
  });
  for await (const { name, data } of eventsOf(response)) {
    if (name === 'complete') return;
    if (name !== 'next') continue;
    const answer = JSON.parse(data) as { data?: unknown; errors?: readonly Problem[] };
    if (answer.errors) throw classified(errorOfResponse(response, answer));
    yield answer.data;
  }
}
