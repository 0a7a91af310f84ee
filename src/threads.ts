/**
 * Threads that respond to requests, both ends. The owner of both modules types the content of requests and responses.
 */
import { parentPort, type Transferable, Worker } from 'node:worker_threads';
import { compiledEntry } from './compiled';
import { UserError, userErrorOf } from './errors';

interface Request {
  id: number;
  request: unknown;
}

/** An error on its way out of a thread, which no class survives. */
interface Thrown {
  message: string;
  stack: string | undefined;
  /** whether it was a UserError */
  isForPeople: boolean;
  /** what programs read of it: code, argument, failureKind */
  facts: Record<string, unknown>;
}

/** `ready` once, when the thread has loaded its code. */
type Reply = 'ready' | { id: number; answer: unknown } | { id: number; thrown: Thrown };

/** How a thread is started. */
export interface ThreadOptions {
  /** the thread's `workerData` */
  data?: unknown;
  /** more of JavaScript's own objects end the thread, with the code ERR_WORKER_OUT_OF_MEMORY */
  heapMib?: number;
  /** ends the thread; its requests fail with the signal's reason */
  signal?: AbortSignal | undefined;
  /** called if it ends by itself, before its requests fail; omitted: only the requests fail */
  died?(failure: Error): void;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(failure: unknown): void;
}

/** A thread that responds to requests one after another, in their order. */
export class Thread<Question, Answer> {
  private readonly thread: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly signal: AbortSignal | undefined;
  private nextId = 0;
  private end: { reason: unknown } | undefined;
  /** resolves when it has loaded its code; never if it ends before that */
  readonly ready: Promise<void>;

  /** @param modulePath below `src/` without ending: a module that calls `answerRequests` */
  constructor(modulePath: string, { data, heapMib, signal, died }: ThreadOptions = {}) {
    this.signal = signal;
    const resourceLimits = heapMib === undefined ? {} : { maxOldGenerationSizeMb: heapMib };
    const thread = new Worker(compiledEntry(modulePath), { workerData: data, resourceLimits });
    this.thread = thread;
    this.ready = new Promise((resolve) => {
      thread.on('message', (reply: Reply) => {
        if (reply === 'ready') resolve();
        else this.receive(reply);
      });
    });
    const die = (failure: Error): void => {
      if (this.end) return;
      died?.(failure);
      this.endWith(failure);
    };
    thread.once('error', die);
    thread.once('exit', (code) => die(new Error(`The thread ${modulePath} ended with ${code} and without an answer.`)));
    signal?.addEventListener('abort', this.abort);
    if (signal?.aborted) this.abort();
  }

  /**
   * @param transfer memory in the request that is transferred
   * @throws what the thread threw: a UserError as such, everything else as an Error with the same message and code
   */
  ask(request: Question, transfer: readonly Transferable[] = []): Promise<Answer> {
    if (this.end) return Promise.reject(this.end.reason);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      const message: Request = { id, request };
      this.thread.postMessage(message, transfer);
    });
  }

  /** Ends it, whatever it is at. */
  async close(): Promise<void> {
    this.endWith(new Error('The thread was closed.'));
    await this.thread.terminate();
  }

  private readonly abort = (): void => {
    this.endWith(this.signal?.reason);
    void this.thread.terminate();
  };

  private receive(reply: Exclude<Reply, 'ready'>): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('answer' in reply) waiting?.resolve(reply.answer);
    else waiting?.reject(errorOf(reply.thrown));
  }

  private endWith(reason: unknown): void {
    this.end ??= { reason };
    this.signal?.removeEventListener('abort', this.abort);
    for (const { reject } of this.waiting.values()) reject(this.end.reason);
    this.waiting.clear();
  }
}

/** Asks a thread one thing and ends it. @throws as `Thread.ask` */
export async function askOnce<Question, Answer>(
  modulePath: string,
  request: Question,
  options: ThreadOptions = {},
): Promise<Answer> {
  options.signal?.throwIfAborted();
  const thread = new Thread<Question, Answer>(modulePath, options);
  try {
    return await thread.ask(request);
  } finally {
    await thread.close();
  }
}

/**
 * The thread's end: responds to requests one after another for as long as its owner wants.
 *
 * @param transfer memory in a response that is transferred
 */
export function answerRequests<Question, Answer>(
  answer: (request: Question) => Answer | Promise<Answer>,
  transfer: (answer: Answer) => readonly Transferable[] = () => [],
): void {
  const post = (reply: Reply, handedOver: readonly Transferable[] = []): void =>
    parentPort?.postMessage(reply, handedOver);
  const reply = async ({ id, request }: { id: number; request: Question }): Promise<void> => {
    try {
      const answered = await answer(request);
      post({ id, answer: answered }, transfer(answered));
    } catch (thrown) {
      post({ id, thrown: thrownOf(thrown) });
    }
  };
  let last = Promise.resolve();
  parentPort?.on('message', (message: { id: number; request: Question }) => {
    last = last.then(() => reply(message));
  });
  post('ready');
}

function thrownOf(thrown: unknown): Thrown {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const facts: Record<string, unknown> = {};
  for (const name of ['code', 'argument', 'failureKind']) {
    const fact: unknown = Reflect.get(error, name);
    if (typeof fact === 'string') facts[name] = fact;
  }
  return { message: error.message, stack: error.stack, isForPeople: error instanceof UserError, facts };
}

function errorOf({ message, stack, isForPeople, facts }: Thrown): Error {
  const { code, argument, ...rest } = facts;
  const name = typeof argument === 'string' ? argument : undefined;
  if (isForPeople && (code === 'BAD_USER_INPUT' || code === 'NOT_FOUND' || code === 'CONFLICT'))
    return Object.assign(userErrorOf(code, message, name), rest);
  return Object.assign(new Error(message), { stack }, facts);
}
