import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Progress } from '../progress';
import { type Command, describeCommand, runCommand } from './command';
import { type Layout, type Training, trainingName } from './layout';
import { type PythonEnvironment, TRAINING_DIR } from './python';
import { CLUSTER_COUNT, type ReproductionSettings } from './settings';

/** Name that the categorization has on the server, and by which the multi-class models refer to it. */
export const CATEGORIZATION_NAME = 'deep-mining';
const ENCODER_NAME = 'encoder';
/** Loader processes of one training on a GPU. */
const GPU_LOADERS = 6;
/** `step 150 (2.5%, …`: what train.py prints. */
const STEP_LINE = /^step \d+ \((\d+(?:\.\d+)?)%/;

/** What the Python stages work with. */
export interface PythonStage {
  settings: ReproductionSettings;
  layout: Layout;
  python: PythonEnvironment;
}

const command = (stage: PythonStage, name: string, ...args: string[]): Command => ({
  program: stage.python.program,
  args,
  cwd: TRAINING_DIR,
  logFile: join(stage.layout.logs, `${name}.log`),
});

/** The categorization of the training set: clusters, lineage and encoder. */
export function categorizeCommand(stage: PythonStage): Command {
  const { layout, settings } = stage;
  const words = ['--k', String(CLUSTER_COUNT), '--name', CATEGORIZATION_NAME, '--out', layout.categorization];
  const model = ['--models', layout.models, '--encoder', ENCODER_NAME];
  return command(
    stage,
    'categorize',
    'categorize.py',
    layout.trainingSet,
    ...words,
    ...model,
    ...(settings.quick ? ['--quick'] : []),
    ...(settings.data ? [] : ['--baselines', '--unseen', layout.evaluationSet]),
  );
}

/** The evaluation lesions, put to the clusters of the training set. */
export function assignCommand(stage: PythonStage): Command {
  const { layout } = stage;
  const words = ['--assign', layout.categorization, '--out', layout.evaluationClusters];
  return command(stage, 'assign', 'categorize.py', layout.evaluationSet, ...words);
}

/** Resizing and storing the training images once. */
export function prepareCommand(stage: PythonStage): Command {
  const { layout, settings, python } = stage;
  const words = ['--out', layout.prepared, '--processes', String(python.cores)];
  const splits = settings.data ? ['--splits', '1'] : [];
  return command(stage, 'prepare', 'data.py', layout.trainingSet, ...words, ...splits);
}

/** One training. Both arms have the same data, seed and schedule; only the labels differ. */
export function trainCommand(stage: PythonStage, training: Training): Command {
  const { layout, settings, python } = stage;
  const name = trainingName(training);
  const out = join(layout.runs, name);
  const labels =
    training.arm === 'multi'
      ? ['--labels', join(layout.categorization, 'assignments.csv'), '--categorization', CATEGORIZATION_NAME]
      : [];
  const weight = training.clusterWeight === undefined ? [] : ['--cluster-weight', String(training.clusterWeight)];
  return command(
    stage,
    name,
    'train.py',
    '--data',
    layout.prepared,
    '--seed',
    String(training.seed),
    '--steps',
    String(settings.steps),
    ...labels,
    ...weight,
    '--out',
    out,
    ...(python.gpus.length > 0 ? ['--workers', String(GPU_LOADERS)] : []),
  );
}

/** What is done once for a training, by its name. */
export type Once = (training: Training, work: () => Promise<void>) => Promise<void>;

/**
 * Trains all detectors, as many side by side as there are GPUs, or cores where there is none. A training that was
 * interrupted continues from its last checkpoint.
 *
 * @param once decides whether a training is still to be done, and remembers that it was
 */
export async function trainAll(
  stage: PythonStage,
  trainings: readonly Training[],
  once: Once,
  progress: Progress,
): Promise<void> {
  const { gpus, cores } = stage.python;
  const slots = Math.max(1, gpus.length || cores);
  const percents = trainings.map(() => 0);
  const waiting = [...trainings.keys()];
  const work = async (slot: number): Promise<void> => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const place = index;
      const training = trainings[place]!;
      await once(training, () =>
        trainOne(stage, training, gpus.length > 1 ? { CUDA_VISIBLE_DEVICES: String(slot) } : {}, (percent) => {
          percents[place] = percent;
          progress.update(Math.round(percents.reduce((a, b) => a + b)), 100 * trainings.length);
        }),
      );
      percents[place] = 100;
    }
  };
  await Promise.all(Array.from({ length: Math.min(slots, trainings.length) }, (_, slot) => work(slot)));
}

async function trainOne(
  stage: PythonStage,
  training: Training,
  environment: Record<string, string>,
  onPercent: (percent: number) => void,
): Promise<void> {
  const train = trainCommand(stage, training);
  const folder = join(stage.layout.runs, trainingName(training));
  await keepOnlyOf(train.args, folder);
  const resumed = existsSync(join(folder, 'checkpoint.pt'));
  await runCommand({ ...train, args: [...train.args, ...(resumed ? ['--resume'] : [])], environment }, (line) => {
    const percent = STEP_LINE.exec(line)?.[1];
    if (percent !== undefined) onPercent(Number(percent));
  });
}

/**
 * Empties the folder of a training that was begun with other arguments: its checkpoint would go on with the wrong
 * schedule.
 */
async function keepOnlyOf(trainArgs: readonly string[], folder: string): Promise<void> {
  const path = join(folder, 'arguments.json');
  const wanted = JSON.stringify(trainArgs);
  if (existsSync(path) && (await readFile(path, 'utf8')) === wanted) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path, wanted);
}

/** Exports a training as a model of the server, with its card. */
export async function exportModel(stage: PythonStage, training: Training): Promise<void> {
  const { layout, settings } = stage;
  const name = trainingName(training);
  const card = join(layout.cards, `${name}.json`);
  await mkdir(layout.cards, { recursive: true });
  await writeFile(card, `${JSON.stringify(cardOf(stage, training), null, 2)}\n`);
  const words = ['--check', layout.evaluationSet, '--card', card, '--name', name, '--models', layout.models];
  await runCommand(
    command(
      stage,
      `export-${name}`,
      'export.py',
      join(layout.runs, name, 'checkpoint.pt'),
      ...words,
      ...(settings.quick ? ['--slices', '4'] : []),
    ),
  );
}

function cardOf(stage: PythonStage, training: Training): Record<string, string> {
  const { settings } = stage;
  const { patients, seed } = settings.training;
  const labels =
    training.arm === 'multi'
      ? `the ${CLUSTER_COUNT} pseudo-clusters of an unsupervised categorization of the training lesions`
      : 'one class, lesion';
  return {
    data: settings.data
      ? `the training split of DeepLesion; labels: ${labels}`
      : `${patients.toLocaleString('en')} synthetic patients made by this project's phantom generator (seed ` +
        `${seed}), 8 % of them only monitored; labels: ${labels}`,
    trainingCommand: describeCommand(trainCommand(stage, training), placesOf(stage)),
    intendedUse: 'The comparison of single-class and multi-class detection; demonstration and tests of this server.',
    limits: settings.data
      ? 'Not for clinical use. Slices are processed one by one, and lesions that are not annotated count as ' +
        'errors in training.'
      : 'Trained and measured on synthetic CT only; nothing is known of its accuracy on real CT. Not for clinical use.',
  };
}

/** How the report names the folders in commands. */
export function placesOf({ layout, settings }: PythonStage): Record<string, string> {
  return {
    ...(settings.data
      ? { DEEPLESION: settings.data }
      : { TRAINING_SET: layout.trainingSet, EVALUATION_SET: layout.evaluationSet }),
    WORK: settings.workDir,
  };
}
