// `node scripts/makeExamples.mjs`, after `npm run build`: makes the three phantom slices that the page "Try it" offers,
// with small pictures of them.
// They are slices of the demo data set in steps of 8 HU, less than their noise: that halves the files.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants } from 'node:zlib';
import { PNG } from 'pngjs';

const require = createRequire(import.meta.url);
const { generatePhantoms } = require('../dist/phantom');
const { renderSlice } = require('../dist/imaging');
const target = fileURLToPath(new URL('../web/app/pages/try/examples/', import.meta.url));

/** Of the demo's test split; `pages/try/examples.ts` has their names and pixel spacings. */
const SLICES = [
  { patient: 21, file: '000021_02_01/028.png', name: 'phantom-lung', window: { center: -600, width: 1500 } },
  { patient: 34, file: '000034_02_02/082.png', name: 'phantom-abdomen', window: { center: 40, width: 400 } },
  { patient: 47, file: '000047_01_01/032.png', name: 'phantom-pelvis', window: { center: 40, width: 400 } },
];
const SEED = 1;
const STEP_HU = 8;
const HOUNSFIELD_OFFSET = 32768;
const THUMBNAIL_SIZE = 192;
/** The filter of PNG with the smallest files here. */
const PAETH = 4;

const folder = mkdtempSync(join(tmpdir(), 'deeplesion-examples-'));
try {
  for (const { patient, file, name, window } of SLICES) {
    const outDir = join(folder, String(patient));
    await generatePhantoms({ seed: SEED, firstPatient: patient, patients: 1, neighbours: 0, outDir });
    const { width, height, data } = PNG.sync.read(readFileSync(join(outDir, 'Images_png', file)), {
      skipRescale: true,
    });
    // Four channels of 16 bits, of which the first is the grey.
    const grey = Uint16Array.from({ length: width * height }, (_, pixel) => {
      return Math.round(data[4 * pixel] / STEP_HU) * STEP_HU;
    });
    const options = { width, height, bitDepth: 16, colorType: 0, inputColorType: 0, inputHasAlpha: false };
    const png = new PNG(options);
    png.data = Buffer.from(grey.buffer);
    const bytes = PNG.sync.write(png, {
      ...options,
      deflateLevel: 9,
      deflateStrategy: constants.Z_FILTERED,
      filterType: PAETH,
    });
    writeFileSync(join(target, `${name}.png`), bytes);
    const hounsfield = Int16Array.from(grey, (value) => value - HOUNSFIELD_OFFSET);
    const small = { window: { ...window, function: 'LINEAR' }, size: THUMBNAIL_SIZE };
    writeFileSync(join(target, `${name}-small.png`), await renderSlice({ width, height, hounsfield }, small));
    console.log(`${name}: ${bytes.length} bytes`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
