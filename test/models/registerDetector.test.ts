import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/log';
import { createRegistry, type DetectorRegistry, registerDetector, type TrialLimits } from '../../src/models';
import { copyTinyModels } from '../inference/tinyModels';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

type Json = Record<string, unknown>;

let test: TestDatabase;
let dataDir: string;
let models: ReturnType<typeof copyTinyModels>;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-registration-'));
  models = copyTinyModels('refused-models');
});
afterEach(() => {
  models.remove();
  rmSync(dataDir, { recursive: true });
});

const folder = (name = 'tiny-constant') => join(models.folder, name);
const onnx = (name?: string) => join(folder(name), 'model.onnx');
const edit = (change: (manifest: Json) => void, name?: string): void => {
  const path = join(folder(name), 'model.json');
  const manifest: Json = JSON.parse(readFileSync(path, 'utf8'));
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
};
const part = (manifest: Json, name: string) => manifest[name] as Json;
const named = (name: string, version = '1.0.0') => edit((manifest) => Object.assign(manifest, { name, version }));
/** Another file of the model, whose checksum is in the manifest. */
const replaceFile = (bytes: Buffer): void => {
  writeFileSync(onnx(), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  edit((manifest) => Object.assign(part(manifest, 'onnx'), { sha256 }));
};
/** The boxes of the tiny models, as they stand in the file. */
const TINY_BOXES = [1, 1, 5, 5, 1, 1, 5, 4.5, 6, 6, 8, 8];
function scaledBoxes(factor: number, file = readFileSync(onnx())): Buffer {
  const bytes = Buffer.from(file);
  const floats = (values: readonly number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
  const place = bytes.indexOf(floats(TINY_BOXES));
  expect(place).toBeGreaterThan(0);
  floats(TINY_BOXES.map((value) => value * factor)).copy(bytes, place);
  return bytes;
}
const register = (name?: string, limits?: TrialLimits) =>
  registerDetector({ database: test.database, config: { dataDir } }, folder(name), limits);
/** A process that has no model folder: what it knows it knows from the database. */
const otherProcess = (own = dataDir): Promise<DetectorRegistry> =>
  createRegistry({
    database: test.database,
    config: { modelsDir: join(models.folder, 'none'), dataDir: own },
    log: createLogger('silent'),
  });
const rows = async (): Promise<number> => {
  const [row] = await test.database.query<{ count: number }>({
    text: 'SELECT (SELECT count(*) FROM detector) + (SELECT count(*) FROM model_file_part) AS count',
  });
  return row?.count ?? -1;
};

describe('registering a detector', () => {
  it('makes it known to processes that run already and to those that start later, which need no folder', async () => {
    named('known');
    const running = await otherProcess();
    const { detector, alreadyRegistered } = await register();
    expect(alreadyRegistered).toBe(false);
    rmSync(folder(), { recursive: true });
    for (const registry of [running, await otherProcess()]) {
      const found = await registry.find('known');
      expect(found).toMatchObject({ id: detector.id, version: '1.0.0', ready: true, reason: null });
      expect(await registry.findById(detector.id)).toEqual(found);
      expect(registry.readinessOf(detector)).toEqual({ ready: true, reason: null });
    }
  });

  it('brings its file to a machine that never saw it', async () => {
    named('fetched');
    const file = readFileSync(onnx());
    await register();
    const elsewhere = mkdtempSync(join(tmpdir(), 'deeplesion-elsewhere-'));
    try {
      const registry = await otherProcess(elsewhere);
      const found = await registry.find('fetched');
      const located = await Promise.all([registry.locate(found), registry.locate(found)]);
      expect(located.map(({ onnxPath }) => readFileSync(onnxPath).equals(file))).toEqual([true, true]);
      expect(readdirSync(join(elsewhere, 'model-cache'))).toEqual([`${found.modelSha256}.onnx`]);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('stores a file of several parts as it is', async () => {
    // A field that nobody knows is skipped by every reader of ONNX: 9 MB of it make a large model.
    const filling = Buffer.alloc(9 * 2 ** 20, 7);
    const length = Buffer.from([0x80, 0x80, 0xc0, 0x04]);
    replaceFile(Buffer.concat([readFileSync(onnx()), Buffer.from([0xfa, 0x3f]), length, filling]));
    named('large');
    await register();
    rmSync(join(dataDir, 'model-cache'), { recursive: true });
    const registry = await otherProcess();
    const { onnxPath } = await registry.locate(await registry.find('large'));
    expect(readFileSync(onnxPath).equals(readFileSync(onnx()))).toBe(true);
  });

  it('keeps versions side by side, the highest being the one that is meant', async () => {
    for (const version of ['1.9.0', '1.10.0', '1.2.0']) {
      named('versions', version);
      await register();
    }
    const registry = await otherProcess();
    expect((await registry.find('versions')).version).toBe('1.10.0');
    expect((await registry.find('versions', '1.2.0')).version).toBe('1.2.0');
  });

  it('of the same folder again answers the same detector and changes nothing', async () => {
    named('again');
    const { detector } = await register();
    const before = await rows();
    expect(await register()).toEqual({ detector, alreadyRegistered: true });
    expect(await rows()).toBe(before);
  });

  it('takes a folder whose files have second names, as copies of `cp -al` have', async () => {
    named('linked');
    linkSync(onnx(), join(models.folder, 'second'));
    expect((await register()).detector).toMatchObject({ name: 'linked' });
  });

  it('takes a model whose boxes are all small, or have no area', async () => {
    const file = readFileSync(onnx());
    named('small-boxes');
    replaceFile(scaledBoxes(1 / 4, file));
    expect((await register()).detector).toMatchObject({ name: 'small-boxes' });
    named('no-boxes');
    replaceFile(scaledBoxes(0, file));
    expect((await register()).detector).toMatchObject({ name: 'no-boxes' });
  });

  it('by two at the same time makes one detector', async () => {
    named('twice');
    const [first, second] = await Promise.all([register(), register()]);
    expect(second?.detector.id).toBe(first?.detector.id);
  });

  it.each([
    ['file', () => replaceFile(readFileSync(onnx('tiny-nan')))],
    ['model.json', () => edit((manifest) => Object.assign(part(manifest, 'defaults'), { scoreThreshold: 0.5 }))],
  ])('refuses another %s under a known name and version', async (what, change) => {
    named(`taken-${what.slice(0, 4)}`);
    await register();
    change();
    await expect(register()).rejects.toMatchObject({ code: 'CONFLICT', argument: 'version' });
  });

  it('keeps a folder of MODELS_DIR from taking the name and version of another model', async () => {
    named('of-the-database');
    await register();
    edit((manifest) => Object.assign(part(manifest, 'defaults'), { scoreThreshold: 0.5 }));
    const registry = await createRegistry({
      database: test.database,
      config: { modelsDir: models.folder, dataDir },
      log: createLogger('silent'),
    });
    expect(registry.list().find(({ name }) => name === 'of-the-database')).toMatchObject({
      ready: false,
      reason: 'of-the-database@1.0.0 is registered with another model: give this one its own version.',
    });
    expect(await registry.find('of-the-database')).toMatchObject({ ready: true, reason: null });
  });
});

describe('a registered file that was changed', () => {
  it('on this machine is refused until it is deleted', async () => {
    named('changed-here');
    await register();
    const registry = await otherProcess();
    const found = await registry.find('changed-here');
    const { onnxPath } = await registry.locate(found);
    writeFileSync(onnxPath, 'something else');
    const refusal = /copy of the model file has sha256 [0-9a-f]{64}, it was registered with [0-9a-f]{64}: delete/;
    await expect(registry.locate(found)).rejects.toThrow(refusal);
    await expect((await otherProcess()).locate(found)).rejects.toThrow(refusal);
    rmSync(onnxPath);
    expect((await registry.locate(found)).onnxPath).toBe(onnxPath);
  });

  it('in the database is refused, and nothing of it is kept', async () => {
    replaceFile(Buffer.concat([readFileSync(onnx()), Buffer.from([0xf8, 0x3f, 0x01])]));
    named('changed-there');
    await register();
    rmSync(join(dataDir, 'model-cache'), { recursive: true });
    const registry = await otherProcess();
    const found = await registry.find('changed-there');
    await test.database.query({
      text: `UPDATE model_file_part SET bytes = bytes || '\\x00' WHERE model_sha256 = $1`,
      values: [found.modelSha256],
    });
    await expect(registry.locate(found)).rejects.toThrow(/The database holds a model file with sha256/);
    expect(readdirSync(join(dataDir, 'model-cache'))).toEqual([]);
  });
});

interface BadModel {
  is: string;
  name?: string;
  spoil?: () => void;
  limits?: TrialLimits;
  reason: RegExp;
  argument: string;
}

/** What the graph or its answer has to be is said in the fixtures' make.py. */
const BAD_MODELS: BadModel[] = [
  { is: 'is no folder', spoil: () => asFile(), reason: /Expected a folder/, argument: 'folder' },
  { is: 'is a link', spoil: () => asLink(), reason: /Expected a folder, no file or link/, argument: 'folder' },
  {
    is: 'has no manifest',
    spoil: () => rmSync(join(folder(), 'model.json')),
    reason: /model\.json is missing/,
    argument: 'model.json',
  },
  { is: 'has no ONNX file', spoil: () => rmSync(onnx()), reason: /model\.onnx is missing/, argument: 'model.onnx' },
  {
    is: 'has another file beside them',
    spoil: () => writeFileSync(join(folder(), 'run.sh'), ''),
    reason: /nothing but model\.json and model\.onnx in the folder, got "run\.sh"/,
    argument: 'folder',
  },
  {
    is: 'has a folder below it',
    spoil: () => mkdirSync(join(folder(), 'more')),
    reason: /got "more"/,
    argument: 'folder',
  },
  {
    is: 'is of a newer format than the runtime reads',
    spoil: () => {
      // The version of the format is the first field of the file.
      const bytes = readFileSync(onnx());
      expect(bytes[0]).toBe(0x08);
      bytes[1] = 14;
      replaceFile(bytes);
    },
    reason: /^onnx\.file: IR version 14, this server reads up to 13: set model\.ir_version = 10 when exporting\.$/,
    argument: 'onnx.file',
  },
  {
    is: 'has no version of its format',
    // Without its first field.
    spoil: () => replaceFile(readFileSync(onnx()).subarray(2)),
    reason: /^onnx\.file: expected IR version 3 … 13, the file has none: export the model again\.$/,
    argument: 'onnx.file',
  },
  ...[0, 2].map((version) => ({
    is: `is of version ${version} of the format`,
    spoil: () => {
      const bytes = readFileSync(onnx());
      bytes[1] = version;
      replaceFile(bytes);
    },
    reason: /^onnx\.file: expected IR version 3 … 13/,
    argument: 'onnx.file',
  })),
  ...[1e308, -1001].map((offsetMm) => ({
    is: `looks ${offsetMm} mm away`,
    spoil: () =>
      edit((manifest) => {
        const window = { low: -160, high: 240 };
        Object.assign(part(manifest, 'input'), { channels: [{ offsetMm, window }] });
      }),
    reason: /input\.channels\.0\.offsetMm: Too (big|small)/,
    argument: 'input.channels.0.offsetMm',
  })),
  ...['', ' '].map((name) => ({
    is: `has a class "${name}"`,
    spoil: () => edit((manifest) => Object.assign(manifest, { classes: [name] })),
    reason: /classes\.0: Expected the name of a class, got an empty one/,
    argument: 'classes.0',
  })),
  {
    is: 'answers boxes in fractions of the picture',
    spoil: () => replaceFile(scaledBoxes(1 / 8)),
    reason: /^output\.boxes: expected pixels of the input \(8 × 8\).*fractions of the picture/,
    argument: 'output.boxes',
  },
  {
    is: 'has a symbolic link',
    spoil: () => {
      renameSync(onnx(), join(models.folder, 'other'));
      symlinkSync(join(models.folder, 'other'), onnx());
    },
    reason: /model\.onnx to be a regular file/,
    argument: 'model.onnx',
  },
  {
    is: 'has a folder for a manifest',
    spoil: () => {
      rmSync(join(folder(), 'model.json'));
      mkdirSync(join(folder(), 'model.json'));
    },
    reason: /model\.json to be a regular file/,
    argument: 'model.json',
  },
  {
    is: 'has a pipe for a model',
    spoil: () => {
      rmSync(onnx());
      execFileSync('mkfifo', [onnx()]);
    },
    reason: /model\.onnx to be a regular file/,
    argument: 'model.onnx',
  },
  {
    is: 'has a manifest of 2 MB',
    spoil: () => writeFileSync(join(folder(), 'model.json'), ' '.repeat(2e6)),
    reason: /at most 1048576 bytes, got 2000000/,
    argument: 'model.json',
  },
  {
    is: 'has a file of 2 GB',
    spoil: () => truncateSync(onnx(), 2e9),
    reason: /at most 1073741824 bytes, got 2000000000/,
    argument: 'model.onnx',
  },
  {
    is: 'has a manifest that is no JSON',
    spoil: () => writeFileSync(join(folder(), 'model.json'), '{'),
    reason: /not JSON/,
    argument: 'model.json',
  },
  {
    is: 'lacks a field of the manifest',
    spoil: () => edit((manifest) => Reflect.deleteProperty(part(manifest, 'card'), 'limits')),
    reason: /card\.limits/,
    argument: 'card.limits',
  },
  {
    is: 'has an empty name',
    spoil: () => named(''),
    reason: /name: Expected lower-case letters/,
    argument: 'name',
  },
  {
    is: 'has a version of two numbers',
    spoil: () => named('x', '1.0'),
    reason: /Expected MAJOR\.MINOR\.PATCH/,
    argument: 'version',
  },
  {
    is: 'has a card that PostgreSQL cannot keep',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'card'), { note: '\0' })),
    reason: /without NUL/,
    argument: 'model.json',
  },
  {
    is: 'has a card without end',
    spoil: () => {
      const text = readFileSync(join(folder(), 'model.json'), 'utf8');
      const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
      writeFileSync(join(folder(), 'model.json'), text.replace('"card": {', `"card": {"deep": ${deep},`));
    },
    reason: /nested at most 50 levels/,
    argument: 'model.json',
  },
  {
    is: 'has another checksum than its manifest says',
    spoil: () => writeFileSync(onnx(), 'x'),
    reason: /has sha256/,
    argument: 'onnx.sha256',
  },
  {
    is: 'is an encoder',
    spoil: () => edit((manifest) => Object.assign(manifest, { kind: 'encoder' })),
    reason: /kind: .*detector/,
    argument: 'kind',
  },
  {
    is: 'is no ONNX file',
    spoil: () => replaceFile(Buffer.from('%PDF-1.7 and so on')),
    reason: /^onnx\.file: expected an ONNX model/,
    argument: 'onnx.file',
  },
  {
    is: 'is half an ONNX file',
    spoil: () => replaceFile(readFileSync(onnx()).subarray(0, 300)),
    reason: /^onnx\.file: expected an ONNX model/,
    argument: 'onnx.file',
  },
  {
    is: 'is an empty file',
    spoil: () => replaceFile(Buffer.alloc(0)),
    reason: /^onnx\.file: .*names no operator set/,
    argument: 'onnx.file',
  },
  {
    is: 'has weights in another file',
    name: 'refused-external',
    spoil: () => rmSync(join(folder('refused-external'), 'weights.bin')),
    reason: /^onnx\.file: .* are in another file/,
    argument: 'onnx.file',
  },
  {
    is: 'comes with the file of its weights',
    name: 'refused-external',
    reason: /got "weights\.bin": all weights belong into model\.onnx/,
    argument: 'folder',
  },
  {
    is: 'is too old',
    name: 'opset-old',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'onnx'), { opset: 7 }), 'opset-old'),
    reason: /^onnx\.opset: expected 7 … 26, the graph uses 6: export the model again/,
    argument: 'onnx.opset',
  },
  {
    is: 'is too new',
    name: 'opset-new',
    reason: /^onnx\.opset: expected 7 … 26, the graph uses 27/,
    argument: 'onnx.opset',
  },
  {
    is: 'is of another operator set than its manifest says',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'onnx'), { opset: 16 })),
    reason: /^onnx\.opset: model\.json says 16, the graph uses 17/,
    argument: 'onnx.opset',
  },
  {
    is: 'uses an operator that is not there',
    name: 'foreign-operator',
    reason: /failed its trial\. .*example\.org/,
    argument: 'model.onnx',
  },
  {
    is: 'takes an input of three axes',
    name: 'input-rank',
    reason: /^input\.tensor: expected the shape \[1, 1, 8, 8\], the graph has \[1, 8, 8\]/,
    argument: 'input.tensor',
  },
  {
    is: 'takes an input of another size',
    name: 'input-size',
    reason: /^input\.tensor: expected the shape \[1, 1, 8, 8\], the graph has \[1, 1, 16, 16\]/,
    argument: 'input.tensor',
  },
  {
    is: 'takes one slice at a time and its manifest says any number',
    name: 'not-any-batch',
    reason: /^output\.boxes: expected the shape \[N, N, 4\], the graph has \[3, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'says that it takes any number of slices and answers the first',
    name: 'one-of-batch',
    reason: /^output\.boxes: expected "boxes" to have an answer for each of 2 slices.*got the shape \[1, 3, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'takes any number of slices and its manifest does not say so',
    name: 'batch-not-said',
    reason: /^output\.boxes: expected the shape \[N, 4\], the graph has \[N, 3, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'takes two inputs',
    name: 'two-inputs',
    reason: /^input\.tensor: expected one input/,
    argument: 'input.tensor',
  },
  {
    is: 'takes an input of another name',
    spoil: () => edit((manifest) => Object.assign(part(manifest, 'input'), { tensor: 'slice' })),
    reason: /^input\.tensor: expected an input "slice", the graph has "image"/,
    argument: 'input.tensor',
  },
  {
    is: 'answers no such boxes',
    name: 'refused-name',
    reason: /^output\.boxes: expected an output "rois"/,
    argument: 'output.boxes',
  },
  {
    is: 'answers boxes of three numbers',
    name: 'refused-shape',
    reason: /^output\.boxes: expected the shape \[N, 4\]/,
    argument: 'output.boxes',
  },
  {
    is: 'answers more classes',
    name: 'classes',
    reason: /^output\.scores: expected the shape \[N, 1\], the graph has \[3, 2\]/,
    argument: 'output.scores',
  },
  {
    is: 'answers whole numbers for scores',
    name: 'integer-scores',
    reason: /^output\.scores: expected float32, the graph has int64/,
    argument: 'output.scores',
  },
  { is: 'answers NaN', name: 'tiny-nan', reason: /failed its trial\. .*NaN/, argument: 'model.onnx' },
  {
    is: 'answers boxes upside down',
    name: 'tiny-inverted',
    reason: /failed its trial\. Box 0 ends before it begins/,
    argument: 'model.onnx',
  },
  {
    is: 'answers scores above 1',
    name: 'tiny-overconfident',
    reason: /failed its trial\. Expected scores in 0\.\.1/,
    argument: 'model.onnx',
  },
  {
    is: 'answers boxes far outside',
    name: 'far-boxes',
    reason: /failed its trial\. Box 1 reaches to 400, far outside of the 8 × 8 pixels/,
    argument: 'model.onnx',
  },
  {
    is: 'never answers',
    name: 'tiny-endless',
    limits: { sliceTimeoutMs: 1_000 },
    reason: /failed its trial\. The model took longer than 1 s and was stopped/,
    argument: 'model.onnx',
  },
  {
    is: 'takes all memory',
    name: 'tiny-hungry',
    limits: { memoryLimitBytes: 500 * 2 ** 20, sliceTimeoutMs: 50_000 },
    reason: /failed its trial\. The model needed more than 0\.5 GiB of memory and was stopped/,
    argument: 'model.onnx',
  },
];

function asFile(): void {
  rmSync(folder(), { recursive: true });
  writeFileSync(folder(), 'x');
}

function asLink(): void {
  renameSync(folder(), join(models.folder, 'real'));
  symlinkSync(join(models.folder, 'real'), folder());
}

describe('a model folder', () => {
  it.each(BAD_MODELS)(
    'that $is is refused, and nothing of it stays',
    async ({ name, spoil, limits, reason, argument }) => {
      spoil?.();
      const before = await rows();
      const refusal = await register(name, limits).then(
        () => null,
        (thrown) => thrown,
      );
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', argument });
      expect(refusal.message).toMatch(reason);
      expect(refusal.message).not.toContain(tmpdir());
      expect(await rows()).toBe(before);
      expect(leftovers()).toEqual([]);
    },
  );

  it('that is not there is not found', async () => {
    await expect(register('nowhere')).rejects.toMatchObject({ code: 'NOT_FOUND', argument: 'folder' });
  });
});

function leftovers(): string[] {
  try {
    return readdirSync(join(dataDir, 'model-cache'));
  } catch {
    return [];
  }
}
