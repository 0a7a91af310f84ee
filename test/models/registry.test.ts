import { cpSync, linkSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotFound } from '../../src/errors';
import { readModelFolder } from '../../src/inference';
import { createLogger } from '../../src/log';
import { createRegistry, type DetectorRegistry } from '../../src/models';
import { copyTinyModels } from '../inference/tinyModels';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

type Json = Record<string, unknown>;

describe('the registry of detectors', () => {
  let test: TestDatabase;
  let models: ReturnType<typeof copyTinyModels>;
  let registry: DetectorRegistry;
  const open = (modelsDir = models.folder) =>
    createRegistry({
      database: test.database,
      config: { modelsDir, dataDir: join(models.folder, 'data') },
      log: createLogger('silent'),
    });
  const copy = (name: string, change: (manifest: Json) => void): void => {
    cpSync(join(models.folder, 'tiny-constant'), join(models.folder, name), { recursive: true });
    const path = join(models.folder, name, 'model.json');
    const manifest: Json = JSON.parse(readFileSync(path, 'utf8'));
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };
  beforeAll(async () => {
    test = await createTestDatabase();
    models = copyTinyModels();
    copy('newer', (manifest) => Object.assign(manifest, { version: '1.10.0' }));
    copy('middle', (manifest) => Object.assign(manifest, { version: '1.9.0' }));
    copy('twin', () => undefined);
    registry = await open();
  });
  afterAll(async () => {
    models.remove();
    await test.drop();
  });

  it('finds a detector by name and version, and the highest version where none is given', async () => {
    expect(await registry.find('tiny-constant', '1.9.0')).toMatchObject({ version: '1.9.0', ready: true });
    expect((await registry.find('tiny-constant')).version).toBe('1.10.0');
  });

  it('lists the known ones when a name is unknown', async () => {
    await expect(registry.find('phantom')).rejects.toThrow(NotFound);
    await expect(registry.find('phantom')).rejects.toThrow(
      /No detector "phantom"\. Known: .*tiny-constant@1\.10\.0.*tiny-nan@1\.0\.0/,
    );
    await expect(registry.find('tiny-constant', '7.0.0')).rejects.toThrow('No detector "tiny-constant@7.0.0".');
  });

  it.each([
    ['refused-shape', /output\.boxes: expected the shape \[N, 4\], the graph has \[3, 3\]/],
    ['refused-name', /output\.boxes: expected an output "rois", the graph has "boxes", "scores"/],
    ['refused-external', /^onnx\.file: .* those of ".+" are in another file: export the model as one file\.$/],
  ])('keeps %s as not ready and says what does not fit', async (name, reason) => {
    const refused = await registry.find(name);
    expect(refused).toMatchObject({ id: null, ready: false });
    expect(refused.reason).toMatch(reason);
  });

  it('takes the first of two folders that hold the same name and version', async () => {
    const same = registry.list().filter(({ name, version }) => name === 'tiny-constant' && version === '1.0.0');
    expect(same.map(({ ready }) => ready).sort()).toEqual([false, true]);
    expect(same.find(({ ready }) => !ready)?.reason).toBe('Another folder holds tiny-constant@1.0.0 already.');
    expect(await registry.find('tiny-constant', '1.0.0')).toMatchObject({ ready: true });
  });

  it('finds the same rows at the next start', async () => {
    const again = await open();
    expect(again.list().map(({ id }) => id)).toEqual(registry.list().map(({ id }) => id));
  });

  it('is empty, and says so, where there is no folder of models', async () => {
    const empty = await open(join(models.folder, 'nowhere'));
    await expect(empty.find('x')).rejects.toThrow('No detector "x". Known: none.');
  });
});

describe('a model folder', () => {
  let models: ReturnType<typeof copyTinyModels>;
  beforeEach(() => {
    models = copyTinyModels();
  });
  afterEach(() => models.remove());
  const folder = () => join(models.folder, 'tiny-constant');
  const onnx = () => join(folder(), 'model.onnx');
  const edit = (change: (manifest: Json) => void): void => {
    const path = join(folder(), 'model.json');
    const manifest: Json = JSON.parse(readFileSync(path, 'utf8'));
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };

  it.each([
    [
      'another file',
      () => writeFileSync(onnx(), 'x'),
      /model\.onnx has sha256 [0-9a-f]{64}, model\.json says [0-9a-f]{64}: copy/,
    ],
    ['no ONNX file', () => rmSync(onnx()), /^model\.onnx is missing\.$/],
    ['no manifest', () => rmSync(join(folder(), 'model.json')), /^model\.json is missing\.$/],
    [
      'a symbolic link',
      () => {
        renameSync(onnx(), join(models.folder, 'other'));
        symlinkSync(join(models.folder, 'other'), onnx());
      },
      /to be a regular file/,
    ],
    ['a manifest that is no JSON', () => writeFileSync(join(folder(), 'model.json'), '{'), /model\.json is not JSON/],
    ['an unknown field', () => edit((manifest) => Object.assign(manifest, { nms: 1 })), /nms/],
    ['an unknown format', () => edit((manifest) => Object.assign(manifest, { formatVersion: 2 })), /formatVersion/],
    [
      'another file name',
      () => edit((manifest) => Object.assign(manifest.onnx as Json, { file: '../tiny-nan/model.onnx' })),
      /onnx\.file/,
    ],
    [
      'a window upside down',
      () => edit((manifest) => Object.assign(manifest.input as Json, { scaledRange: { low: 1, high: -1 } })),
      /input\.scaledRange: Expected low below high/,
    ],
    [
      'a manifest in UTF-16',
      () => writeFileSync(join(folder(), 'model.json'), Buffer.from('\ufeff{}', 'utf16le')),
      /model\.json to be UTF-8, got UTF-16: save it as UTF-8/,
    ],
    [
      'a manifest in Latin-1',
      () => writeFileSync(join(folder(), 'model.json'), Buffer.from('{"name":"\u00e9"}', 'latin1')),
      /model\.json to be UTF-8, got bytes that are none/,
    ],
  ])('with %s is refused by name', async (_, spoil, message) => {
    spoil();
    await expect(readModelFolder(folder())).rejects.toThrow(message);
  });

  it.each([
    ['second names of its files', () => linkSync(onnx(), join(models.folder, 'other'))],
    [
      'the mark that Windows’ editors write before UTF-8',
      () => {
        const path = join(folder(), 'model.json');
        writeFileSync(path, Buffer.concat([Buffer.from('\ufeff'), readFileSync(path)]));
      },
    ],
  ])('with %s is read as it is without', async (_, change) => {
    const { manifest } = await readModelFolder(folder());
    change();
    expect((await readModelFolder(folder())).manifest).toEqual(manifest);
  });
});
