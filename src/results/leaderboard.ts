/**
 * Boards: the detectors of a data set version on one split, by one metric, with ranks that say how sure they are. All entries
 * are measured on the same images and resampled together; what is not comparable stands apart.
 */
import type { Queryable } from '../database';
import type { Split } from '../dataset';
import { BadUserInput } from '../errors';
import {
  type BoardGround,
  type MeasuredEntry,
  type RankedBoard,
  type RankedEntry,
  rankJointly,
  type Stratum,
} from '../evaluation';
import { BOARD_STANDINGS, type BoardEntry, type BoardReport, type BoardStanding } from './boardEntry';
import { loadSplitGround, type SplitGround } from './boardGround';
import { type Content, drawAll, measuredValue, measureRun, resamplesOf } from './boardMeasure';
import { type BoardMetric, checkBoardMetric, roundedForBlind } from './boardMetric';
import {
  type BoardRun,
  chooseBoardRuns,
  countTriesByOwner,
  findEvaluationsByPreset,
  overlapOfTraining,
  type TrainingOverlap,
} from './boardRuns';
import { BytesCache } from './bytesCache';
import type { EvaluationPreset } from './evaluationPresets';
import { strataOf } from './strata';

/** What a board is of. */
export interface BoardRequest {
  dataset: { id: number; slug: string; sourceSha256: string };
  split: Split;
  preset: EvaluationPreset;
  metric: BoardMetric;
  /** ALL, a coarse type or a size */
  stratum: string;
  /** whether the ground truth of the split is hidden from the caller, who gets aggregates only */
  isBlind: boolean;
  /** whether the ground truth of the split is hidden at all */
  isHidden: boolean;
}

const MAX_GROUNDS = 4;
const MAX_BOARDS = 64;
/** What was measured of some twenty runs with 500,000 boxes each. */
const MAX_CONTENT_BYTES = 96 * 2 ** 20;

/** A run, and what is measured of it. */
export interface MeasureRequest {
  datasetId: number;
  split: Split;
  /** name of a stratum */
  stratum: string;
  runId: number;
  preset: EvaluationPreset;
  metric: BoardMetric;
}

/** Measures runs elsewhere, such as in a thread, as `Leaderboards.measure` does. */
export interface RunMeasurer {
  measure(request: MeasureRequest): Promise<Content>;
}

/** Images of all runs together from which on a board is worth another thread. */
const IMAGES_TO_SHARE = 10_000;

interface KnownGround {
  ground: SplitGround;
  strata: readonly Stratum[];
  coverages: Map<number, number>;
}

/** Boards of one database, with what they were made of in memory. */
export class Leaderboards {
  private readonly grounds = new Map<string, Promise<KnownGround>>();
  private readonly contents = new BytesCache<Content>(MAX_CONTENT_BYTES);
  private readonly boards = new Map<string, RankedBoard>();

  /**
   * @param database that holds all data sets, also those that the caller of a question may not see
   * @param helpers others that measure runs of large boards at the same time; none unless given
   * @param imagesToShare of all runs together, from which on they help; other than the default for tests
   */
  constructor(
    private readonly database: Queryable,
    private readonly helpers: () => readonly RunMeasurer[] = () => [],
    private readonly imagesToShare = IMAGES_TO_SHARE,
  ) {}

  /** Measures a run on the images of a board. @throws Error if there is no such stratum */
  async measure({ datasetId, split, stratum: name, runId, preset, metric }: MeasureRequest): Promise<Content> {
    const { ground, strata } = await this.groundOf(datasetId, split);
    const stratum = strata.find((one) => one.name === name);
    if (!stratum) throw new Error(`There is no stratum ${name}.`);
    return measureRun(this.database, ground, stratum, runId, preset, metric);
  }

  /** @throws BadUserInput naming the argument */
  async board(request: BoardRequest): Promise<BoardReport> {
    const { dataset, split, preset, metric, isBlind, isHidden } = request;
    checkBoardMetric(metric, request.stratum, isBlind);
    const { ground, strata, coverages } = await this.groundOf(dataset.id, split);
    const stratum = strata.find(({ name }) => name === request.stratum);
    if (!stratum)
      throw new BadUserInput(
        `No stratum "${request.stratum}" on this board. Known: ${strata.map(({ name }) => name).join(', ')}.`,
        'stratum',
      );
    const runs = await chooseBoardRuns(this.database, dataset.id, ground.requiredIds, coverages);
    const tries = isHidden ? await countTriesByOwner(this.database, dataset.slug, split) : null;
    const ids = runs.map(({ runId }) => runId);
    const evaluations = await findEvaluationsByPreset(this.database, ids, preset);
    const facts = runs.map((run) => {
      const overlap = overlapOfTraining(run, { ...dataset, split });
      return { run, overlap, standing: standingOf(run, overlap, ground) };
    });
    const rankOnly = (standing: BoardStanding): Promise<RankedBoard> =>
      this.rank(
        facts.filter((one) => one.standing === standing).map(({ run }) => run),
        request,
        { ground, stratum },
      );
    const ranked = await rankOnly('RANKED');
    // These are measured, and compared with no others.
    const apart = await rankOnly('SAW_TEST_PATIENTS');
    const found = new Map([...ranked.entries, ...apart.entries].map((entry) => [entry.key, entry]));
    const entries = facts.map(({ run, overlap, standing }) => {
      const evaluationId = evaluations.get(run.runId) ?? null;
      const count = tries && (tries.get(run.owner) ?? 0);
      return entryOf(run, overlap, standing, found.get(run.runUuid), { evaluationId, tries: count });
    });
    const patients = new Set(patientsOf(ground, stratum)).size;
    const report: BoardReport = {
      entries: entries.sort(inOrder),
      imageCount: ground.requiredIds.length,
      imagesWithoutPixels: ground.withoutPixels,
      lesionCount: stratum.lesions.length,
      patientCount: patients,
      resolvableDifference: ranked.resolvableDifference,
      resamples: resamplesOf(metric),
    };
    return isBlind ? roundedForBlind(report) : report;
  }

  private groundOf(datasetId: number, split: Split): Promise<KnownGround> {
    const key = `${datasetId} ${split}`;
    const known = this.grounds.get(key);
    this.grounds.delete(key);
    const loading =
      known ??
      loadSplitGround(this.database, datasetId, split).then((ground) => ({
        ground,
        strata: strataOf(ground.lesions),
        coverages: new Map<number, number>(),
      }));
    this.grounds.set(key, loading);
    if (!known) loading.catch(() => this.grounds.delete(key));
    dropOldest(this.grounds, MAX_GROUNDS);
    return loading;
  }

  private async rank(
    runs: readonly BoardRun[],
    { dataset, split, preset, metric }: BoardRequest,
    { ground, stratum }: { ground: SplitGround; stratum: Stratum },
  ): Promise<RankedBoard> {
    // Without lesions nothing is measured.
    if (stratum.lesions.length === 0) return { entries: [], resolvableDifference: null };
    const subject = JSON.stringify([dataset.id, split, preset, metric, stratum.name]);
    const key = `${subject} ${runs.map(({ runId }) => runId).join()}`;
    const known = this.boards.get(key);
    if (known) return known;
    const shared = boardGroundOf(ground, stratum);
    const request = { datasetId: dataset.id, split, stratum: stratum.name, preset, metric };
    const measured = await this.measureAll(subject, runs, request, ground.images.length);
    const contents = runs.map(({ runUuid }, at): MeasuredEntry<Content> => {
      const content = measured[at]!;
      return { key: runUuid, value: measuredValue(content, metric, shared), content };
    });
    const board = rankJointly(contents, (all) => drawAll(all, metric, shared), new Set(shared.patientOfLesion).size);
    this.boards.set(key, board);
    dropOldest(this.boards, MAX_BOARDS);
    return board;
  }

  /** @returns what was measured of each run: each measurer, this one among them, takes the next run when it is free */
  private async measureAll(
    subject: string,
    runs: readonly BoardRun[],
    request: Omit<MeasureRequest, 'runId'>,
    imageCount: number,
  ): Promise<Content[]> {
    const contents: Content[] = [];
    let next = 0;
    const work = async (measurer: RunMeasurer): Promise<void> => {
      while (next < runs.length) {
        const at = next++;
        const { runId } = runs[at]!;
        contents[at] = await this.contents.get(`${subject} ${runId}`, () => measurer.measure({ ...request, runId }));
      }
    };
    const isLarge = runs.length > 1 && runs.length * imageCount >= this.imagesToShare;
    await Promise.all([...(isLarge ? this.helpers() : []), this].map(work));
    return contents;
  }
}

function dropOldest(kept: Map<string, unknown>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(key);
  }
}

function standingOf(
  { completed }: BoardRun,
  { sawPatients }: TrainingOverlap,
  { requiredIds }: SplitGround,
): BoardStanding {
  if (completed < requiredIds.length) return 'INCOMPLETE';
  return sawPatients ? 'SAW_TEST_PATIENTS' : 'RANKED';
}

const patientsOf = ({ patientOfLesion }: SplitGround, { lesions }: Stratum): Int32Array =>
  Int32Array.from(lesions, (lesion) => patientOfLesion[lesion]!);

function boardGroundOf(ground: SplitGround, stratum: Stratum): BoardGround {
  const { patientOfImage, patientCount } = ground;
  return { patientOfImage, patientOfLesion: patientsOf(ground, stratum), patientCount };
}

function entryOf(
  run: BoardRun,
  overlap: TrainingOverlap,
  standing: BoardStanding,
  found: RankedEntry | undefined,
  more: Pick<BoardEntry, 'evaluationId' | 'tries'>,
): BoardEntry {
  const { runId, detectorId, completed, verified, finishedAt } = run;
  const { rank, rankLow, rankHigh, group, tiedWithBest } = found ?? {
    rank: 0,
    rankLow: 0,
    rankHigh: 0,
    group: 0,
    tiedWithBest: false,
  };
  return {
    ...{ runId, detectorId, verified, finishedAt, standing, imagesCompleted: completed },
    ...overlap,
    ...more,
    place: standing === 'RANKED' && found ? { rank, rankLow, rankHigh, group, tiedWithBest } : null,
    value: found?.value ?? null,
    ciLow: found?.interval?.low ?? null,
    ciHigh: found?.interval?.high ?? null,
  };
}

/** Ranked ones by rank, then those that saw the patients, then incomplete ones; within them by value and row. */
function inOrder(a: BoardEntry, b: BoardEntry): number {
  return (
    (a.place?.rank ?? Number.MAX_SAFE_INTEGER) - (b.place?.rank ?? Number.MAX_SAFE_INTEGER) ||
    BOARD_STANDINGS.length * (Number(a.standing === 'INCOMPLETE') - Number(b.standing === 'INCOMPLETE')) ||
    (b.value ?? -1) - (a.value ?? -1) ||
    b.imagesCompleted - a.imagesCompleted ||
    a.runId - b.runId
  );
}
