import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/log';
import { createRegistry } from '../../src/models';
import {
  bed,
  edit,
  fillRegistrationBed,
  folder,
  named,
  onnx,
  otherProcess,
  part,
  register,
  replaceFile,
  rows,
  scaledBoxes,
} from './registrationBed';

fillRegistrationBed();

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
    rmSync(join(bed.dataDir, 'model-cache'), { recursive: true });
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
    linkSync(onnx(), join(bed.modelsDir, 'second'));
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
      database: bed.database,
      config: { modelsDir: bed.modelsDir, dataDir: bed.dataDir },
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
    rmSync(join(bed.dataDir, 'model-cache'), { recursive: true });
    const registry = await otherProcess();
    const found = await registry.find('changed-there');
    await bed.database.query({
      text: `UPDATE model_file_part SET bytes = bytes || '\\x00' WHERE model_sha256 = $1`,
      values: [found.modelSha256],
    });
    await expect(registry.locate(found)).rejects.toThrow(/The database holds a model file with sha256/);
    expect(readdirSync(join(bed.dataDir, 'model-cache'))).toEqual([]);
  });
});
