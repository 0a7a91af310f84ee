import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/database';
import { createLogger } from '../../src/log';
import { createRegistry, type DetectorRegistry, registerDetector, type TrialLimits } from '../../src/models';
import { copyTinyModels } from '../inference/tinyModels';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

type Json = Record<string, unknown>;

/** What a test works with. The database is that of its file; the two folders are new for each test. */
interface RegistrationBed {
  database: Database;
  dataDir: string;
  /** a copy of all tiny models, which a test may spoil */
  modelsDir: string;
}

export let bed: RegistrationBed;

/** To be called once in a test file: fills `bed` before each test. */
export function fillRegistrationBed(): void {
  let test: TestDatabase;
  let models: ReturnType<typeof copyTinyModels>;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());
  beforeEach(() => {
    models = copyTinyModels('refused-models');
    const dataDir = mkdtempSync(join(tmpdir(), 'deeplesion-registration-'));
    bed = { database: test.database, dataDir, modelsDir: models.folder };
  });
  afterEach(() => {
    models.remove();
    rmSync(bed.dataDir, { recursive: true });
  });
}

export const folder = (name = 'tiny-constant') => join(bed.modelsDir, name);
export const onnx = (name?: string) => join(folder(name), 'model.onnx');
export const edit = (change: (manifest: Json) => void, name?: string): void => {
  const path = join(folder(name), 'model.json');
  const manifest: Json = JSON.parse(readFileSync(path, 'utf8'));
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
};
export const part = (manifest: Json, name: string) => manifest[name] as Json;
export const named = (name: string, version = '1.0.0') =>
  edit((manifest) => Object.assign(manifest, { name, version }));
/** Another file of the model, whose checksum is in the manifest. */
export const replaceFile = (bytes: Buffer): void => {
  writeFileSync(onnx(), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  edit((manifest) => Object.assign(part(manifest, 'onnx'), { sha256 }));
};
/** The boxes of the tiny models, as they stand in the file. */
const TINY_BOXES = [1, 1, 5, 5, 1, 1, 5, 4.5, 6, 6, 8, 8];
export function scaledBoxes(factor: number, file = readFileSync(onnx())): Buffer {
  const bytes = Buffer.from(file);
  const floats = (values: readonly number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
  const place = bytes.indexOf(floats(TINY_BOXES));
  expect(place).toBeGreaterThan(0);
  floats(TINY_BOXES.map((value) => value * factor)).copy(bytes, place);
  return bytes;
}
export const register = (name?: string, limits?: TrialLimits) =>
  registerDetector({ database: bed.database, config: { dataDir: bed.dataDir } }, folder(name), limits);
/** A process that has no model folder: what it knows it knows from the database. */
export const otherProcess = (own = bed.dataDir): Promise<DetectorRegistry> =>
  createRegistry({
    database: bed.database,
    config: { modelsDir: join(bed.modelsDir, 'none'), dataDir: own },
    log: createLogger('silent'),
  });
export const rows = async (): Promise<number> => {
  const [row] = await bed.database.query<{ count: number }>({
    text: 'SELECT (SELECT count(*) FROM detector) + (SELECT count(*) FROM model_file_part) AS count',
  });
  return row?.count ?? -1;
};

/** A model that a registration refuses. */
export interface BadModel {
  is: string;
  /** the folder of the tiny model; tiny-constant if omitted */
  name?: string;
  spoil?: () => void;
  limits?: TrialLimits;
  reason: RegExp;
  argument: string;
}

/**
 * One test for each: the message names the reason and the argument, and neither the database nor the cache has anything
 * of it.
 */
export function refuseEach(cases: readonly BadModel[]): void {
  it.each(cases)('that $is is refused, and nothing of it stays', async ({ name, spoil, limits, reason, argument }) => {
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
  });
}

function leftovers(): string[] {
  try {
    return readdirSync(join(bed.dataDir, 'model-cache'));
  } catch {
    return [];
  }
}
