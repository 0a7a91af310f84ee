import type { ClusterFigure, ClusterReport } from './clusterTypes';

const METRIC_NAMES: Readonly<Record<ClusterFigure['metric'], string>> = {
  nmi: 'NMI',
  purity: 'purity',
  adjustedRandIndex: 'adjusted Rand index',
};

const digits = (value: number): string => value.toFixed(3).replace('-', '−');
const LEAST_P = 0.001;

function figureRow({ metric, value, interval, byChance, p }: ClusterFigure): string {
  const range = interval === null ? '–' : `${digits(interval.low)} to ${digits(interval.high)}`;
  return `| ${METRIC_NAMES[metric]} | ${digits(value)} | ${range} | ${digits(byChance)} | ${p < LEAST_P ? '< 0.001' : digits(p)} |`;
}

/** The report as text that can be pasted into a page: the table of clusters and types, and their agreement. */
export function describeClusters(report: ClusterReport): string {
  const { categorization, encoder, lesions, patients, leftOut, types, table, figures } = report;
  const left = leftOut === 0 ? '' : ` ${leftOut} more have no row of known type, pixel spacing and diameters.`;
  return [
    `Clusters of ${categorization} (${encoder}) and coarse types of ${lesions} lesions of ${patients} patients.${left}`,
    '',
    `| cluster | ${types.join(' | ')} |`,
    `|---|${'---|'.repeat(types.length)}`,
    ...table.map((row, cluster) => `| ${cluster + 1} | ${row.join(' | ')} |`),
    '',
    'The intervals are those of a bootstrap over patients; "by chance" is the mean over shuffled types, and p the share',
    'of the shuffles that agree at least as well, which takes the lesions for independent of one another.',
    '',
    '| agreement | value | 95 % interval | by chance | p |',
    '|---|---|---|---|---|',
    ...figures.map(figureRow),
  ].join('\n');
}
