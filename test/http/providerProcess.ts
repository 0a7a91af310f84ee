import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';

/** Ways in which the provider's ID tokens can be spoiled. */
export type Spoiled = 'audience' | 'expired' | 'issuer' | 'nonce' | 'signature';

/** An OpenID provider in a process of its own, with people of the names `ada`, `another-ada` and `nobody`. */
export interface ProviderProcess {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** From then on it knows the client; before, it answers 503. */
  setUp(clients: { redirectUris: string[]; postLogoutRedirectUris: string[] }): Promise<void>;
  spoil(how: Spoiled | null): Promise<void>;
  /** Whether it is there at all. */
  listen(isThere: boolean): Promise<void>;
  stop(): void;
}

/** Starts it. */
export async function startProvider(): Promise<ProviderProcess> {
  const child = fork(resolve(__dirname, 'openIdProvider.mjs'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { issuer } = await answerOf<{ issuer: string }>(child);
  const tell = async (message: object): Promise<void> => {
    const done = answerOf(child);
    child.send(message);
    await done;
  };
  return {
    issuer,
    clientId: 'deeplesion',
    clientSecret: 'a secret of forty-three letters or so, long',
    setUp: (clients) => tell({ setUp: clients }),
    spoil: (how) => tell({ spoil: how }),
    listen: (isThere) => tell({ listen: isThere }),
    stop: () => void child.kill(),
  };
}

function answerOf<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((answered, failed) => {
    const end = (): void => failed(new Error('The provider has ended.'));
    child.once('exit', end);
    child.once('message', (message) => {
      child.off('exit', end);
      answered(message as Message);
    });
  });
}
