import { join } from 'node:path';
import type { Config } from '../config';
import type { Database } from '../database';
import { messageOf } from '../errors';
import { askTwice, InferenceHost, InferenceProcessDied, readEncoderFolder, readModelFolder } from '../inference';
import { findStoredDetectors } from './detectorRows';
import { holdsEncoder, modelFolderNames } from './encoders';
import { ModelCache, modelCacheDir } from './modelFiles';

/** Whether a model works on this machine. */
export interface ModelState {
  kind: 'detector' | 'encoder';
  /** folder of MODELS_DIR, or name and version of a registered one */
  name: string;
  /** null if it works */
  reason: string | null;
}

/**
 * Reads, loads and tries every model on the CPU, one after another, and writes nothing down.
 *
 * @param database null: only those of MODELS_DIR
 */
export async function* inspectModels(
  database: Database | null,
  config: Pick<Config, 'modelsDir' | 'dataDir'>,
): AsyncGenerator<ModelState> {
  const host = new InferenceHost({ executionProviders: ['cpu'], threads: 1 });
  const reasonOf = (work: () => Promise<unknown>): Promise<string | null> =>
    askTwice(work, InferenceProcessDied).then(() => null, messageOf);
  try {
    for (const name of await modelFolderNames(config.modelsDir)) {
      const path = join(config.modelsDir, name);
      if (await holdsEncoder(path))
        yield { kind: 'encoder', name, reason: await reasonOf(async () => host.open(await readEncoderFolder(path))) };
      else
        yield { kind: 'detector', name, reason: await reasonOf(async () => host.tryOut(await readModelFolder(path))) };
    }
    if (!database) return;
    const cache = new ModelCache(database, modelCacheDir(config));
    for (const { name, version, modelSha256, manifest } of await findStoredDetectors(database)) {
      const tryOut = async (): Promise<unknown> => {
        const onnxPath = await cache.locate(modelSha256);
        return host.tryOut({ manifest, onnxPath });
      };
      yield { kind: 'detector', name: `${name}@${version}`, reason: await reasonOf(tryOut) };
    }
  } finally {
    host.stop('All models are tried.');
  }
}
