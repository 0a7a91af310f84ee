import { randomBytes } from 'node:crypto';
import { linkSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHounsfield } from '../imaging/png';
import { fixtureModel, type ModelChanges, modelZip } from './modelZip';
import { REGISTER, startUploadBed, type UploadBed } from './uploadBed';
import { type ZipEntry, zipFile } from './zipFile';

const TINY = fixtureModel('models/tiny-constant');
const slice = encodeHounsfield(16, 16, (x, y) => x - y);
const named = (name: string): ModelChanges => ({ manifest: (manifest) => Object.assign(manifest, { name }) });

let bed: UploadBed;
beforeAll(async () => {
  bed = await startUploadBed();
});
afterAll(() => bed.stop());

const register = (uploadId: string) => bed.graph(REGISTER, { input: { uploadId } });
const rowsOf = async (table: string): Promise<number | undefined> => {
  const [row] = await bed.test.database.query<{ n: number }>({ text: `SELECT count(*)::int4 AS n FROM ${table}` });
  return row?.n;
};
/** Puts a model, and registers it. */
async function send(body: Buffer) {
  const { status, body: upload } = await bed.put(body);
  expect({ status, errors: upload.errors }).toEqual({ status: 201, errors: undefined });
  return register(upload.id);
}

const entry = (name: string, bytes: Buffer = Buffer.from('x'), rest: Partial<ZipEntry> = {}): ZipEntry => ({
  name,
  bytes,
  ...rest,
});
const half = (missing: string): Buffer =>
  zipFile(['model.json', 'model.onnx'].filter((name) => name !== missing).map((name) => entry(name)));
const withMore = (...more: ZipEntry[]): Buffer => modelZip(TINY, { more });
const damaged = (rest: Partial<ZipEntry>): Buffer =>
  zipFile([entry('model.json'), entry('model.onnx', Buffer.alloc(1_000, 7), rest)]);

const REFUSALS: [what: string, reason: string, message: RegExp, body: Buffer][] = [
  ['a way up', 'UNSAFE_NAME', /^File 3 /, withMore(entry('../model.json'))],
  ['an absolute name', 'UNSAFE_NAME', /^File 3 /, withMore(entry('/etc/passwd'))],
  ['NUL in a name', 'UNSAFE_NAME', /^File 3 /, withMore(entry('model.json\0.txt'))],
  ['a backslash', 'MODEL_FILES', /File 3 of the zip \("a\/model\.json"\)/, withMore(entry('a\\model.json'))],
  ['a name twice', 'DUPLICATE_NAME', /^File 3 /, withMore(entry('model.onnx'))],
  [
    'a symbolic link',
    'SYMBOLIC_LINK',
    /^File 3 /,
    withMore(entry('weights.bin', Buffer.from('/etc/passwd'), { mode: 0o120777 })),
  ],
  ['a link for its model', 'SYMBOLIC_LINK', /^File 2 /, damaged({ mode: 0o120777 })],
  ['a password', 'ENCRYPTED_ZIP', /^File 2 /, damaged({ encrypted: true })],
  ['an unknown packing', 'BAD_ZIP', /^File 2 /, damaged({ method: 99 })],
  ['another checksum than its directory', 'BAD_ZIP', /^File 2 /, damaged({ crc: 1 })],
  ['more than its directory says', 'BAD_ZIP', /^File 2 /, damaged({ uncompressedSize: 10 })],
  ['a zip for its model', 'NESTED_ZIP', /^model\.onnx is a zip/, modelZip(TINY, { onnx: modelZip(TINY) })],
  [
    'a zip beside it',
    'MODEL_FILES',
    /File 3 of the zip \("more\.zip"\) is there/,
    withMore(entry('more.zip', modelZip(TINY))),
  ],
  ['a program', 'MODEL_FILES', /File 3 of the zip \("run\.sh"\) is there/, withMore(entry('run.sh'))],
  [
    'weights in another file',
    'MODEL_FILES',
    /File 3 of the zip \("weights\.bin"\) is there/,
    withMore(entry('weights.bin')),
  ],
  ['a slice', 'MODEL_FILES', /File 3 of the zip \("001\.png"\) is there/, withMore(entry('001.png', slice))],
  [
    'two models',
    'MODEL_FILES',
    /File 3 of the zip \("b\/model\.json"\) is there/,
    modelZip(TINY, { within: 'a/', more: [entry('b/model.json')] }),
  ],
  [
    'a file above its folder',
    'MODEL_FILES',
    /File 3 of the zip \("README"\) is there/,
    modelZip(TINY, { within: 'a/', more: [entry('README')] }),
  ],
  [
    'two folders',
    'MODEL_FILES',
    /File 1 of the zip \("a\/b\/model\.json"\) is there/,
    modelZip(TINY, { within: 'a/b/' }),
  ],
  [
    'its name in capitals',
    'MODEL_FILES',
    /File 1 of the zip \("MODEL\.JSON"\) is there/,
    zipFile([entry('MODEL.JSON'), entry('model.onnx')]),
  ],
  ['no network', 'MODEL_FILES', /"model\.onnx" is missing/, half('model.onnx')],
  ['no manifest', 'MODEL_FILES', /"model\.json" is missing/, half('model.json')],
  [
    'a name of text that runs from right to left, a picture, two lines and 10,000 accents',
    'MODEL_FILES',
    /File 3 of the zip \("/,
    withMore(entry(`\u202e\u{1f600}\n${'e\u0301'.repeat(10_000)}`)),
  ],
  [
    'a thousandfold packing',
    'DECOMPRESSION_BOMB',
    /File 2 of the zip \("model\.onnx"\) is compressed more than 200-fold, as no weights are/,
    modelZip(TINY, { onnx: Buffer.alloc(20 * 2 ** 20) }),
  ],
  ['a size that is 4 GiB, as it says', 'DECOMPRESSION_BOMB', /File 2/, damaged({ uncompressedSize: 0xffffffff })],
];

describe('a zip of a model is refused by name, and nothing of it is left, for', () => {
  it.each(REFUSALS.map(([what, reason, message, body]) => ({ what, reason, message, body })))(
    '$what: $reason',
    async ({ reason, message, body }) => {
      const [stored, rows] = [bed.stored(), await rowsOf('upload')];
      const { status, body: answer } = await bed.put(body);
      expect({ status, ...answer.errors?.[0]?.extensions }).toMatchObject({ status: 400, reason });
      expect(answer.errors[0].message).toMatch(message);
      expect(answer.errors[0].message.length).toBeLessThan(400);
      expect([bed.stored(), await rowsOf('upload')]).toEqual([stored, rows]);
    },
  );

  it('more bytes than a model may have, which is less than a series may have', async () => {
    const small = await startUploadBed({ maxModelBytes: 1_000, detectors: false });
    const { status, body } = await small.put(modelZip(TINY));
    expect({ status, reason: body.errors[0].extensions.reason }).toEqual({ status: 413, reason: 'TOO_MANY_BYTES' });
    expect(body.errors[0].message).toMatch(/at most 1000 bytes when it is unpacked \(MAX_MODEL_BYTES\)/);
    expect(small.stored()).toEqual([]);
    expect(
      (
        await small.put(
          zipFile([
            entry(
              '001.png',
              encodeHounsfield(64, 64, (x, y) => x * y * 7),
            ),
          ]),
        )
      ).status,
    ).toBe(201);
    await small.stop();
  });
});

const card = (note: string): ModelChanges => ({
  manifest: (manifest) => Object.assign(manifest, { name: 'carded', card: { ...(manifest.card as object), note } }),
});
const model = (name: string): string => fixtureModel(`refused-models/${name}`);

/** Each reaches the trial or the check that a folder would have failed. */
const BAD_MODELS: [what: string, argument: string, body: Buffer][] = [
  ['is no JSON', 'model.json', zipFile([entry('model.json', Buffer.from('{')), entry('model.onnx')])],
  ['has a manifest of 2 MB', 'model.json', zipFile([entry('model.json', randomBytes(2e6)), entry('model.onnx')])],
  ['has NUL in its card', 'model.json', modelZip(TINY, card('\0'))],
  ['has half a letter in its card', 'model.json', modelZip(TINY, card('\ud800'))],
  ['has letters in its name that are none of a name', 'name', modelZip(TINY, named('\u202ee\u0301\u{1f600}'))],
  [
    'has a version that no whole number holds',
    'version',
    modelZip(TINY, { manifest: (m) => Object.assign(m, { name: 'versioned', version: '1.99999999999.0' }) }),
  ],
  [
    'has a way up for its file',
    'onnx.file',
    modelZip(TINY, { manifest: (m) => Object.assign(m.onnx as object, { file: '../../../etc/passwd' }) }),
  ],
  [
    'has another checksum',
    'onnx.sha256',
    modelZip(TINY, { manifest: (m) => Object.assign(m.onnx as object, { sha256: '0'.repeat(64) }) }),
  ],
  ['is an encoder', 'kind', modelZip(TINY, { manifest: (m) => Object.assign(m, { kind: 'encoder' }) })],
  ['is no ONNX file', 'onnx.file', modelZip(TINY, { ...named('pdf'), onnx: Buffer.from('%PDF-1.7 and so on') })],
  ['is empty', 'onnx.file', modelZip(TINY, { ...named('empty'), onnx: Buffer.alloc(0) })],
  [
    'has weights outside',
    'onnx.file',
    modelZip(fixtureModel('models/refused-external'), named('sent-refused-external')),
  ],
  [
    'is too old',
    'onnx.opset',
    modelZip(model('opset-old'), { manifest: (m) => Object.assign(m.onnx as object, { opset: 7 }) }),
  ],
  ['is too new', 'onnx.opset', modelZip(model('opset-new'))],
  ['has an operator that is not there', 'model.onnx', modelZip(model('foreign-operator'))],
  ['takes an input of three axes', 'input.tensor', modelZip(model('input-rank'))],
  ['takes an input of another size', 'input.tensor', modelZip(model('input-size'))],
  ['takes two inputs', 'input.tensor', modelZip(model('two-inputs'))],
  ['answers more classes', 'output.scores', modelZip(model('classes'))],
  ['answers whole numbers', 'output.scores', modelZip(model('integer-scores'))],
  ['answers boxes far outside', 'model.onnx', modelZip(model('far-boxes'))],
  ['answers NaN', 'model.onnx', modelZip(fixtureModel('models/tiny-nan'), named('sent-tiny-nan'))],
  [
    'answers boxes upside down',
    'model.onnx',
    modelZip(fixtureModel('models/tiny-inverted'), named('sent-tiny-inverted')),
  ],
  [
    'answers scores above 1',
    'model.onnx',
    modelZip(fixtureModel('models/tiny-overconfident'), named('sent-tiny-overconfident')),
  ],
];

describe('a model that was sent well and', () => {
  it.each(BAD_MODELS.map(([what, argument, body]) => ({ what, argument, body })))(
    '$what is refused on $argument when it is registered',
    async ({ argument, body }) => {
      const before = [await rowsOf('detector'), await rowsOf('model_file_part')];
      const answer = await send(body);
      expect(answer.errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
      expect(answer.errors[0].message).not.toContain(bed.dataDir);
      expect([await rowsOf('detector'), await rowsOf('model_file_part')]).toEqual(before);
    },
  );

  it('has a card in any script is registered as it is', async () => {
    const answer = await send(modelZip(TINY, card(`\u202eالعربية \u{1f600} ${'e\u0301'.repeat(10_000)}`)));
    expect(answer.errors).toBeUndefined();
  });

  it('has got a second name on the disk is taken', async () => {
    const { body } = await bed.put(modelZip(TINY, named('linked')));
    linkSync(join(await bed.services.uploads.modelFolder(body.id), 'model.onnx'), join(bed.dataDir, 'second-name'));
    const { errors, data } = await register(body.id);
    expect(errors).toBeUndefined();
    expect(data.registerDetector.detector).toMatchObject({ name: 'linked', ready: true });
  });
});
