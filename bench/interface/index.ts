/**
 * The interface in headless Chromium against its budgets, beside GraphiQL on the same server in the same run: bytes, how
 * soon pages are drawn, and how long actions take. Medians of 5. Where the real validation rows and slices are missing
 * (`DEEPLESION_FIXTURES`), the rows that need them say so. It fails if a budget is exceeded.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { chromium } from 'playwright-core';
import { CHROMIUM, startBrowserBed } from '../../test/browser/bed';
import { BYTE_BUDGETS, interfaceBytes } from '../../test/builtInterface';
import { explorerRows, figureRow, pageRows, reviewRow, sliceRows } from './actions';
import { findIds } from './demo';
import type { Row } from './row';

export async function main(): Promise<void> {
  const bed = await startBrowserBed();
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const ids = await findIds(bed.origin);
    const server = { browser, origin: bed.origin, ids, hasRealData: bed.hasRealData };
    printHead(browser.version());
    let exceeded = 0;
    for (const measure of [byteRows, pageRows, sliceRows, explorerRows, reviewRow, figureRow]) {
      const rows = await measure(server);
      for (const row of rows) print(row);
      exceeded += rows.filter(isOver).length;
    }
    if (exceeded > 0) throw new Error(`${exceeded} budgets are exceeded.`);
  } finally {
    await browser.close();
    await bed.stop();
  }
}

async function byteRows(): Promise<Row[]> {
  const { first, lazy, viewer, viewerTools, figure, embed } = interfaceBytes();
  const [page, most] = [...lazy].reduce((largest, one) => (one[1] > largest[1] ? one : largest));
  const row = (what: string, value: number, budget: number): Row => ({
    what: `${what}, gzipped`,
    unit: 'kB',
    value: value / 1000,
    budget: budget / 1000,
  });
  return [
    row('first load', first, BYTE_BUDGETS.first),
    row(`the largest page that comes later (${page.replace(/^app\/pages\//, '')})`, most, BYTE_BUDGETS.lazy),
    row('viewer: what draws the first slice', viewer, BYTE_BUDGETS.viewer),
    row('viewer: its tools, which come after it', viewerTools, BYTE_BUDGETS.viewerTools),
    row('figure', figure, BYTE_BUDGETS.figure),
    row('figure for other pages, with React', embed, BYTE_BUDGETS.embed),
  ];
}

function printHead(version: string): void {
  console.log(
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, load ${loadavg()[0]?.toFixed(1)}, ` +
      `Node ${process.version}, Chromium ${version}\n`,
  );
  console.log('| | budget | interface | GraphiQL | |\n|---|---|---|---|---|');
}

const isOver = ({ value, budget }: Row): boolean => value !== null && value > budget;

function print(row: Row): void {
  const text = (one: number | null | undefined): string => (one == null ? '–' : `${digits(one)} ${row.unit}`.trim());
  const verdict = row.value === null ? 'needs the real data' : isOver(row) ? '**over**' : 'ok';
  console.log(`| ${row.what} | ${text(row.budget)} | ${text(row.value)} | ${text(row.base)} | ${verdict} |`);
}

/** Three digits say enough. */
const digits = (value: number): string => {
  if (value === 0) return '0';
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
};
