import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import {
  decodePng16,
  decodePng16Here,
  InvalidImage,
  type InvalidImageReason,
  MAX_FILE_BYTES,
  type SliceDecoder,
} from '../../src/imaging';
import { encodeHounsfield, encodeStored, PNG_SIGNATURE, pngChunk, pngHeader } from './png';
import { describeWithRealData, realSlices } from './realData';

const END = pngChunk('IEND', Buffer.alloc(0));

/** A second, independent decoder. */
function decodeOtherwise(bytes: Buffer): Int16Array {
  const rgba: ArrayLike<number> = PNG.sync.read(bytes, { skipRescale: true }).data;
  const hounsfield = new Int16Array(rgba.length / 4);
  for (let i = 0; i < hounsfield.length; i++) hounsfield[i] = rgba[4 * i]! - 32768;
  return hounsfield;
}

async function refusal(decode: SliceDecoder, bytes: Buffer): Promise<InvalidImage> {
  const thrown = await decode(bytes, '000001_01_01_109.png').catch((error: unknown) => error);
  if (!(thrown instanceof InvalidImage)) throw new Error(`expected InvalidImage, got ${String(thrown)}`);
  return thrown;
}

const NAME = '000001_01_01_109.png';
const DECODERS: [string, SliceDecoder][] = [
  ['decodePng16', decodePng16],
  ['decodePng16Here', decodePng16Here],
];

describe.each(DECODERS)('%s', (_, decode) => {
  it('keeps all 65,536 values exactly, as another decoder has them', async () => {
    const stored = Uint16Array.from({ length: 65536 }, (_, value) => value);
    const bytes = encodeStored(stored, 256, 256);
    const { width, height, hounsfield } = await decode(bytes, NAME);
    expect([width, height]).toEqual([256, 256]);
    expect(hounsfield).toEqual(Int16Array.from(stored, (value) => value - 32768));
    expect(hounsfield).toEqual(decodeOtherwise(bytes));
  });

  it('reads slices of 768 × 768 and 1024 × 1024, and pictures that are not square', async () => {
    for (const [width, height] of [
      [768, 768],
      [1024, 1024],
      [3, 1],
      [1, 5],
      [2048, 2048],
    ] as const) {
      const slice = await decodePng16(encodeHounsfield(width, height, (x, y) => ((x * 31 + y * 17) % 4096) - 1024));
      expect([slice.width, slice.height, slice.hounsfield.length]).toEqual([width, height, width * height]);
      expect(slice.hounsfield.at(-1)).toBe((((width - 1) * 31 + (height - 1) * 17) % 4096) - 1024);
    }
  });

  it('ignores a colour profile, an orientation, a gamma and text', async () => {
    const orientation = pngChunk('eXIf', Buffer.from('4d4d002a00000008000101120003000000010006000000000000', 'hex'));
    const gamma = pngChunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f]));
    const text = pngChunk('tEXt', Buffer.from('Comment\0hello', 'latin1'));
    const profile = pngChunk('iCCP', Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(Buffer.alloc(200))]));
    const stored = Uint16Array.from({ length: 6 }, (_, i) => i * 13000);
    const plain = await decode(encodeStored(stored, 3, 2), NAME);
    for (const extra of [orientation, gamma, text, profile]) {
      expect(await decode(encodeStored(stored, 3, 2, [extra]), NAME)).toEqual(plain);
    }
  });

  const grey8 = Buffer.concat([PNG_SIGNATURE, pngHeader(2, 1, 8), pngChunk('IDAT', deflateSync(Buffer.alloc(3))), END]);
  const rgb16 = Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(2, 1, 16, 2),
    pngChunk('IDAT', deflateSync(Buffer.alloc(13))),
    END,
  ]);
  const good = encodeHounsfield(64, 64, (x, y) => (x * y) % 1000);
  const flipped = Buffer.from(good);
  flipped[60]! ^= 4;
  const shortData = Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(64, 64),
    pngChunk('IDAT', deflateSync(Buffer.alloc(100))),
    END,
  ]);
  const bomb = Buffer.concat([
    PNG_SIGNATURE,
    pngHeader(16383, 16383),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1_000_000))),
    END,
  ]);
  const transparent = encodeStored(Uint16Array.of(1, 2), 2, 1, [pngChunk('tRNS', Buffer.from([0, 1]))]);

  it.each<[string, Buffer, InvalidImageReason, RegExp]>([
    [
      'an empty file',
      Buffer.alloc(0),
      'EMPTY',
      /^Expected a 16-bit greyscale PNG, but 000001_01_01_109\.png is empty\.$/,
    ],
    ['a text file', Buffer.from('not a picture at all, but long enough to be one'), 'NOT_PNG', /is not a PNG file/],
    [
      'an SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'NOT_PNG',
      /is not a PNG file/,
    ],
    [
      'a GIF',
      Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64'),
      'NOT_PNG',
      /is not a PNG file/,
    ],
    ['half a header', good.subarray(0, 20), 'TRUNCATED', /ends after 20 bytes, inside its header/],
    ['an 8-bit PNG', grey8, 'NOT_16_BIT', /has 8 bits a pixel/],
    ['an RGB PNG', rgb16, 'NOT_GREYSCALE', /is RGB/],
    ['a transparent grey', transparent, 'NOT_GREYSCALE', /transparent/],
    ['a cut file', good.subarray(0, good.length - 40), 'TRUNCATED', /is truncated/],
    ['a flipped bit', flipped, 'CORRUPT', /checksum/],
    ['too few pixels behind a right checksum', shortData, 'CORRUPT', /is damaged/],
    ['a size of 0', Buffer.concat([PNG_SIGNATURE, pngHeader(0, 5), END]), 'CORRUPT', /0 × 5/],
    [
      'a decompression bomb',
      bomb,
      'TOO_MANY_PIXELS',
      /Expected at most 4194304 pixels \(2048 × 2048\), but .* has 16383 × 16383/,
    ],
    ['too many bytes', Buffer.alloc(MAX_FILE_BYTES + 1), 'TOO_MANY_BYTES', /at most 16777216 bytes/],
  ])('refuses %s and says why', async (_, bytes, reason, message) => {
    const error = await refusal(decode, bytes);
    expect(error).toMatchObject({ reason, code: 'BAD_USER_INPUT' });
    expect(error.message).toMatch(message);
  });

  it('goes on decoding after it refused a file', async () => {
    await Promise.allSettled(Array.from({ length: 20 }, () => decode(flipped, NAME)));
    expect((await decode(good, NAME)).hounsfield[65]).toBe(1);
  });

  it('decodes many at once without mixing them up', async () => {
    const slices = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        decode(
          encodeHounsfield(40, 30, () => i),
          NAME,
        ),
      ),
    );
    expect(slices.map((slice) => [...new Set(slice.hounsfield)])).toEqual(slices.map((_, i) => [i]));
  });

  it('refuses a mutated file or decodes it exactly, whatever was cut, flipped or spliced', async () => {
    const seeds = [8, 17, 33].map((side) => encodeHounsfield(side, side, (x, y) => (x * 977 + y * 331) % 3000));
    const exact = await Promise.all(seeds.map((bytes) => decode(bytes, NAME)));
    const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const mutation = fc.record({
      seed: fc.nat(2),
      kind: fc.constantFrom('flip', 'cut', 'splice', 'drop'),
      from: place,
      to: place,
      bit: fc.nat(7),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ seed, kind, from, to, bit }) => {
        const whole = seeds[seed]!;
        const a = Math.floor(from * whole.length);
        const b = Math.floor(to * whole.length);
        const bytes = Buffer.from(whole);
        if (kind === 'flip') bytes[a]! ^= 1 << bit;
        const mutant = {
          flip: bytes,
          cut: bytes.subarray(0, a),
          splice: Buffer.concat([
            bytes.subarray(0, a),
            bytes.subarray(Math.min(a, b), Math.max(a, b)),
            bytes.subarray(a),
          ]),
          drop: Buffer.concat([bytes.subarray(0, Math.min(a, b)), bytes.subarray(Math.max(a, b))]),
        }[kind];
        const outcome = await decode(mutant, NAME).catch((error: unknown) => error);
        if (!(outcome instanceof InvalidImage)) expect(outcome).toEqual(exact[seed]);
      }),
      { numRuns: 600 },
    );
  });
});

/** Rows filtered as the PNG specification (section 9) writes its formulas; 16 bits a sample. */
function filterRows(rows: readonly Buffer[], filters: readonly number[]): Buffer {
  const filtered = rows.map((row, y) => {
    const left = (x: number, from: Buffer | undefined): number => (x < 2 ? 0 : (from?.[x - 2] ?? 0));
    const predictors = [
      () => 0,
      (x: number) => left(x, row),
      (x: number) => rows[y - 1]?.[x] ?? 0,
      (x: number) => Math.floor((left(x, row) + (rows[y - 1]?.[x] ?? 0)) / 2),
      (x: number) => {
        const [a, b, c] = [left(x, row), rows[y - 1]?.[x] ?? 0, left(x, rows[y - 1])];
        const p = a + b - c;
        const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      },
    ];
    const filter = filters[y]!;
    return Buffer.from([filter, ...row.map((value, x) => value - predictors[filter]!(x))]);
  });
  return Buffer.concat(filtered);
}

describe.each(DECODERS)('%s of filtered rows', (_, decode) => {
  it('undoes every filter of PNG, in any order', async () => {
    const picture = fc.integer({ min: 1, max: 9 }).chain((width) =>
      fc.array(
        fc.record({
          filter: fc.nat(4),
          row: fc.uint8Array({ minLength: 2 * width, maxLength: 2 * width }).map((bytes) => Buffer.from(bytes)),
        }),
        { minLength: 1, maxLength: 9 },
      ),
    );
    await fc.assert(
      fc.asyncProperty(picture, async (lines) => {
        const rows = lines.map(({ row }) => row);
        const width = rows[0]!.length / 2;
        const idat = pngChunk(
          'IDAT',
          deflateSync(
            filterRows(
              rows,
              lines.map(({ filter }) => filter),
            ),
          ),
        );
        const slice = await decode(Buffer.concat([PNG_SIGNATURE, pngHeader(width, rows.length), idat, END]), NAME);
        const stored = Buffer.concat(rows);
        expect([...slice.hounsfield]).toEqual(
          Array.from({ length: stored.length / 2 }, (_, i) => stored.readUInt16BE(2 * i) - 32768),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describeWithRealData('every decoder on the published slices', () => {
  const paths = realSlices();
  /** The other decoder takes longer than both of ours. */
  const others = new Map<string, Buffer>();
  beforeAll(() => {
    for (const path of paths) others.set(path, Buffer.from(decodeOtherwise(readFileSync(path)).buffer));
  });

  it.each(DECODERS)('%s agrees with another decoder on every pixel of every slice', async (_, decode) => {
    expect(paths).toHaveLength(29);
    for (const path of paths) {
      const { hounsfield } = await decode(readFileSync(path), NAME);
      const pixels = Buffer.from(hounsfield.buffer, hounsfield.byteOffset, hounsfield.byteLength);
      expect(pixels.equals(others.get(path)!)).toBe(true);
    }
  });
});
