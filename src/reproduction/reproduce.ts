import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCodeVersion } from '../codeVersion';
import { importDlInfo } from '../dataset';
import { generatePhantoms } from '../phantom';
import type { Progress } from '../progress';
import { createProgress } from '../progress';
import type { Services } from '../services';
import { type CategorizationFacts, categorizeOnServer, readCategorizationFacts } from './categorization';
import { describeCommand, runCommand } from './command';
import { compareOnServer } from './comparison';
import { describeRun, detectAll, type EvaluatedTraining } from './detections';
import { drawAccuracyFigure } from './figure';
import type { Findings } from './findings';
import { type Layout, layoutOf, type Training, trainingName, trainingsOf } from './layout';
import { findPython, type PythonEnvironment } from './python';
import {
  categorizeCommand,
  exportModel,
  type Once,
  type PythonStage,
  placesOf,
  prepareCommand,
  trainAll,
  trainCommand,
} from './pythonStages';
import { writeReport } from './report';
import { withOwnServer } from './server';
import type { ReproductionSettings } from './settings';
import { Stages } from './stages';

const SILENT: Progress = { update: () => undefined, finish: () => undefined };
/** The data set on the reproduction's own server. */
const EVALUATION_SLUG = 'evaluation';

/**
 * The whole paper: phantoms (or the original) → pseudo-clusters → both arms trained with each seed → exported → run on
 * a server → evaluated → report.md, accuracy.svg and report.json in the report folder. Stages that were done before
 * with the same settings are not done again.
 *
 * @returns the report folder
 * @throws BadUserInput if Python or the data is not there
 * @throws Conflict if a stage fails, with its last lines
 */
export async function reproduce(settings: ReproductionSettings): Promise<string> {
  const layout = layoutOf(settings);
  const stages = new Stages(layout.stages);
  await mkdir(layout.logs, { recursive: true });
  const python = await findPython(settings.python, settings.workDir, (line) => process.stderr.write(`${line}\n`));
  const stage: PythonStage = { settings, layout, python };
  const trainings = trainingsOf(settings);

  if (!settings.data) await makePhantoms(settings, layout, stages);
  await trainStages(stage, stages, trainings);
  const findings = await withOwnServer(layout, python.cores, (services) => measure(services, stage, stages, trainings));
  await mkdir(settings.reportDir, { recursive: true });
  const [all, ...clusters] = findings.comparisons.filter(({ topK }) => topK === 5);
  if (all) await writeFile(join(settings.reportDir, 'accuracy.svg'), drawAccuracyFigure(all, clusters));
  await writeFile(join(settings.reportDir, 'report.json'), `${JSON.stringify(findings, null, 1)}\n`);
  await writeFile(join(settings.reportDir, 'report.md'), writeReport(findings));
  return settings.reportDir;
}

async function makePhantoms(settings: ReproductionSettings, layout: Layout, stages: Stages): Promise<void> {
  for (const [name, outDir, set] of [
    ['training-set', layout.trainingSet, settings.training],
    ['evaluation-set', layout.evaluationSet, settings.evaluation],
  ] as const) {
    await stages.run(name, set, async (progress) => {
      await generatePhantoms({ ...set, neighbours: 1, outDir, onProgress: progress.update });
    });
  }
}

async function trainStages(stage: PythonStage, stages: Stages, trainings: readonly Training[]): Promise<void> {
  const { settings } = stage;
  const source = settings.data ?? settings.training;
  const { quick, steps } = settings;
  const plain = async (name: string, inputs: unknown, command: Parameters<typeof runCommand>[0]): Promise<void> =>
    stages.run(name, inputs, async () => runCommand(command));
  await plain('categorize', { source, quick }, categorizeCommand(stage));
  await plain('prepare', { source }, prepareCommand(stage));
  // Each training has a stamp of its own: one more seed leaves the others as they are.
  const once =
    (verb: string): Once =>
    async (training, work) => {
      await stages.once(`${verb}-${trainingName(training)}`, { source, quick, steps, training }, work);
    };
  const training = createProgress('train');
  await trainAll(stage, trainings, once('train'), training);
  training.finish(`${trainings.length} trainings`);
  const exporting = createProgress('export');
  for (const [index, one] of trainings.entries()) {
    exporting.update(index, trainings.length);
    await once('export')(one, () => exportModel(stage, one));
  }
  exporting.finish(`${trainings.length} models`);
}

/** Everything that happens on the server: import, categorization, runs, comparison. */
async function measure(
  services: Services,
  stage: PythonStage,
  stages: Stages,
  trainings: readonly Training[],
): Promise<Findings> {
  const { settings, layout, python } = stage;
  const inputs = {
    source: settings.data ?? [settings.training, settings.evaluation],
    quick: settings.quick,
    steps: settings.steps,
  };
  await stages.run('import', inputs, async (progress) => {
    await importDlInfo({
      database: services.database,
      csvPath: join(layout.evaluationSet, 'DL_info.csv'),
      imagesDir: join(layout.evaluationSet, 'Images_png'),
      slug: EVALUATION_SLUG,
      synthetic: settings.data === null,
      skipBadRows: settings.data !== null,
      onProgress: progress.update,
    });
  });
  await stages.run('assign', inputs, (progress) => categorizeOnServer(services, EVALUATION_SLUG, stage, progress));
  let evaluated: EvaluatedTraining[] = [];
  const selection = { dataset: EVALUATION_SLUG, onlyTestSplit: settings.data !== null };
  await stages.run('detect', { ...inputs, trainings }, async (progress) => {
    evaluated = await detectAll(services, trainings, selection, progress);
  });
  // A finished stage is not run again, but its results are needed: the runs are found by their keys.
  if (evaluated.length === 0) evaluated = await detectAll(services, trainings, selection, SILENT);
  const categorization = await readCategorizationFacts(services, EVALUATION_SLUG, layout);
  const { comparisons, counts } = await compareOnServer(services, evaluated, categorization);
  return {
    formatVersion: 1,
    finishedAt: new Date().toISOString(),
    codeVersion: readCodeVersion(),
    settings: summary(settings),
    environment: environmentOf(python),
    dataset: { reference: EVALUATION_SLUG, ...counts },
    categorization: categorizationFindings(categorization),
    runs: await Promise.all(evaluated.map((one) => describeRun(services, one))),
    comparisons,
    stages: stages.times,
    commands: commandsOf(stage, trainings),
  };
}

function categorizationFindings({
  chosenIteration,
  iterations,
  clusters,
}: CategorizationFacts): Findings['categorization'] {
  return { chosenIteration, iterations, clusters };
}

function summary(settings: ReproductionSettings): Findings['settings'] {
  const { quick, seeds, steps, clusterWeight, training, evaluation, data } = settings;
  return { quick, seeds, steps, clusterWeight, training, evaluation, data: data !== null };
}

function environmentOf({ python, torch, gpus, cores }: PythonEnvironment): Findings['environment'] {
  return { python, torch, gpus, cores };
}

/** The commands of the Python stages, for repeating a single one. */
function commandsOf(stage: PythonStage, trainings: readonly Training[]): string[] {
  const places = placesOf(stage);
  return [categorizeCommand(stage), prepareCommand(stage), ...trainings.map((one) => trainCommand(stage, one))].map(
    (command) => describeCommand(command, places),
  );
}
