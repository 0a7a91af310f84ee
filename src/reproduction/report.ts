import type { Estimate, Findings, StratumComparison } from './findings';
import { pointAt } from './findings';
import { PAPER } from './paper';
import { ARMS, type Arm } from './settings';
import { describeSeconds } from './stages';

const THRESHOLDS_SHOWN = [0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9];
const ARM_NAMES: Record<Arm, string> = { single: 'single-class', multi: 'multi-class' };

/** Longest line of a paragraph; tables and code are not wrapped. */
const WIDTH = 150;

/** The report as Markdown. Its figure, accuracy.svg, and all values, report.json, are in the same folder. */
export function writeReport(findings: Findings): string {
  const tables = [5, 1].map((topK) => comparisonSection(findings, topK));
  return [
    headline(findings),
    '![Accuracy against IoU threshold](accuracy.svg)',
    ...tables,
    paperSection(),
    categorizationSection(findings),
    runSection(findings),
    howSection(findings),
    '',
  ]
    .join('\n\n')
    .split('\n\n')
    .map(wrapped)
    .join('\n\n');
}

/** Breaks a paragraph into lines of at most WIDTH columns; a quotation keeps its mark in each line. */
function wrapped(paragraph: string): string {
  if (/^([|!#]|```)/.test(paragraph)) return paragraph;
  const mark = paragraph.startsWith('> ') ? '> ' : '';
  let text = '';
  let column = 0;
  for (const word of paragraph.slice(mark.length).split(' ')) {
    const fits = column > 0 && column + 1 + word.length <= WIDTH;
    text += fits ? ` ${word}` : `${text === '' ? '' : '\n'}${mark}${word}`;
    column = fits ? column + 1 + word.length : mark.length + word.length;
  }
  return text;
}

function headline({ settings, dataset, comparisons, finishedAt }: Findings): string {
  const all = comparisons.find(({ stratum, topK }) => stratum === 'ALL' && topK === 5);
  const source = settings.data ? 'the original DeepLesion' : 'synthetic phantoms';
  return [
    '# Single-class against multi-class detection',
    settings.quick
      ? '> **A quick run.** Every stage ran, but the detectors have hardly learned and one seed decides nothing: ' +
        'these values show that the pipeline works, not which arm is better.'
      : `${settings.seeds.length} trainings per arm, which differ only in their labels: images, ` +
        `crops, seeds and schedule are the same.${weightSentence(settings.clusterWeight)}`,
    `Measured on ${source}: ${count(dataset.lesions, 'lesion')} on ${count(dataset.images, 'image')} of ` +
      `${count(dataset.patients, 'patient')} that were in no training, ${finishedAt.slice(0, 10)}.`,
    all ? verdict(all) : '',
    settings.seeds.length === 1
      ? 'One training per arm: the intervals contain the variation between lesions, not that between trainings, ' +
        'which may be larger than the difference.'
      : '',
    settings.data
      ? 'Images without a pixel file and possibly noisy lesions are left out.'
      : 'Phantoms are not patients. The method carries over to real CT; the accuracies do not, and the sign and the ' +
        'size of the difference need not.',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function weightSentence(clusterWeight: number): string {
  return clusterWeight === 1
    ? ''
    : ` In the loss of the multi-class arm, "which cluster" has the weight ${clusterWeight} and "lesion or not" ` +
        'the weight 1; the loss of the single-class arm has no such part.';
}

/** One sentence that the intervals allow. */
export function verdict(all: StratumComparison): string {
  const half = pointAt(all, 0.5)?.difference;
  if (!half || half.value === null || half.low === null || half.high === null)
    return '**The two arms could not be compared.**';
  const clear = all.points.filter(
    ({ difference: { low, high } }) => low !== null && high !== null && (low > 0 || high < 0),
  );
  const better = clear.filter(({ difference: { low } }) => (low ?? 0) > 0).length;
  const worse = clear.length - better;
  const sign =
    half.low > 0
      ? 'multi-class is better'
      : half.high < 0
        ? 'single-class is better'
        : 'no difference is shown: the interval contains zero';
  return (
    `**At IoU > 0.5 and with the top ${all.topK} detections: multi-class minus single-class is ${points(half)} ` +
    `points, so ${sign}.** Of ${all.points.length} IoU thresholds, multi-class is clearly better at ` +
    `${better} and clearly worse at ${worse} (95 % interval without zero; the thresholds are not ` +
    'independent of one another).'
  );
}

function comparisonSection({ comparisons }: Findings, topK: number): string {
  const chosen = comparisons.filter((comparison) => comparison.topK === topK);
  const all = chosen.find(({ stratum }) => stratum === 'ALL');
  if (!all) return '';
  const strata = chosen.map((comparison) => {
    const half = pointAt(comparison, 0.5);
    return (
      `| ${comparison.label} | ${comparison.lesions.toLocaleString('en')} | ${percent(half?.single)} | ` +
      `${percent(half?.multi)} | ${points(half?.difference)} |`
    );
  });
  const thresholds = THRESHOLDS_SHOWN.flatMap((threshold) => {
    const point = pointAt(all, threshold);
    return point
      ? [`| ${threshold} | ${percent(point.single)} | ${percent(point.multi)} | ${points(point.difference)} |`]
      : [];
  });
  return [
    `## Lesions found by the top-${topK} detection${topK === 1 ? '' : 's'} of their image`,
    'Mean over the seeds in per cent, with the 95 % interval of a bootstrap over patients; the difference is ' +
      'paired lesion by lesion.',
    'IoU > 0.5:',
    [
      '| lesions | number | single-class | multi-class | difference in points |',
      '|---|---|---|---|---|',
      ...strata,
    ].join('\n'),
    'All lesions, by IoU threshold:',
    ['| IoU > | single-class | multi-class | difference in points |', '|---|---|---|---|', ...thresholds].join('\n'),
  ].join('\n\n');
}

function paperSection(): string {
  return [
    '## The paper, for comparison',
    'Yan, Wang, Lu, Summers, arXiv 1710.01766, on the real DeepLesion; these are its values, not ours.',
    [
      '| | single-class | multi-class | difference in points |',
      '|---|---|---|---|',
      `| all lesions, IoU > 0.5 | ${(PAPER.single * 100).toFixed(2)} | ${(PAPER.multi * 100).toFixed(2)} | ` +
        `+${((PAPER.multi - PAPER.single) * 100).toFixed(2)} |`,
      '| every cluster | | | +3 to +8 |',
    ].join('\n'),
    `${PAPER.millisecondsPerSlice} ms for a slice of 512 × 512 on a Titan X. The paper gives no intervals, and ` +
      'does not state how many boxes per image count.',
    'What differs here: the images (unless `--data` names the original), a model of 2.3 million weights ' +
      'trained from random initialization instead of VGG-16 from ImageNet, boxes that are refined alike for all classes, and ' +
      'a score that is the probability of any lesion. Both arms share all of this.',
  ].join('\n\n');
}

function categorizationSection({ categorization }: Findings): string {
  const hidden = categorization.iterations.some(({ nmiToHiddenTypes }) => nmiToHiddenTypes !== null);
  const rows = categorization.iterations.map((iteration) =>
    [
      `| ${iteration.iteration}${iteration.iteration === categorization.chosenIteration ? ' (chosen)' : ''}`,
      ...[iteration.nmiToPrevious, iteration.purityToPrevious, iteration.silhouette].map(plain),
      ...(hidden ? [plain(iteration.nmiToHiddenTypes), plain(iteration.purityToHiddenTypes)] : []),
    ].join(' | '),
  );
  const clusters = categorization.clusters.map(
    ({ clusterIndex, label, trainingLesions, evaluationLesions }) =>
      `| ${clusterIndex} | ${label} | ${trainingLesions.toLocaleString('en')} | ` +
      `${evaluationLesions.toLocaleString('en')} |`,
  );
  return [
    '## Pseudo-clusters',
    [
      '| iteration | NMI with the previous one | purity | silhouette ' +
        `|${hidden ? ' NMI with hidden types | purity with hidden types |' : ''}`,
      `|---|---|---|---|${hidden ? '---|---|' : ''}`,
      ...rows.map((row) => `${row} |`),
    ].join('\n'),
    hidden ? 'Hidden types are known only for phantoms; they are printed here and were used for no choice.' : '',
    ['| cluster | name | training lesions | evaluation lesions |', '|---|---|---|---|', ...clusters].join('\n'),
  ]
    .filter(Boolean)
    .join('\n\n');
}

function runSection({ runs }: Findings): string {
  const rows = ARMS.flatMap((arm) =>
    runs
      .filter((run) => run.arm === arm)
      .map((run) => {
        const share = (topK: number): string => {
          const accuracy = run.accuracy.find((entry) => entry.topK === topK);
          return accuracy
            ? `${((100 * accuracy.correct) / accuracy.total).toFixed(1)} (${accuracy.correct} of ${accuracy.total})`
            : '–';
        };
        const froc = run.froc.find(({ falsePositivesPerImage }) => falsePositivesPerImage === 1)?.sensitivity;
        return (
          `| ${ARM_NAMES[arm]} | ${run.seed} | ${share(5)} | ${share(1)} | ` +
          `${froc == null ? '–' : (froc * 100).toFixed(1)} | ${run.meanMsPerImage?.toFixed(0) ?? '–'} | ` +
          `\`${run.modelSha256.slice(0, 12)}\` |`
        );
      }),
  );
  return [
    '## Each training',
    'Accuracy at IoU > 0.5; sensitivity at IoU ≥ 0.5 as the public DeepLesion code reads it; milliseconds ' +
      'per slice on the machine of this report, with whatever else ran on it.',
    [
      '| arm | seed | top 5 | top 1 | sensitivity at 1 false positive per image | ms per slice | model |',
      '|---|---|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
  ].join('\n\n');
}

function howSection({ environment, stages, commands, settings, codeVersion, runs }: Findings): string {
  const hardware =
    environment.gpus.length > 0 ? environment.gpus.join(', ') : `${environment.cores} processor cores, no GPU`;
  const training = runs.reduce((sum, { trainingMinutes }) => sum + (trainingMinutes ?? 0), 0);
  return [
    '## How it was made',
    `\`${commandLine(settings)}\` on ${hardware}, PyTorch ${environment.torch}, Python ${environment.python}, ` +
      `code ${codeVersion}. ${runs.length} trainings took ${training.toFixed(0)} minutes in total, each without another one at the same time. ` +
      'All values are in `report.json`.',
    [
      '| stage | time |',
      '|---|---|',
      ...stages.map(({ name, seconds }) => `| ${name} | ${describeSeconds(seconds)} |`),
    ].join('\n'),
    ['```sh', ...commands, '```'].join('\n'),
  ].join('\n\n');
}

function commandLine({ quick, data, clusterWeight }: Findings['settings']): string {
  const words = [
    quick ? '--quick' : '',
    data ? '--data DEEPLESION' : '',
    clusterWeight === 1 ? '' : `--cluster-weight ${clusterWeight}`,
  ].filter(Boolean);
  return ['npm run reproduce', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
}

const count = (number: number, word: string): string =>
  `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;
const plain = (value: number | null): string => (value === null ? '–' : value.toFixed(3));

/** 0.643, 0.62, 0.66 → "64.3 (62.0 to 66.0)" */
function percent(estimate: Estimate | undefined): string {
  if (!estimate || estimate.value === null) return '–';
  const show = (value: number): string => (100 * value).toFixed(1);
  const { value, low, high } = estimate;
  return low === null || high === null ? show(value) : `${show(value)} (${show(low)} to ${show(high)})`;
}

/** 0.012, -0.001, 0.025 → "+1.2 (−0.1 to +2.5)" */
function points(estimate: Estimate | undefined): string {
  if (!estimate || estimate.value === null) return '–';
  const show = (value: number): string => {
    const text = Math.abs(100 * value).toFixed(1);
    return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
  };
  const { value, low, high } = estimate;
  return low === null || high === null ? show(value) : `${show(value)} (${show(low)} to ${show(high)})`;
}
