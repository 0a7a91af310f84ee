import { keyOf } from '../../src/globalId';
import { createContext } from '../../src/graphql';
import { findRunsByKey } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { type ExecutorName, graphOf, testServices } from './testGraph';

const RUN = `mutation Run($input: RunDetectionInput!) {
  runDetection(input: $input) {
    run {
      id status topK scoreThreshold iouThresholds detector { name version } dataset { slug } progress { completed failed total }
      timing { meanMsPerImage imagesPerSecond stages { networkMs } } error startedAt
    }
  }
}`;
const INPUT = { detector: 'tiny-constant', dataset: 'small', iouThresholds: [0.333], topK: 2 };

type Variables = Record<string, unknown>;

/** The graph over a data set of four images, with a detector and a queue but no worker. */
export class DetectionBed {
  readonly #services: ReturnType<typeof testServices>;

  private constructor(readonly runs: RunBed) {
    this.#services = testServices(runs.database, {
      registry: runs.registry,
      queue: runs.queue,
      config: { executionProviders: ['cpu'] } as never,
    });
  }

  static async create(): Promise<DetectionBed> {
    return new DetectionBed(await createRunBed(4, undefined, 'models'));
  }

  context(): ReturnType<typeof createContext> {
    return createContext(this.#services);
  }

  ask(source: string, variables?: Variables, executor?: ExecutorName) {
    return graphOf(this.#services, executor)(source, variables);
  }

  async answer(source: string, variables?: Variables, executor?: ExecutorName) {
    const { data, errors } = await this.ask(source, variables, executor);
    expect(errors).toEqual([]);
    return data;
  }

  async errorOf(source: string, variables?: Variables) {
    const { errors } = await this.ask(source, variables);
    return errors[0]?.originalError as (Error & { code?: string; argument?: string }) | undefined;
  }

  /** @returns the run as the mutation returns it */
  async run(change: Variables = {}): Promise<Record<string, unknown> & { id: string }> {
    const data = await this.answer(RUN, { input: { ...INPUT, ...change } });
    return (data.runDetection as unknown as { run: { id: string } }).run;
  }

  refusalOfRun(change: Variables) {
    return this.errorOf(RUN, { input: { ...INPUT, ...change } });
  }

  /** What a worker writes for a run, step by step; test/jobs has the worker itself. */
  async work(run: string): Promise<void> {
    const [row] = await findRunsByKey(this.runs.database, [keyOf(run, 'DetectionRun', 'id')]);
    const send = (text: string) => this.runs.database.query({ text, values: [row?.id] });
    await send(
      "UPDATE detection_run SET status = 'RUNNING', started_at = now() - interval '2 s', execution_provider = 'cpu' WHERE id = $1",
    );
    await send(`INSERT INTO detection (run_id, image_id, rank, x1, y1, x2, y2, score, class_index)
      SELECT run_id, image_id, rank, 2 * rank, 2, 10 + rank, 10, 1.0 / rank - 0.1, 0 FROM run_image, generate_series(1, 2) AS rank
        WHERE run_id = $1`);
    await send(
      `UPDATE run_image SET state = 'COMPLETED', finished_at = now(), milliseconds = 10 + image_id,
         decode_ms = 4, prepare_ms = 2.5, network_ms = 3, postprocess_ms = 0.5 + image_id WHERE run_id = $1`,
    );
    await send("UPDATE detection_run SET status = 'SUCCEEDED', finished_at = now() WHERE id = $1");
  }

  drop(): Promise<void> {
    return this.runs.drop();
  }
}
