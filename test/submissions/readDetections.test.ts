import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toGlobalId } from '../../src/globalId';
import { readBoxes } from '../../src/submissions/boxFile';
import { readDetections } from '../../src/submissions/readDetections';
import type { ReadRequest } from '../../src/submissions/readMessages';
import { keyOfImage } from '../runs/runBed';
import { type CocoResult, fileNameOf, lesionOf, packed } from './submissionBed';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-detections-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Reads a file of detections on two images of 16 × 16 pixels, whose data set counts from 1. */
function read(content: string | Buffer, rest: Partial<ReadRequest> = {}) {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  const request: ReadRequest = {
    ...{ path, folder, format: 'COCO_RESULTS', boxConvention: null, offsetPx: 0.5, low: 0.5, scoreTransform: null },
    ...{ dataset: 'small@1', fileNames: [fileNameOf(0), fileNameOf(1)], declared: Uint8Array.of(1, 1) },
    ...{ widths: Int32Array.of(16, 16), heights: Int32Array.of(16, 16) },
    ...rest,
  };
  return readDetections(request, () => undefined);
}

async function storedBoxes(): Promise<number[][]> {
  const boxes: number[][] = [];
  for await (const numbers of readBoxes(join(folder, 'boxes')))
    for (let at = 0; at < numbers.length; at += 8) boxes.push([...numbers.subarray(at, at + 8)]);
  return boxes;
}

describe('a file of detections is refused', () => {
  const bad = (change: object): string => JSON.stringify([lesionOf(0), { ...lesionOf(1), ...change }]);
  const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const deep = `[{"image_id":1,"bbox":${'['.repeat(50)}${']'.repeat(50)},"score":0.5}]`;
  const good = JSON.stringify([lesionOf(0)]);
  const crowded = Array.from(
    { length: 1_001 },
    (_, i): CocoResult => ({ ...lesionOf(0), bbox: [1, 1, 2 + i / 1_000, 3] }),
  );

  it.each<[string, string | Buffer, string, number, object?]>([
    ['a box turned inside out', bad({ bbox: [5, 5, -3, 2] }), 'INVERTED_BOX', 2],
    ['NaN', bad({ score: 'x' }).replace('"x"', 'NaN'), 'NOT_FINITE', 2],
    ['a number beyond all numbers', bad({ score: 'x' }).replace('"x"', '1e999'), 'NOT_FINITE', 2],
    ['a score above 1', bad({ score: 7 }), 'SCORE_RANGE', 2],
    ['a COCO id of no image', bad({ image_id: 3 }), 'UNKNOWN_IMAGE', 2],
    ['a text that is no id', bad({ image_id: '2' }), 'UNKNOWN_IMAGE', 2],
    ['an image that was not run', bad({}), 'UNDECLARED_IMAGE', 2, { declared: Uint8Array.of(1, 0) }],
    ['the same box twice', JSON.stringify([lesionOf(0), lesionOf(1), lesionOf(0, 0.1)]), 'DUPLICATE', 3],
    ['a mask', bad({ segmentation: { counts: 'x', size: [16, 16] } }), 'SEGMENTATION', 2],
    ['a box beside its image', bad({ bbox: [20, 2, 3, 3] }), 'OUTSIDE_IMAGE', 2],
    ['a box without score', bad({ score: null }), 'MISSING_VALUE', 2],
    ['too many boxes on an image', JSON.stringify(crowded), 'TOO_MANY_ON_IMAGE', 1_001],
    ['a file of ground truth', '{"images":[],"annotations":[],"categories":[]}', 'GROUND_TRUTH', 0],
    ['annotations', '[{"id":1,"image_id":1,"bbox":[1,1,2,2],"area":4}]', 'GROUND_TRUTH', 1],
    ['UTF-16', utf16(good), 'ENCODING', 0],
    ['truncated gzip', packed(JSON.stringify(crowded)).subarray(0, 1_000), 'TRUNCATED', 0],
    ['a truncated array', good.slice(0, -1), 'TRUNCATED', 1],
    ['arrays within arrays', deep, 'TOO_DEEP', 1],
    ['an endless entry', `[{"image_id":1,"x":"${'y'.repeat(100_000)}"}]`, 'TOO_LONG', 1],
    ['a bomb', packed(`[${' '.repeat(80 * 2 ** 20)}`), 'DECOMPRESSION_BOMB', 0],
    ['an endless line', `image,x1,y1,x2,y2,score\n${'1'.repeat(100_000)}`, 'TOO_LONG', 2, { format: 'CSV' }],
    ['a list without its convention', '{"image":1,"bbox":[1,1,2,2],"score":0.5}', 'COLUMNS', 1, { format: 'NDJSON' }],
    ['a header without images', 'image,score\n', 'COLUMNS', 1, { format: 'CSV' }],
    ['CSV that is COCO', good, 'FORMAT_DIFFERS', 1, { format: 'CSV' }],
  ])('for %s', async (_, content, kind, line, rest = {}) => {
    const { problems, problemCount } = await read(content, rest);
    expect(problems).toMatchObject([{ kind, line }]);
    expect(problemCount).toBe(1);
  });

  it('with the first 100 of its problems told, and all counted', async () => {
    const many = Array.from({ length: 250 }, () => ({ ...lesionOf(0), score: 2 }));
    const { problems, problemCount, boxCount } = await read(JSON.stringify(many));
    expect([problems.length, problemCount, boxCount]).toEqual([100, 250, 0]);
  });
});

describe('boxes of a file', () => {
  it('are written by image and rank, in the order of the file where scores are equal, within their images', async () => {
    const results: CocoResult[] = [
      { ...lesionOf(1, 0.5), category_id: 3 },
      { ...lesionOf(0, 0.5), bbox: [-4, 2, 8, 3] },
      { ...lesionOf(0, 0.5), bbox: [1, 1, 2, 2] },
      lesionOf(0, 0.75),
    ];
    const { clippedCount, boxCount, boxesPerImage, scoreHistogram } = await read(JSON.stringify(results));
    expect({ clippedCount, boxCount, perImage: [...boxesPerImage] }).toEqual({
      clippedCount: 1,
      boxCount: 4,
      perImage: [3, 1],
    });
    expect(scoreHistogram.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([
      [10, 3],
      [15, 1],
    ]);
    expect(await storedBoxes()).toEqual([
      [0, 1, 2, 2, 10, 10, 0.75, 0],
      [0, 2, 0.5, 2.5, 4.5, 5.5, 0.5, 0],
      [0, 3, 1.5, 1.5, 3.5, 3.5, 0.5, 0],
      [1, 1, 2, 2, 10, 10, 0.5, 3],
    ]);
  });

  const name = fileNameOf(0);
  const id = toGlobalId('BookmarkedImage', keyOfImage(1));
  const ofDataset = { offsetPx: 0, declared: null };
  const edges = [
    [0, 1, 2, 2, 10, 10, 0.25, 0],
    [1, 1, 2, 2, 10, 10, 0.25, 0],
  ];

  it.each<[string, string, Partial<ReadRequest>]>([
    [
      'CSV',
      `image,score,x1,y1,x2,y2,extra\r\n${name},0.25,2,2,10,10,-\r\n"${id}",.25,2,2,1e1,10,-\r\n`,
      { format: 'CSV' },
    ],
    [
      'CSV with semicolons and a list',
      `file_name;bbox;score\n${name};[2, 2, 8, 8];0.25\n2;2 2 8 8;0.25\n1;;\n`,
      { format: 'CSV', boxConvention: 'XYWH' },
    ],
    [
      'NDJSON with a byte order mark, counted from 0',
      `\ufeff{"image":"${name}","x1":1.5,"y1":1.5,"x2":9.5,"y2":9.5,"score":0.25}\n\n{"image":2,"bbox":[1.5,1.5,9.5,9.5],"score":0.25}`,
      { format: 'NDJSON', boxConvention: 'XYXY', offsetPx: 0.5 },
    ],
  ])('are the same as %s', async (_, content, rest) => {
    const { problems, named } = await read(content, { ...ofDataset, ...rest });
    expect(problems).toEqual([]);
    expect([...named]).toEqual([1, 1]);
    expect(await storedBoxes()).toEqual(edges);
  });

  it.each([
    ['RANK', [0.25, 0.75, 0.75, 1]],
    ['SIGMOID', [-3, 7.5, 7.5, 100].map((score) => 1 / (1 + Math.exp(-score)))],
  ] as const)('of scores of any size are comparable by %s', async (scoreTransform, expected) => {
    const results = [-3, 7.5, 7.5, 100].map((score, i) => ({ ...lesionOf(0, score), bbox: [1, 1, 2 + i, 3] }));
    expect(await read(JSON.stringify(results), { scoreTransform })).toMatchObject({ problemCount: 0 });
    expect((await storedBoxes()).map((box) => box[6]).reverse()).toEqual(expected);
  });

  it('are read whatever the borders of the pieces are', async () => {
    const results = Array.from({ length: 1_000 }, (_, i) => ({
      ...lesionOf(i % 2, i / 1_000),
      bbox: [1, 1, 2 + i / 100, 3],
      'é"[{\\': '}]',
    }));
    const text = JSON.stringify(results, null, 1);
    expect(await read(packed(text))).toMatchObject({
      problemCount: 0,
      boxCount: 1_000,
      clippedCount: 0,
      ignoredFields: ['é"[{\\'],
    });
  });
});
