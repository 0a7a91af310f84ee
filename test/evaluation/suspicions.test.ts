import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { findSuspicions, type StatedBoxes, type Suspicion } from '../../src/evaluation';

type Box = readonly [number, number, number, number];
/** The boxes of each image in the order of file names. */
type Images = readonly (readonly Box[])[];

/** A generator of numbers that is the same each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function packed(images: Images): { offsets: Int32Array; boxes: Float64Array } {
  const offsets = new Int32Array(images.length + 1);
  for (const [i, boxes] of images.entries()) offsets[i + 1] = offsets[i]! + boxes.length;
  return { offsets, boxes: Float64Array.from(images.flat(2)) };
}

function stated(lesions: Images, found: Images, boxConvention: StatedBoxes['boxConvention'] = 'XYXY', offsetPx = 0) {
  const [truth, boxes] = [packed(lesions), packed(found)];
  return findSuspicions({
    ...{ lesionOffsets: truth.offsets, lesionBoxes: truth.boxes, boxOffsets: boxes.offsets, numbers: boxes.boxes },
    ...{ boxConvention, offsetPx },
  });
}

/** What a detector finds: most lesions, each displaced at random, and two boxes elsewhere. */
function detect(lesions: Images, random: () => number, noisePx: number): Box[][] {
  const noise = (): number => noisePx * Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  return lesions.map((ofImage) => {
    const hits = ofImage.filter(() => random() > 0.3).map((box) => box.map((edge) => edge + noise()) as unknown as Box);
    const elsewhere = [0, 1].map((): Box => {
      const [x, y, side] = [400 * random(), 400 * random(), 10 + 60 * random()];
      return [x, y, x + side, y + side];
    });
    return [...hits, ...elsewhere].slice(0, 5);
  });
}

/** Lesions of one to two centimetres anywhere in images of 512 × 512 pixels. */
function lesionsOf(images: number, random: () => number): Box[][] {
  return Array.from({ length: images }, () => {
    const [x, y] = [450 * random(), 450 * random()];
    return [[x, y, x + 12 + 30 * random(), y + 12 + 30 * random()]];
  });
}

const each = (change: (box: Box) => Box) => (images: Images) => images.map((boxes) => boxes.map(change));
const turned = (by: number) => (images: Images) =>
  images.map((_, i) => images[(i + by + images.length) % images.length]!);

/** A fault, and what is said of it. */
const FAULTS: [string, (images: Images) => Images, Pick<Suspicion, 'kind' | 'correction'>][] = [
  ['one pixel too far', each(([a, b, c, d]) => [a + 1, b + 1, c + 1, d + 1]), { kind: 'SHIFTED', correction: -1 }],
  ['one pixel too near', each(([a, b, c, d]) => [a - 1, b - 1, c - 1, d - 1]), { kind: 'SHIFTED', correction: 1 }],
  ['half the size', each(([a, b, c, d]) => [a / 2, b / 2, c / 2, d / 2]), { kind: 'SCALED', correction: 2 }],
  ['twice the size', each(([a, b, c, d]) => [2 * a, 2 * b, 2 * c, 2 * d]), { kind: 'SCALED', correction: 0.5 }],
  ['x and y swapped', each(([a, b, c, d]) => [b, a, d, c]), { kind: 'SWAPPED_AXES', correction: 0 }],
  ['XYWH for XYXY', each(([a, b, c, d]) => [a, b, c - a, d - b]), { kind: 'OTHER_BOX_CONVENTION', correction: 0 }],
  ['boxes of the next image', turned(1), { kind: 'OTHER_IMAGES', correction: -1 }],
  ['boxes of the image before', turned(-1), { kind: 'OTHER_IMAGES', correction: 1 }],
];

describe('boxes that were made elsewhere', () => {
  it('that are right raise no suspicion, however noisy and however few they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 0, max: 120 }),
        fc.constantFrom(0, 1, 4, 12),
        (seed, count, noise) => {
          const random = generator(seed);
          const lesions = lesionsOf(count, random);
          expect(stated(lesions, detect(lesions, random, noise)).suspicions).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(FAULTS)('with the fault "%s" raise exactly its suspicion', (_, fault, expected) => {
    const random = generator(7);
    const lesions = lesionsOf(200, random);
    const right = detect(lesions, random, 1.5);
    const clean = stated(lesions, right);
    const { meanIou, suspicions } = stated(lesions, fault(right));
    expect(suspicions).toMatchObject([expected]);
    const [{ meanIou: before, correctedMeanIou: after } = { meanIou: 0, correctedMeanIou: 0 }] = suspicions;
    expect(after).toBeGreaterThan(before);
    if (expected.kind !== 'OTHER_IMAGES') {
      expect(before).toBe(meanIou);
      expect(after).toBeCloseTo(clean.meanIou ?? 0, 9);
    }
  });

  it('are read as XYXY where they were stated as XYWH, and moved by the offset of their pixel convention', () => {
    const random = generator(3);
    const lesions = lesionsOf(50, random);
    const moved = each(([a, b, c, d]) => [a - 0.5, b - 0.5, c - 0.5, d - 0.5])(lesions);
    expect(stated(lesions, moved, 'XYXY', 0.5)).toEqual({ meanIou: 1, lesions: 50, suspicions: [] });
    expect(stated(lesions, moved, 'XYWH', 0.5).suspicions).toMatchObject([
      { kind: 'OTHER_BOX_CONVENTION', correctedMeanIou: 1, lesions: 50 },
    ]);
  });

  it('half a pixel off, as detectors of another pixel convention are, raise none', () => {
    const random = generator(5);
    const lesions = lesionsOf(2_000, random);
    const half = each(([a, b, c, d]) => [a + 0.5, b + 0.5, c + 0.5, d + 0.5])(detect(lesions, random, 2));
    expect(stated(lesions, half).suspicions).toEqual([]);
  });

  it('cannot be compared without lesions or without boxes', () => {
    const nothing = { meanIou: null, lesions: 0, suspicions: [] };
    expect(stated([[], []], [[[1, 1, 2, 2]], []])).toEqual(nothing);
    expect(stated([[[1, 1, 2, 2]]], [[]])).toEqual(nothing);
  });
});

const REAL = resolve(
  process.env.DEEPLESION_FIXTURES ?? resolve(__dirname, '../../shared/deeplesion'),
  'DL_info.val.csv',
);

describe('on the validation split of DeepLesion', () => {
  const [header = '', ...rows] = existsSync(REAL) ? readFileSync(REAL, 'utf8').trim().split('\n') : [];
  const column = header
    .replaceAll(/"[^"]*"/g, 'x')
    .split(',')
    .findIndex((name) => name.includes('Bounding'));
  const byName = new Map<string, Box[]>();
  for (const row of rows) {
    const cells = [...row.matchAll(/"([^"]*)"|([^,]+)|(?<=,)(?=,)/g)].map(
      ([, quotedCell, cell]) => quotedCell ?? cell ?? '',
    );
    const box = (cells[column] ?? '').split(',').map(Number) as unknown as Box;
    const name = cells[0] ?? '';
    byName.set(name, [...(byName.get(name) ?? []), box]);
  }
  const lesions = [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, boxes]) => boxes);
  const right = detect(lesions, generator(11), 4);
  const real = lesions.length > 0 ? it : it.skip;

  real('boxes with noise raise none', () => {
    expect(stated(lesions, right)).toMatchObject({ suspicions: [] });
  });

  real.each(FAULTS)('the fault "%s" raises exactly its suspicion', (_, fault, expected) => {
    expect(stated(lesions, fault(right)).suspicions).toMatchObject([expected]);
  });
});
