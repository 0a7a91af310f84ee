import type { ComparisonPoint, Estimate, StratumComparison } from './findings';
import { PAPER } from './paper';

/** Blue and orange stay apart for colour-blind readers and in print. */
const COLOURS = { single: '#1f6fb4', multi: '#d9730d', difference: '#444444' } as const;
const WIDTH = 960;
const FONT = 'font-family="system-ui, Segoe UI, Helvetica, Arial, sans-serif"';

interface Panel {
  x: number;
  y: number;
  width: number;
  height: number;
  title: string;
  /** a second, lighter line of the title */
  note?: string;
  low: number;
  high: number;
  /** values of the horizontal lines */
  ticks: number[];
  format: (value: number) => string;
}

/**
 * Accuracy against the IoU threshold, both arms with 95 % bands: all lesions and their paired difference above, one
 * small panel a cluster below. A standalone SVG.
 *
 * @param all the comparison over all lesions
 * @param clusters those of the pseudo-clusters
 */
export function drawAccuracyFigure(all: StratumComparison, clusters: readonly StratumComparison[]): string {
  const perRow = 5;
  const small = (WIDTH - 40) / perRow;
  const height = 400 + Math.ceil(clusters.length / perRow) * 220 + 20;
  const share = { low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], format: (v: number) => `${Math.round(v * 100)} %` };
  const main: Panel = {
    ...share,
    x: 70,
    y: 70,
    width: 430,
    height: 270,
    title: `All ${all.lesions.toLocaleString('en')} lesions`,
  };
  const reach = differenceReach(all.points);
  const difference: Panel = {
    x: 580,
    y: 70,
    width: 350,
    height: 270,
    title: 'Multi-class less single-class, paired',
    low: -reach,
    high: reach,
    ticks: [-reach, -reach / 2, 0, reach / 2, reach],
    format: (v) => `${v > 0 ? '+' : ''}${(v * 100).toFixed(1)}`,
  };
  const parts = [
    `<text x="70" y="32" font-size="18" font-weight="600">Lesions found by the ${all.topK} best boxes of their ` +
      'image, against the IoU that counts as found</text>',
    drawArms(main, all.points),
    drawPaper(main),
    legend(main.x + 14, main.y + main.height - 82),
    drawFrame(difference),
    drawCurve(difference, all.points, (point) => point.difference, COLOURS.difference),
    ...clusters.map((cluster, index) =>
      drawArms(
        {
          ...share,
          ticks: [0, 0.5, 1],
          x: 50 + (index % perRow) * small,
          y: 440 + Math.floor(index / perRow) * 220,
          width: small - 45,
          height: 130,
          title: cluster.label,
          note: `${cluster.lesions.toLocaleString('en')} lesions`,
        },
        cluster.points,
      ),
    ),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" ` +
      `height="${height}" ${FONT} fill="#222">`,
    '<title>Accuracy against IoU threshold, single-class and multi-class detectors</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** The half range of the difference's axis: a round number of points that holds every interval. */
function differenceReach(points: readonly ComparisonPoint[]): number {
  const most = Math.max(
    ...points.flatMap(({ difference: { low, high, value } }) => [low, high, value].map((v) => Math.abs(v ?? 0))),
  );
  return [0.02, 0.04, 0.06, 0.1, 0.2, 0.4].find((reach) => most <= reach) ?? 1;
}

function drawArms(panel: Panel, points: readonly ComparisonPoint[]): string {
  return [
    drawFrame(panel),
    drawCurve(panel, points, (point) => point.single, COLOURS.single),
    drawCurve(panel, points, (point) => point.multi, COLOURS.multi),
  ].join('\n');
}

const xOf = ({ x, width }: Panel, iouThreshold: number): number => x + width * iouThreshold;
const yOf = ({ y, height, low, high }: Panel, value: number): number =>
  y + height * (1 - (Math.min(high, Math.max(low, value)) - low) / (high - low));

function drawFrame(panel: Panel): string {
  const { x, y, width, height, ticks, format, title, note } = panel;
  const size = height > 200 ? 12 : 10;
  const lines = ticks.map((tick) => {
    const at = yOf(panel, tick).toFixed(1);
    return (
      `<line x1="${x}" x2="${x + width}" y1="${at}" y2="${at}" stroke="${tick === 0 ? '#999' : '#ddd'}"/>` +
      `<text x="${x - 6}" y="${at}" dy="0.32em" font-size="${size}" text-anchor="end">${format(tick)}</text>`
    );
  });
  const thresholds = [0, 0.25, 0.5, 0.75, 1].map((tick) => {
    const at = xOf(panel, tick).toFixed(1);
    return `<text x="${at}" y="${y + height + 16}" font-size="${size}" text-anchor="middle">${tick}</text>`;
  });
  return [
    `<text x="${x}" y="${y - (note ? 24 : 10)}" font-size="${note ? 11 : size + 2}" ` +
      `font-weight="600">${escapeText(title)}</text>`,
    ...(note ? [`<text x="${x}" y="${y - 10}" font-size="11" fill="#555">${escapeText(note)}</text>`] : []),
    ...lines,
    ...thresholds,
    `<text x="${x + width / 2}" y="${y + height + 32}" font-size="${size}" text-anchor="middle">IoU threshold</text>`,
  ].join('\n');
}

/** A line with its band; points without a value are omitted. */
function drawCurve(
  panel: Panel,
  points: readonly ComparisonPoint[],
  estimateOf: (point: ComparisonPoint) => Estimate,
  colour: string,
): string {
  const known = points.flatMap((point) => {
    const { value, low, high } = estimateOf(point);
    return value === null ? [] : [{ x: xOf(panel, point.iouThreshold), value, low: low ?? value, high: high ?? value }];
  });
  if (known.length === 0) return '';
  const place = (x: number, value: number): string => `${x.toFixed(1)},${yOf(panel, value).toFixed(1)}`;
  const band = [...known.map(({ x, high }) => place(x, high)), ...known.map(({ x, low }) => place(x, low)).reverse()];
  return (
    `<polygon points="${band.join(' ')}" fill="${colour}" fill-opacity="0.2"/>` +
    `<polyline points="${known.map(({ x, value }) => place(x, value)).join(' ')}" fill="none" stroke="${colour}" ` +
    'stroke-width="2"/>'
  );
}

/** The paper's two figures, hollow: another data set, other detectors. */
function drawPaper(panel: Panel): string {
  const x = xOf(panel, PAPER.iouThreshold).toFixed(1);
  return (['single', 'multi'] as const)
    .map((arm) => {
      const y = yOf(panel, PAPER[arm]).toFixed(1);
      return `<circle cx="${x}" cy="${y}" r="4" fill="#fff" stroke="${COLOURS[arm]}" stroke-width="2"/>`;
    })
    .join('\n');
}

function legend(x: number, y: number): string {
  const entry = (offset: number, colour: string, text: string): string =>
    `<line x1="${x}" x2="${x + 28}" y1="${y + offset}" y2="${y + offset}" stroke="${colour}" stroke-width="3"/>` +
    `<text x="${x + 36}" y="${y + offset}" dy="0.32em" font-size="13">${text}</text>`;
  return [
    entry(0, COLOURS.multi, 'multi-class (pseudo-clusters)'),
    entry(20, COLOURS.single, 'single-class'),
    `<text x="${x}" y="${y + 42}" font-size="12" fill="#555">bands: 95 %</text>`,
    `<circle cx="${x + 5}" cy="${y + 58}" r="4" fill="none" stroke="#555" stroke-width="2"/>`,
    `<text x="${x + 16}" y="${y + 62}" font-size="12" fill="#555">the paper, real DeepLesion</text>`,
  ].join('\n');
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
