import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../src/log';
import { createRegistry, registerDetector, registerExternalDetector } from '../../src/models';
import { copyTinyModels } from '../inference/tinyModels';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

let test: TestDatabase;
let models: ReturnType<typeof copyTinyModels>;
beforeAll(async () => {
  test = await createTestDatabase();
  models = copyTinyModels();
});
afterAll(async () => {
  models.remove();
  await test.drop();
});

const dataDir = (): string => join(models.folder, 'data');
const register = (name: string, rest: Partial<Parameters<typeof registerExternalDetector>[1]> = {}) =>
  registerExternalDetector(test.database, { name, version: '1.0.0', ...rest });
/** A model folder of this name and version. */
function folderOf(name: string, version = '1.0.0'): string {
  const folder = join(models.folder, `${name}-${version}`);
  cpSync(join(models.folder, 'tiny-constant'), folder, { recursive: true });
  const path = join(folder, 'model.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), name, version }));
  return folder;
}
const registerModel = (folder: string) =>
  registerDetector({ database: test.database, config: { dataDir: dataDir() } }, folder);
const openRegistry = (modelsDir = join(models.folder, 'none')) =>
  createRegistry({
    database: test.database,
    config: { modelsDir, dataDir: dataDir() },
    log: createLogger('silent'),
  });

describe('an external detector', () => {
  it('is known by name and version, has no model, and may state architecture, address and citation', async () => {
    const texts = { architecture: 'RetinaNet', url: 'https://example.org/a', citation: 'Roe 2026' };
    expect(await register('complete', texts)).toEqual({
      alreadyRegistered: false,
      detector: {
        ...{ id: expect.any(Number), name: 'complete', version: '1.0.0', source: 'EXTERNAL', ...texts },
        ...{ modelSha256: null, manifest: null, storedBytes: null, registeredAt: expect.any(Date), archivedAt: null },
        ...{ licence: null, trainingData: null, trainedOn: null, contact: null },
      },
    });
    const { detector } = await register('bare');
    expect(detector).toMatchObject({ source: 'EXTERNAL', architecture: null, url: null, citation: null });
  });

  it('that is the same as before changes nothing, also when two register it at once', async () => {
    const texts = { url: 'HTTPS://Example.org', citation: 'Roe 2026' };
    const both = await Promise.all([register('again', texts), register('again', texts)]);
    expect(both.map(({ alreadyRegistered }) => alreadyRegistered).sort()).toEqual([false, true]);
    expect(both[0].detector).toEqual(both[1].detector);
    expect(both[0].detector.url).toBe('https://example.org/');
  });

  it('is the same if fewer texts are stated than before, and keeps those that are known', async () => {
    const { detector } = await register('fewer', { url: 'http://example.org/one', citation: 'one' });
    expect(await register('fewer', { citation: 'one' })).toEqual({ detector, alreadyRegistered: true });
    expect(await register('fewer')).toEqual({ detector, alreadyRegistered: true });
  });

  it.each([
    ['architecture', { architecture: 'other' }],
    ['url', { url: 'http://example.org/other' }],
    ['citation', { citation: 'other' }],
  ])('is refused with another %s under its name and version', async (field, change) => {
    const name = `kept-${field}`;
    const texts = { architecture: 'one', url: 'http://example.org/one', citation: 'one' };
    await register(name, texts);
    await expect(register(name, { ...texts, ...change })).rejects.toMatchObject({
      code: 'CONFLICT',
      argument: 'version',
      message: `${name}@1.0.0 is known with another ${field}: give this one its own version.`,
    });
    expect(await register(name, { ...texts, ...change, version: '1.0.1' })).toMatchObject({
      detector: { version: '1.0.1', ...change },
    });
  });

  const NO_ADDRESS = /^url: Expected an http or https address without user name\.$/;
  it.each<[what: string, change: Record<string, string>, message: RegExp]>([
    ['capitals in its name', { name: 'No Name' }, /^name: Expected lower-case letters, digits, dots and hyphens\.$/],
    ['a version of two numbers', { version: '1.0' }, /^version: Expected MAJOR\.MINOR\.PATCH/],
    ['an empty architecture', { architecture: ' ' }, /^architecture: Expected a text, got an empty one\.$/],
    ['a long architecture', { architecture: 'x'.repeat(201) }, /^architecture: Expected at most 200 characters\.$/],
    ['NUL in its citation', { citation: 'a\0b' }, /^citation: Expected a text without NUL/],
    ['half a pair in its citation', { citation: 'a\ud800' }, /^citation: Expected a text without NUL/],
    ['a long citation', { citation: 'x'.repeat(10_001) }, /^citation: Expected at most 10000 characters\.$/],
    ['an address without scheme', { url: 'example.org' }, NO_ADDRESS],
    ['an address of a file server', { url: 'ftp://example.org/' }, NO_ADDRESS],
    ['a script for an address', { url: 'javascript:alert(1)' }, NO_ADDRESS],
    ['a file for an address', { url: 'file:///etc/passwd' }, NO_ADDRESS],
    ['an address without host', { url: 'https://' }, NO_ADDRESS],
    ['a password in its address', { url: 'https://user:word@example.org/' }, NO_ADDRESS],
    ['a long address', { url: `https://a.org/${'x'.repeat(2_000)}` }, /^url: Expected at most 2000 characters\.$/],
  ])('is refused with %s', async (_what, change, message) => {
    const refused = expect(register('bad', change)).rejects;
    await refused.toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: Object.keys(change)[0],
      message: expect.stringMatching(message),
    });
  });
});

describe('names of external detectors and of models', () => {
  it('may be shared, versions are one or the other: a registered model keeps its own', async () => {
    await registerModel(folderOf('ours'));
    await expect(register('ours')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'ours@1.0.0 is a detector with a model: give this one its own version.',
    });
    expect(await register('ours', { version: '2.0.0' })).toMatchObject({ alreadyRegistered: false });
  });

  it('are refused to a model that has those of an external detector', async () => {
    await register('theirs');
    await expect(registerModel(folderOf('theirs'))).rejects.toMatchObject({
      code: 'CONFLICT',
      argument: 'version',
      message: 'theirs@1.0.0 is an external detector: give this one its own version.',
    });
  });

  it('are refused to a folder of MODELS_DIR that has those of an external detector, and to no other folder', async () => {
    await register('in-the-folder');
    folderOf('in-the-folder');
    folderOf('in-the-folder', '1.1.0');
    const registry = await openRegistry(models.folder);
    const found = registry.list().filter(({ name }) => name === 'in-the-folder');
    expect(found.map(({ version, ready, reason }) => ({ version, ready, reason }))).toEqual([
      {
        version: '1.0.0',
        ready: false,
        reason: 'in-the-folder@1.0.0 is an external detector: give this one its own version.',
      },
      { version: '1.1.0', ready: true, reason: null },
    ]);
  });
});

describe('the registry', () => {
  it('says of an external detector why it is not ready, and keeps none in its list', async () => {
    const { detector } = await register('not-ready');
    const registry = await openRegistry();
    expect(registry.readinessOf(detector)).toEqual({
      ready: false,
      reason: 'It is external: it runs outside this server, which stores only its detections.',
    });
    expect(registry.list()).toEqual([]);
    expect(await registry.findById(detector.id)).toBeNull();
  });

  it('refuses to run one, and says what to do', async () => {
    await register('elsewhere');
    await register('elsewhere', { version: '1.10.0' });
    await register('elsewhere', { version: '1.9.0' });
    const registry = await openRegistry();
    for (const [version, named] of [
      [undefined, '1.10.0'],
      ['1.9.0', '1.9.0'],
    ] as const)
      await expect(registry.find('elsewhere', version)).rejects.toMatchObject({
        code: 'CONFLICT',
        argument: 'detector',
        message: expect.stringMatching(
          new RegExp(`^Detector elsewhere@${named} is external: .* Run it there, or name a detector that has a model`),
        ),
      });
    await expect(registry.find('elsewhere', '3.0.0')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('finds the highest version that has a model, whatever external ones there are', async () => {
    await registerModel(folderOf('both', '1.2.0'));
    await register('both', { version: '3.0.0' });
    const registry = await openRegistry();
    expect(await registry.find('both')).toMatchObject({ version: '1.2.0', ready: true });
    await expect(registry.find('both', '3.0.0')).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('that is opened again leaves external detectors as they are', async () => {
    const rows = () => test.database.query({ text: `SELECT * FROM detector WHERE source = 'EXTERNAL' ORDER BY id` });
    const before = await rows();
    expect(before.length).toBeGreaterThan(0);
    await openRegistry(models.folder);
    expect(await rows()).toEqual(before);
  });
});
