// `npm run screenshots [-- NAME …]`: makes the pictures of docs/interface.md (docs/pages/*.webp) from the demo alone, on a server of
// its own; with names, only those of these pages. They change where the interface, the demo or the day of its import changes.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { prepare } from './prepare.mjs';
import { findDemo, pagesOf, untilStill } from './screenshotPages.mjs';

const FOLDER = fileURLToPath(new URL('../docs/pages', import.meta.url));
/** All pictures together stay below 1.5 MB. */
const MOST_BYTES = 45_000;
/** A page without CT slices has few colours, and is kept sharp. */
const FEW_COLOURS = 96;
/** The first one that makes a file small enough is taken. */
const QUALITIES = [80, 65, 50, 35, 20, 10];
const SCREENS = [
  { suffix: '', viewport: { width: 1280, height: 860 }, of: () => true },
  { suffix: '-phone', viewport: { width: 390, height: 844 }, of: ({ phone }) => phone },
];

await prepare();
const require = createRequire(import.meta.url);
require('./typescriptHook.cjs');
const { runCommand, startProduct } = require('../test/e2e/product.ts');

const names = process.argv.slice(2);
/** Of an operator, made when it is needed first. */
let key;
const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-screenshots-'));
const product = await startProduct({ DATA_DIR: dataDir });
try {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
  try {
    mkdirSync(FOLDER, { recursive: true });
    if (names.length === 0) for (const old of readdirSync(FOLDER)) rmSync(join(FOLDER, old));
    const all = pagesOf(await findDemo((query) => product.query(query)));
    const pages = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
    for (const page of pages) await photograph(browser, page);
  } finally {
    await browser.close();
  }
} finally {
  await product.stop('SIGTERM');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

async function operatorKey() {
  const words = ['key', 'create', '--name', 'Dr Example', '--role', 'operator'];
  key ??= /^dl_[\w-]+$/m.exec((await runCommand(words, { DATA_DIR: dataDir })).output)[0];
  return key;
}

/** One page, light and dark, on the screens that it is shown on. */
async function photograph(browser, shown) {
  for (const { suffix, viewport } of SCREENS.filter(({ of }) => of(shown))) {
    for (const theme of ['light', 'dark']) {
      const context = await browser.newContext({
        baseURL: product.origin,
        viewport,
        colorScheme: theme,
        reducedMotion: 'reduce',
        timezoneId: 'UTC',
      });
      if (shown.hasKey)
        await context.addInitScript((text) => sessionStorage.setItem('deeplesion.key', text), await operatorKey());
      const page = await context.newPage();
      await page.goto(shown.path);
      await shown.ready(page);
      await untilStill(page);
      const name = `${shown.name}${suffix}-${theme}.webp`;
      writeFileSync(join(FOLDER, name), await compress(await page.screenshot()));
      console.log(name);
      await context.close();
    }
  }
}

async function compress(png) {
  const quantized = await sharp(png).png({ palette: true, colours: FEW_COLOURS, dither: 0 }).toBuffer();
  const sharpFile = await sharp(quantized).webp({ lossless: true, effort: 6 }).toBuffer();
  if (sharpFile.length <= MOST_BYTES) return sharpFile;
  for (const quality of QUALITIES) {
    const file = await sharp(png).webp({ quality, effort: 6, smartSubsample: true }).toBuffer();
    if (file.length <= MOST_BYTES) return file;
  }
  throw new Error(`A page takes more than ${MOST_BYTES} bytes.`);
}
