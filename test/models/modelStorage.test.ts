import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InsufficientStorage } from '../../src/errors';
import { readModelFolder } from '../../src/inference';
import { registerDetector } from '../../src/models';
import { checkModelRoom } from '../../src/models/modelStorage';
import { copyTinyModels } from '../inference/tinyModels';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

describe('the room for registered models', () => {
  const models = copyTinyModels();
  const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-room-'));
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(async () => {
    await test.drop();
    models.remove();
    rmSync(dataDir, { recursive: true });
  });
  const folder = (name: string) => join(models.folder, name);
  const bytesOf = (name: string): number => statSync(join(folder(name), 'model.onnx')).size;

  it('is bounded in all, and nothing is stored of a model that does not fit', async () => {
    const maxRegisteredModelBytes = bytesOf('tiny-constant') + bytesOf('tiny-network') - 1;
    const context = { database: test.database, config: { dataDir, maxRegisteredModelBytes } };
    await registerDetector(context, folder('tiny-constant'));
    const refused = await registerDetector(context, folder('tiny-network')).catch((thrown) => thrown);
    expect(refused).toBeInstanceOf(InsufficientStorage);
    expect(refused.message).toContain(`at most ${maxRegisteredModelBytes} bytes (MAX_REGISTERED_MODEL_BYTES)`);
    expect(refused.message).toContain(`they take ${bytesOf('tiny-constant')} and this one ${bytesOf('tiny-network')}`);
    expect(await test.database.query({ text: 'SELECT FROM detector' })).toHaveLength(1);
    expect((await registerDetector(context, folder('tiny-constant'))).alreadyRegistered).toBe(true);
  });

  it('is that of the disk where the database is embedded, and of no other', async () => {
    const model = await readModelFolder(folder('tiny-constant'));
    const check = (databaseUrl?: string) =>
      checkModelRoom(test.database, { dataDir, databaseUrl }, model, Number.MAX_SAFE_INTEGER);
    await expect(check()).rejects.toThrow('The disk of the server has no room for this model');
    await expect(check(test.url)).resolves.toBeUndefined();
  });
});
