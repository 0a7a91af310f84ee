/** Another server, which a command reaches over its API as any program does. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { holdsKey, isLoopbackHost } from '../access';
import { BadUserInput, Conflict, messageOf, quoted } from '../errors';
import { createProgress } from '../progress';

const Problem = z.object({ message: z.string(), extensions: z.object({ code: z.string() }).loose().optional() });
const Answer = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.array(Problem).optional() });

/** Refusals and failures that pass; what was asked is repeated after these pauses, in milliseconds. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];
const PASSING = new Set([429, 502, 503, 504]);
/** Without a byte for so long, a server is taken for gone. */
const SILENCE_MS = 120_000;

interface Sent {
  readonly status: number;
  readonly text: string;
}

/** A server at an address, and the key with which a command asks it. */
export class RemoteServer {
  private readonly base: URL;

  /**
   * @param address such as `https://data.example.org/deeplesion`
   * @param key undefined: the server answers what it answers to anyone
   * @throws BadUserInput for an address that is none, or one with a key or a password in it
   */
  constructor(
    address: string,
    private readonly key: string | undefined,
  ) {
    if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
      throw new BadUserInput(
        `Expected --server to be an address such as https://data.example.org; got ${quoted(address)}.`,
        'server',
      );
    const base = new URL(address.endsWith('/') ? address : `${address}/`);
    if (base.username !== '' || base.password !== '' || base.search !== '' || holdsKey(address))
      throw new BadUserInput(
        'Expected --server to be an address alone: a key in it is shown by "ps" and kept by histories. ' +
          'Write the key into a file (--key-file), and revoke the one in the address.',
        'server',
      );
    this.base = base;
    if (key !== undefined && base.protocol === 'http:' && !isLoopbackHost(base.hostname))
      process.stderr.write('The key is sent without encryption: use an address with https:// if the server has one.\n');
  }

  /** the address of one of its pages */
  pageAt(path: string): string {
    return new URL(path, this.base).href;
  }

  /**
   * Asks the graph; passing refusals are repeated.
   *
   * @param shape of the data
   * @throws BadUserInput with the server's sentence, Conflict if no server answers
   */
  async ask<Data>(shape: z.ZodType<Data>, query: string, variables: object): Promise<Data> {
    const body = Buffer.from(JSON.stringify({ query, variables }));
    const { status, text } = await this.repeat(() => this.send('POST', 'graphql', 'application/json', body));
    const answer = Answer.safeParse(jsonOf(text));
    const [problem] = answer.data?.errors ?? [];
    if (problem) throw new BadUserInput(`${this.base.host}: ${problem.message}`);
    const data = shape.safeParse(answer.data?.data);
    if (data.success) return data.data;
    throw new Conflict(`${this.base.host} answered ${status} and not as a DeepLesion Server of this version does.`);
  }

  /** Sends a file as it is read, with its progress on standard error. @returns the id of the upload */
  async upload(file: string, signal: AbortSignal): Promise<string> {
    const { size } = await stat(file);
    const progress = createProgress(`Sending ${file}`);
    const sent = await this.send('PUT', 'uploads', 'application/octet-stream', { file, size, signal, progress });
    const answer = z.object({ id: z.string() }).safeParse(jsonOf(sent.text));
    if (!answer.success) throw new BadUserInput(`${this.base.host}: ${sentenceOf(sent)}`, 'file');
    progress.finish(`${size} bytes`);
    return answer.data.id;
  }

  /** Deletes an upload; one that is gone already is no problem. */
  async deleteUpload(id: string): Promise<void> {
    await this.send('DELETE', `uploads/${id}`, undefined, Buffer.alloc(0));
  }

  private async repeat(work: () => Promise<Sent>): Promise<Sent> {
    for (const pauseMs of PAUSES_MS) {
      const sent = await work().catch((thrown: unknown) =>
        thrown instanceof Conflict ? undefined : Promise.reject(thrown),
      );
      if (sent && !PASSING.has(sent.status)) return sent;
      await sleep(pauseMs);
    }
    return work();
  }

  /** Redirects are not followed: a key is for the server that was named. @throws Conflict if no server answers */
  private async send(method: string, path: string, type: string | undefined, body: Buffer | FileBody): Promise<Sent> {
    const address = new URL(path, this.base);
    const headers = {
      ...(this.key !== undefined && { Authorization: `Bearer ${this.key}` }),
      ...(type !== undefined && { 'Content-Type': type }),
      'Content-Length': Buffer.isBuffer(body) ? body.length : body.size,
    };
    try {
      return await exchange(address, method, headers, body);
    } catch (thrown) {
      if (!Buffer.isBuffer(body) && body.signal.aborted) throw new Conflict('Interrupted: nothing was submitted.');
      throw new Conflict(`No answer from ${address.host}: ${messageOf(thrown)}`);
    }
  }
}

interface FileBody {
  readonly file: string;
  readonly size: number;
  readonly signal: AbortSignal;
  readonly progress: ReturnType<typeof createProgress>;
}

/** A server may refuse a file before it has read all of it: its answer counts then, and not the broken pipe. */
async function exchange(
  address: URL,
  method: string,
  headers: Record<string, string | number>,
  body: Buffer | FileBody,
): Promise<Sent> {
  const send = address.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(address, { method, headers, timeout: SILENCE_MS });
  request.once('timeout', () => request.destroy(new Error('it has been silent for two minutes.')));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
  if (Buffer.isBuffer(body)) request.end(body);
  else pipeFile(body, request).catch(() => undefined);
  const response = await answered;
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
}

async function pipeFile({ file, size, signal, progress }: FileBody, request: NodeJS.WritableStream): Promise<void> {
  let done = 0;
  const content = createReadStream(file);
  content.on('data', (chunk) => {
    done += chunk.length;
    progress.update(done, size);
  });
  await pipeline(content, request, { signal });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sentenceOf = ({ status, text }: Sent): string =>
  Answer.safeParse(jsonOf(text)).data?.errors?.[0]?.message ?? `it answered ${status}.`;
