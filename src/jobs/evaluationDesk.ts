import { RateLimited } from '../errors';
import { type Asker, type PlaceBounds, Places } from '../places';
import type {
  ChosenMetric,
  ComparisonSelection,
  DiscordantLesion,
  DiscordantSelection,
  EvaluationComparison,
  EvaluationRequest,
  MetricDifference,
} from '../results';
import { type EvaluationTask, inEvaluationThread } from './evaluateInThread';

/** Requests of clients that need a thread, one after another. Ids are row ids. */
export interface Evaluations {
  /** @returns row id of the evaluation @throws what the evaluation throws, and RateLimited */
  evaluate(runId: number, request: EvaluationRequest, asker: Asker): Promise<number>;
  /** Each of the first ones against the second. @throws what the comparison throws, and RateLimited */
  compare(
    firstIds: number[],
    secondId: number,
    selection: ComparisonSelection,
    asker: Asker,
  ): Promise<EvaluationComparison[]>;
  /** Each of the first ones against the second, in each metric. @throws what the comparison throws, and RateLimited */
  compareMetrics(
    firstIds: number[],
    secondId: number,
    metrics: ChosenMetric[],
    selection: { stratum?: string },
    asker: Asker,
  ): Promise<MetricDifference[][]>;
  /** @throws what the search throws, and RateLimited */
  findDiscordant(
    firstId: number,
    secondId: number,
    selection: DiscordantSelection,
    asker: Asker,
  ): Promise<DiscordantLesion[]>;
}

/**
 * One at a time leaves a core to everything else; a queue of minutes is longer than any client waits with an open
 * request.
 */
const BOUNDS: PlaceBounds = {
  atOnce: 1,
  perClient: 1,
  waitingPerClient: 4,
  waiting: 8,
  longestWaitMs: 2 * 60_000,
  usualSeconds: 5,
};
/** Time that the current evaluation has to end when the server stops. */
const STOP_GRACE_MS = 1_500;

/**
 * The queue of clients' evaluations for the one thread: however many are requested, they take the memory and the
 * connection of one. The evaluation of a client that disconnects is ended.
 */
export class EvaluationDesk implements Evaluations {
  private readonly places: Places;
  private readonly stopping = new AbortController();
  private readonly atWork = new Set<Promise<unknown>>();

  /** @param bounds other than the defaults for tests, as is the grace */
  constructor(
    private readonly databaseUrl: string,
    bounds: Partial<PlaceBounds> = {},
    private readonly stopGraceMs = STOP_GRACE_MS,
  ) {
    this.places = new Places({ ...BOUNDS, ...bounds }, 'evaluations');
  }

  async evaluate(runId: number, request: EvaluationRequest, asker: Asker): Promise<number> {
    const answer = await this.inTurn({ kind: 'evaluate', runId, request }, asker);
    return answer.kind === 'evaluated' ? answer.evaluationId : unexpected(answer);
  }

  async compare(
    firstIds: number[],
    secondId: number,
    selection: ComparisonSelection,
    asker: Asker,
  ): Promise<EvaluationComparison[]> {
    const answer = await this.inTurn({ kind: 'compare', firstIds, secondId, selection }, asker);
    return answer.kind === 'compared' ? answer.comparisons : unexpected(answer);
  }

  async compareMetrics(
    firstIds: number[],
    secondId: number,
    metrics: ChosenMetric[],
    { stratum }: { stratum?: string },
    asker: Asker,
  ): Promise<MetricDifference[][]> {
    const answer = await this.inTurn({ kind: 'compareMetrics', firstIds, secondId, metrics, stratum }, asker);
    return answer.kind === 'comparedMetrics' ? answer.differences : unexpected(answer);
  }

  async findDiscordant(
    firstId: number,
    secondId: number,
    selection: DiscordantSelection,
    asker: Asker,
  ): Promise<DiscordantLesion[]> {
    const answer = await this.inTurn({ kind: 'findDiscordant', firstId, secondId, selection }, asker);
    return answer.kind === 'discordant' ? answer.lesions : unexpected(answer);
  }

  /** Refuses all that wait; the current evaluation has a moment to end, and is ended then. */
  async stop(): Promise<void> {
    this.places.close();
    const timer = setTimeout(
      () => this.stopping.abort(new RateLimited('The server is stopping: ask again.', 5)),
      this.stopGraceMs,
    );
    await Promise.allSettled(this.atWork);
    clearTimeout(timer);
  }

  private inTurn(task: EvaluationTask, asker: Asker): ReturnType<typeof inEvaluationThread> {
    const { signal } = asker;
    const work = this.places.run(asker, () => {
      const either = signal ? AbortSignal.any([signal, this.stopping.signal]) : this.stopping.signal;
      return inEvaluationThread(this.databaseUrl, task, either);
    });
    this.atWork.add(work);
    const done = (): boolean => this.atWork.delete(work);
    work.then(done, done);
    return work;
  }
}

function unexpected({ kind }: { kind: string }): never {
  throw new Error(`The evaluation thread answered with what is ${kind}.`);
}
