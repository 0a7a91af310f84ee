import { type Answer as AnswerOf, answerOf, DeepLesionError, errorOfResponse, post, type TypedDocument } from './ask';
import { type FollowARunSubscription, followARun } from './documents.generated';
import { type Downloaded, type DownloadOptions, download } from './download';
import { classified } from './errors';
import { subscribe } from './events';
import { type ClientOptions, pause, pauseOf, type RequestOptions, Transport } from './transport';

/** An answer: its data, and the errors of single fields, which leave the rest of it whole. */
export interface Answer<Result> extends AnswerOf<Result> {
  /** under which the server's log has the request */
  readonly requestId: string | null;
}

/** A page of a connection. */
interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** The Hounsfield units of a slice, row by row. */
export interface HounsfieldSlice {
  readonly hounsfield: Int16Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  readonly sliceIndex: number;
  /** distance from the key slice; null if it is not known */
  readonly offsetMm: number | null;
}

/** A state of a run while it is followed. */
export type RunState = FollowARunSubscription['jobProgress'];

const isFinal = (status: string): boolean => status !== 'QUEUED' && status !== 'RUNNING';

/** Whether a document may be sent twice: a mutation only with an idempotency key in its input. */
function isRepeatable(text: string, variables: object): boolean {
  if (!/^\s*(?:#.*\n\s*)*mutation\b/.test(text)) return true;
  return Object.values(variables).some(
    (value: unknown) =>
      typeof value === 'object' && value !== null && 'idempotencyKey' in value && value.idempotencyKey != null,
  );
}

/** A client of one server. `createClient` makes one. */
export class DeepLesionClient {
  private readonly transport: Transport;

  constructor(options: ClientOptions) {
    this.transport = new Transport(options);
  }

  /**
   * Asks the graph. A request that is refused for now is repeated; a mutation only if its input has an idempotencyKey.
   *
   * @param document of `documents`, or the text of one with a single operation
   * @throws DeepLesionError if the answer has any error; its `data` is what the answer has nevertheless
   */
  async query<Result = unknown, Variables extends object = Record<string, unknown>>(
    document: TypedDocument<Result, Variables> | string,
    variables?: Variables,
    options?: RequestOptions,
  ): Promise<Result> {
    const answer = await this.request(document, variables, options);
    if (answer.problems.length > 0) throw answer.failure();
    return answer.data;
  }

  /**
   * Asks the graph as `query` does, and leaves errors of single fields to the caller.
   *
   * @throws DeepLesionError if the answer has no data
   */
  async request<Result = unknown, Variables extends object = Record<string, unknown>>(
    document: TypedDocument<Result, Variables> | string,
    variables?: Variables,
    { signal }: RequestOptions = {},
  ): Promise<Answer<Result> & { failure(): DeepLesionError }> {
    const asked = typeof document === 'string' ? { text: document } : document;
    return this.transport.repeat(isRepeatable(asked.text, variables ?? {}), signal, async () => {
      try {
        const sent = await post<Result, Variables>(this.transport.send, 'graphql', asked, variables, { signal });
        return {
          ...answerOf<Result>(sent),
          requestId: sent.response.headers.get('X-Request-Id'),
          failure: () => classified(errorOfResponse(sent.response, sent.body)),
        };
      } catch (thrown) {
        throw thrown instanceof DeepLesionError ? classified(thrown) : thrown;
      }
    });
  }

  /**
   * Reads a connection page by page, a page ahead of no one: the next page is asked for when the last one is done with.
   *
   * @param document with a variable `after`
   * @param connectionOf picks the connection out of the answer
   */
  async *pages<Result, Variables extends { after?: string | null }, Node>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    connectionOf: (data: Result) => Page<Node>,
    options?: RequestOptions,
  ): AsyncGenerator<readonly Node[], void, undefined> {
    for (let after = variables.after, more = true; more; ) {
      const { nodes, pageInfo } = connectionOf(await this.query(document, { ...variables, after }, options));
      yield nodes;
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
    }
  }

  /**
   * Follows a run (or another job) by server-sent events: its present state at once, each change, and the end. A
   * connection that breaks is taken up again, so that nothing but states in between can be missed.
   *
   * @param id of the run
   * @throws DeepLesionError if the server refuses, as for an id of nothing
   */
  async *watchRun(id: string, { signal }: RequestOptions = {}): AsyncGenerator<RunState, void, undefined> {
    for (let failures = 0; ; failures++) {
      try {
        for await (const event of subscribe(this.transport, followARun, { run: id }, signal)) {
          failures = 0;
          const { jobProgress } = event as FollowARunSubscription;
          yield jobProgress;
          if (isFinal(jobProgress.status)) return;
        }
      } catch (thrown) {
        const status = (thrown as Partial<DeepLesionError>).status;
        if (signal?.aborted || (typeof status === 'number' && status < 500 && status !== 429)) throw thrown;
        if (failures >= this.transport.retries) throw thrown;
      }
      await pause(pauseOf(failures), signal);
    }
  }

  /**
   * Reads the Hounsfield units of a key slice, or of a neighbour that the server has.
   *
   * @param imageId of a bookmarked image
   * @param offset from the key slice, in slices: 0 if omitted
   */
  async pixels(
    imageId: string,
    { offset = 0, signal }: RequestOptions & { offset?: number } = {},
  ): Promise<HounsfieldSlice> {
    const path = `images/${encodeURIComponent(imageId)}.hu${offset === 0 ? '' : `?slice=${offset}`}`;
    return this.transport.repeat(true, signal, async () => {
      const response = await this.transport.expect(path, { signal });
      const view = new DataView(await response.arrayBuffer());
      const hounsfield = new Int16Array(view.byteLength / 2);
      for (let i = 0; i < hounsfield.length; i++) hounsfield[i] = view.getInt16(2 * i, true);
      const numberOf = (name: string): number => Number(response.headers.get(name));
      return {
        hounsfield,
        width: numberOf('X-Image-Width'),
        height: numberOf('X-Image-Height'),
        sliceIndex: numberOf('X-Slice-Index'),
        offsetMm: response.headers.has('X-Slice-Offset-Mm') ? numberOf('X-Slice-Offset-Mm') : null,
      };
    });
  }

  /** Downloads a file of the server, such as a picture; see `download.ts` for what it resumes and checks. */
  download(path: string, options?: DownloadOptions): Promise<Downloaded> {
    return download(this.transport, path, options);
  }
}

/** @returns a client of the server at `url` */
export const createClient = (options: ClientOptions): DeepLesionClient => new DeepLesionClient(options);
