import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { encode } from '@cornerstonejs/dicom-codec';
import fc from 'fast-check';
import { decodePng16 } from '../../src/imaging';
import { UploadRefused } from '../../src/uploads';
import { readDicomSlice } from '../../src/uploads/dicomSlice';
import { readZip } from '../../src/uploads/readZip';
import { type DicomOptions, dicomFile, EXPLICIT, encodeElements, IMPLICIT, us, words } from './dicomFile';
import { jpegLosslessFrame } from './jpegLosslessFrame';
import { rleFrame } from './rleFrame';
import { zipFile } from './zipFile';

/*
 * What can be noticed of damage, and what cannot. A zip has a checksum for each file: no damage of it is missed. A
 * compressed frame has none: what changes the number of its pixels, its size or its end is noticed, and a changed byte
 * within a run or a packet is another picture. A DICOM header has none either: a digit of Rescale Slope that has become
 * another digit is another slope.
 */

/** The writer of JPEG 2000 takes no smaller slice. */
const SIDE = 32;
const DEFLATED = '1.2.840.10008.1.2.1.99';
const RLE = '1.2.840.10008.1.2.5';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const SYNTAXES = { EXPLICIT, IMPLICIT, DEFLATED, RLE, JPEG_LOSSLESS, JPEG_LS, JPEG_2000 };
type Syntax = keyof typeof SYNTAXES;

// The decoder of JPEG 2000 tells all that it does.
beforeAll(() => jest.spyOn(console, 'log').mockImplementation(() => undefined));
afterAll(() => jest.restoreAllMocks());

/** @returns undefined where the pixels are not compressed */
async function frameOf(syntax: Syntax, stored: readonly number[], isSigned: boolean): Promise<Uint8Array | undefined> {
  if (syntax === 'RLE') return rleFrame(stored);
  if (syntax === 'JPEG_LOSSLESS') return jpegLosslessFrame(stored, SIDE, SIDE);
  if (syntax !== 'JPEG_LS' && syntax !== 'JPEG_2000') return undefined;
  const info = { rows: SIDE, columns: SIDE, bitsAllocated: 16, samplesPerPixel: 1, signed: isSigned };
  const frame = new Uint8Array(words(stored));
  const { imageFrame } = await encode(frame, { ...info, pixelRepresentation: isSigned ? 1 : 0 }, SYNTAXES[syntax]);
  return imageFrame;
}

function fileOf(syntax: Syntax, options: DicomOptions): Buffer {
  const transferSyntax = SYNTAXES[syntax];
  const whole = dicomFile({ rows: SIDE, columns: SIDE, ...options, transferSyntax });
  if (syntax !== 'DEFLATED') return whole;
  const metaEnd = 132 + 12 + encodeElements([['00020010', 'UI', transferSyntax]]).length;
  return Buffer.concat([whole.subarray(0, metaEnd), deflateRawSync(whole.subarray(metaEnd))]);
}

const hounsfieldOf = async (file: Buffer): Promise<number[]> => [...(await readDicomSlice(file)).slice.hounsfield];

/** Pixels, or the reason of a refusal; anything else that is thrown fails the test. */
async function outcomeOf(read: () => Promise<number[]>): Promise<number[] | string> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof UploadRefused) return thrown.reason;
    throw thrown;
  }
}

/** Values from the lowest to the highest that the bits hold, both among them. */
function valuesOf(bitsStored: number, isSigned: boolean): { values: number[]; lowest: number; highest: number } {
  const lowest = isSigned ? -(2 ** (bitsStored - 1)) : 0;
  const highest = lowest + 2 ** bitsStored - 1;
  const last = SIDE * SIDE - 1;
  const values = Array.from(
    { length: last + 1 },
    (_, index) => lowest + Math.round(((highest - lowest) * index) / last),
  );
  return { values, lowest, highest };
}

const RESCALES = [
  { slope: 1, intercept: -1024 },
  { slope: 0.5, intercept: 10.25 },
  { slope: -1, intercept: 0 },
  { slope: 2, intercept: -32_768 },
];

describe('every combination of how a slice may be written', () => {
  it.each(Object.keys(SYNTAXES) as Syntax[])('in %s gives the exact HU', async (syntax) => {
    for (const bitsStored of [1, 8, 10, 12, 13, 15, 16])
      for (const isSigned of [false, true]) {
        const { values, lowest, highest } = valuesOf(bitsStored, isSigned);
        const frame = await frameOf(syntax, values, isSigned);
        const paddings = [undefined, [lowest, lowest], [highest, highest], [highest, highest - (highest >> 2)]];
        for (const { slope, intercept } of RESCALES)
          for (const padding of paddings) {
            const change: DicomOptions['change'] = {
              '00280101': us(bitsStored),
              '00280102': us(bitsStored - 1),
              '00280103': us(isSigned ? 1 : 0),
              '00281052': String(intercept),
              '00281053': String(slope),
              '00280120': padding ? us((padding[0] ?? 0) & 0xffff) : null,
              '00280121': padding ? us((padding[1] ?? 0) & 0xffff) : null,
            };
            const expected = values.map((value) => {
              if (padding && value >= Math.min(...padding) && value <= Math.max(...padding)) return -1024;
              return Math.min(32_767, Math.max(-32_768, Math.round(value * slope + intercept))) + 0;
            });
            const hounsfield = await hounsfieldOf(fileOf(syntax, { pixels: values, frame, change }));
            expect({ bitsStored, isSigned, slope, padding, hounsfield }).toEqual({
              bitsStored,
              isSigned,
              slope,
              padding,
              hounsfield: expected,
            });
          }
      }
  });

  it.each(Object.keys(SYNTAXES) as Syntax[])('in %s is refused where words are not of 16 bits', async (syntax) => {
    const { values } = valuesOf(8, false);
    const frame = await frameOf(syntax, values, false);
    for (const allocated of [1, 8, 12, 32, 64]) {
      const change = { '00280100': us(allocated), '00280101': us(8), '00280102': us(7) };
      const file = fileOf(syntax, { pixels: values, frame, change });
      expect(await outcomeOf(() => hounsfieldOf(file))).toBe('BIT_DEPTH');
    }
  });
});

describe('a damaged slice', () => {
  const stored = Array.from({ length: SIDE * SIDE }, (_, index) => (index % 9 < 4 ? 500 : 900 + 17 * (index % 1000)));
  const expected = stored.map((value) => value - 1024);
  const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const at = (bytes: Uint8Array, share: number): number => Math.floor(share * bytes.length);
  const flipped = (bytes: Uint8Array, share: number, bit: number): Buffer => {
    const damaged = Buffer.from(bytes);
    damaged[at(bytes, share)]! ^= 1 << bit;
    return damaged;
  };

  it.each(Object.keys(SYNTAXES) as Syntax[])('in %s that breaks off is refused', async (syntax) => {
    const frame = await frameOf(syntax, stored, true);
    const file = fileOf(syntax, { pixels: stored, frame });
    await fc.assert(
      fc.asyncProperty(place, async (share) => {
        expect(
          typeof (await outcomeOf(() => hounsfieldOf(file.subarray(0, 140 + at(file.subarray(140), share))))),
        ).toBe('string');
      }),
      { numRuns: 100 },
    );
  });

  it.each(['RLE', 'JPEG_LOSSLESS', 'JPEG_LS', 'JPEG_2000'] as const)(
    'whose frame of %s breaks off is refused',
    async (syntax) => {
      const frame = (await frameOf(syntax, stored, true)) ?? new Uint8Array();
      const step = Math.ceil(frame.length / 100);
      for (let length = 2; length < frame.length - 2; length += step) {
        const file = fileOf(syntax, { frame: frame.subarray(0, length) });
        expect({ length, outcome: await outcomeOf(() => hounsfieldOf(file)) }).toEqual({
          length,
          outcome: 'PIXEL_DATA_UNREADABLE',
        });
      }
    },
  );

  it('whose RLE header has any other bit is refused', async () => {
    const frame = rleFrame(stored);
    for (let bit = 0; bit < 12 * 8; bit++) {
      const damaged = Buffer.from(frame);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      const outcome = await outcomeOf(() => hounsfieldOf(fileOf('RLE', { frame: damaged })));
      expect({ bit, outcome }).toEqual({ bit, outcome: 'PIXEL_DATA_UNREADABLE' });
    }
  });

  it.each(Object.keys(SYNTAXES) as Syntax[])(
    'in %s is refused or has as many pixels as it says, whatever bit is another',
    async (syntax) => {
      const frame = await frameOf(syntax, stored, true);
      const file = fileOf(syntax, { pixels: stored, frame });
      await fc.assert(
        fc.asyncProperty(place, fc.nat(7), async (share, bit) => {
          const damaged = flipped(file, share, bit);
          const outcome = await outcomeOf(async () => {
            const { slice, width, height } = await readDicomSlice(damaged);
            expect([slice.width, slice.height, slice.hounsfield.length]).toEqual([width, height, width * height]);
            return [...slice.hounsfield];
          });
          expect(outcome.length).toBeGreaterThan(0);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('in a zip is refused or has the same pixels, whatever bit is another and wherever it breaks off', async () => {
    const zip = zipFile([{ name: 'series/IM1', bytes: fileOf('RLE', { frame: rleFrame(stored) }) }]);
    const damages = fc.oneof(
      fc.tuple(place, fc.nat(7)).map(([share, bit]) => flipped(zip, share, bit)),
      place.map((share) => zip.subarray(0, at(zip, share))),
    );
    await fc.assert(
      fc.asyncProperty(damages, async (damaged) => {
        const outcome = await outcomeOf(() => zippedHounsfieldOf(damaged));
        if (typeof outcome !== 'string') expect(outcome).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});

/** Of the first slice of a zip. */
async function zippedHounsfieldOf(zip: Buffer): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-damage-'));
  try {
    const bodyPath = join(folder, 'body');
    const outputFolder = join(folder, 'series');
    mkdirSync(outputFolder);
    writeFileSync(bodyPath, zip);
    const numbers = { maxModelBytes: 1e6, pixelSpacingMm: null, sliceIntervalMm: null };
    await readZip({ bodyPath, type: 'ZIP', outputFolder, modelFolder: join(folder, 'model'), ...numbers });
    return [...(await decodePng16(readFileSync(join(outputFolder, '001.png')))).hounsfield];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
