import type { PageWindow } from '../database';
import { type Asker, type PlaceBounds, Places } from '../places';
import type {
  AnalysisStratum,
  BoardReport,
  BoardRequest,
  CurveAnswers,
  ErrorReport,
  ErrorSelection,
  ImageCounts,
  ImageErrorSelection,
  MemoryPage,
  OperatingChoice,
  OperatingPointReport,
  OperatingReading,
  OperatingSelection,
  OutcomeListSelection,
  OutcomePage,
  QuestionAbout,
} from '../results';
import { Thread } from '../threads';

/** What is asked for. Ids are row ids. */
export type Analysis = EvaluationQuestion | { kind: 'board'; request: BoardRequest };

type EvaluationQuestion = { evaluationId: number } & (
  | { kind: 'errors'; selection: ErrorSelection }
  | { kind: 'point'; choice: OperatingChoice; selection: OperatingSelection }
  | { kind: 'curve'; points: number; selection: OperatingSelection }
  | { kind: 'curves'; question: QuestionAbout<keyof CurveAnswers> }
  | { kind: 'strata' }
  | { kind: 'outcomes'; selection: OutcomeListSelection; window: PageWindow }
  | { kind: 'images'; selection: ImageErrorSelection; window: PageWindow }
);

/** The response of the thread. */
export type AnalysisAnswer =
  | { kind: 'errors'; report: ErrorReport }
  | { kind: 'point'; report: OperatingPointReport | null }
  | { kind: 'curve'; points: OperatingReading[] }
  | { kind: 'curves'; answer: CurveAnswers[keyof CurveAnswers] }
  | { kind: 'board'; report: BoardReport }
  | { kind: 'strata'; strata: AnalysisStratum[] }
  | { kind: 'outcomes'; page: OutcomePage }
  | { kind: 'images'; page: MemoryPage<ImageCounts> };

/** Analyses of stored evaluations. Each throws what `EvaluationAnalyses` and `Leaderboards` throw, and RateLimited. */
export interface Analyses {
  errors(evaluationId: number, selection: ErrorSelection, asker: Asker): Promise<ErrorReport>;
  operatingPoint(
    evaluationId: number,
    choice: OperatingChoice,
    selection: OperatingSelection,
    asker: Asker,
  ): Promise<OperatingPointReport | null>;
  operatingCurve(
    evaluationId: number,
    points: number,
    selection: OperatingSelection,
    asker: Asker,
  ): Promise<OperatingReading[]>;
  /** Answers as `answerAboutCurves`. */
  aboutCurves<About extends keyof CurveAnswers>(
    evaluationId: number,
    question: QuestionAbout<About>,
    asker: Asker,
  ): Promise<CurveAnswers[About]>;
  leaderboard(request: BoardRequest, asker: Asker): Promise<BoardReport>;
  strata(evaluationId: number, asker: Asker): Promise<AnalysisStratum[]>;
  outcomes(
    evaluationId: number,
    selection: OutcomeListSelection,
    window: PageWindow,
    asker: Asker,
  ): Promise<OutcomePage>;
  imagesByErrors(
    evaluationId: number,
    selection: ImageErrorSelection,
    window: PageWindow,
    asker: Asker,
  ): Promise<MemoryPage<ImageCounts>>;
}

/** One thread does them one after another; an answer takes a fraction of a second once the boxes are in memory. */
const BOUNDS: PlaceBounds = {
  atOnce: 1,
  perClient: 1,
  waitingPerClient: 16,
  waiting: 64,
  longestWaitMs: 60_000,
  usualSeconds: 1,
};
/** JavaScript's own objects of the boxes of 30,000 images; the boxes themselves lie outside. */
const HEAP_MIB = 768;
/** After so long without a question, the boxes are given up with their thread. */
const IDLE_MS = 10 * 60_000;

/** The thread for analyses of evaluations: it starts with the first question and ends when none has come for a while. */
export class AnalysisDesk implements Analyses {
  private readonly places: Places;
  private thread: Thread<Analysis, AnalysisAnswer> | null = null;
  private idle: NodeJS.Timeout | null = null;

  /** @param bounds other than the defaults for tests, as is the time without a question */
  constructor(
    private readonly databaseUrl: string,
    bounds: Partial<PlaceBounds> = {},
    private readonly idleMs = IDLE_MS,
  ) {
    this.places = new Places({ ...BOUNDS, ...bounds }, 'analyses of evaluations');
  }

  async errors(evaluationId: number, selection: ErrorSelection, asker: Asker): Promise<ErrorReport> {
    const answer = await this.ask({ kind: 'errors', evaluationId, selection }, asker);
    return answer.kind === 'errors' ? answer.report : unexpected(answer);
  }

  async operatingPoint(
    evaluationId: number,
    choice: OperatingChoice,
    selection: OperatingSelection,
    asker: Asker,
  ): Promise<OperatingPointReport | null> {
    const answer = await this.ask({ kind: 'point', evaluationId, choice, selection }, asker);
    return answer.kind === 'point' ? answer.report : unexpected(answer);
  }

  async operatingCurve(
    evaluationId: number,
    points: number,
    selection: OperatingSelection,
    asker: Asker,
  ): Promise<OperatingReading[]> {
    const answer = await this.ask({ kind: 'curve', evaluationId, points, selection }, asker);
    return answer.kind === 'curve' ? answer.points : unexpected(answer);
  }

  async aboutCurves<About extends keyof CurveAnswers>(
    evaluationId: number,
    question: QuestionAbout<About>,
    asker: Asker,
  ): Promise<CurveAnswers[About]> {
    const answer = await this.ask({ kind: 'curves', evaluationId, question }, asker);
    // The thread answers what was asked about.
    return answer.kind === 'curves' ? (answer.answer as CurveAnswers[About]) : unexpected(answer);
  }

  async leaderboard(request: BoardRequest, asker: Asker): Promise<BoardReport> {
    const answer = await this.ask({ kind: 'board', request }, asker);
    return answer.kind === 'board' ? answer.report : unexpected(answer);
  }

  async strata(evaluationId: number, asker: Asker): Promise<AnalysisStratum[]> {
    const answer = await this.ask({ kind: 'strata', evaluationId }, asker);
    return answer.kind === 'strata' ? answer.strata : unexpected(answer);
  }

  async outcomes(
    evaluationId: number,
    selection: OutcomeListSelection,
    window: PageWindow,
    asker: Asker,
  ): Promise<OutcomePage> {
    const answer = await this.ask({ kind: 'outcomes', evaluationId, selection, window }, asker);
    return answer.kind === 'outcomes' ? answer.page : unexpected(answer);
  }

  async imagesByErrors(
    evaluationId: number,
    selection: ImageErrorSelection,
    window: PageWindow,
    asker: Asker,
  ): Promise<MemoryPage<ImageCounts>> {
    const answer = await this.ask({ kind: 'images', evaluationId, selection, window }, asker);
    return answer.kind === 'images' ? answer.page : unexpected(answer);
  }

  /** Refuses all that wait, and ends the thread, whatever it is at: nothing is written. */
  async stop(): Promise<void> {
    this.places.close();
    await this.endThread();
  }

  private ask(analysis: Analysis, asker: Asker): Promise<AnalysisAnswer> {
    return this.places.run(asker, async () => {
      if (this.idle) clearTimeout(this.idle);
      try {
        return await this.openThread().ask(analysis);
      } finally {
        this.idle = setTimeout(() => void this.endThread(), this.idleMs).unref();
      }
    });
  }

  private openThread(): Thread<Analysis, AnalysisAnswer> {
    this.thread ??= new Thread('jobs/analysisThread', {
      data: { databaseUrl: this.databaseUrl },
      heapMib: HEAP_MIB,
      died: () => {
        this.thread = null;
      },
    });
    return this.thread;
  }

  private async endThread(): Promise<void> {
    if (this.idle) clearTimeout(this.idle);
    const ended = this.thread;
    this.thread = null;
    await ended?.close();
  }
}

function unexpected({ kind }: { kind: string }): never {
  throw new Error(`The analysis thread answered with what is ${kind}.`);
}
