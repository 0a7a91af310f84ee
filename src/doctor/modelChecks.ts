import type { Config } from '../config';
import type { Database } from '../database';
import { findExecutionProviders } from '../inference';
import { inspectModels } from '../models';
import { type Finding, fail, ok, warn } from './finding';

/** Whether each model loads and passes its trial on this machine, on its CPU. */
export async function checkModels(
  database: Database | null,
  config: Pick<Config, 'modelsDir' | 'dataDir'>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  let usable = 0;
  for await (const { name, kind, reason } of inspectModels(database, config)) {
    const check = `${kind} ${name}`;
    if (reason === null) findings.push(ok(check, 'It loads and passes its trial.'));
    else findings.push(fail(check, reason, 'Correct the folder or register it again; runs of it fail until then.'));
    if (reason === null && kind === 'detector') usable += 1;
  }
  if (usable > 0) return findings;
  const cure = 'Set MODELS_DIR to a folder of models, or register one: npx deeplesion model register FOLDER';
  return [...findings, warn('models', 'There is no detector that can be run.', cure)];
}

/** Whether this machine has the execution providers that were asked for. */
export async function checkProviders({ executionProviders }: Pick<Config, 'executionProviders'>): Promise<Finding[]> {
  const states = await findExecutionProviders();
  const available = states.filter(({ available }) => available).map(({ executionProvider }) => executionProvider);
  const missing = states.filter(
    ({ executionProvider, available }) => !available && executionProviders.includes(executionProvider),
  );
  const text = `Available here: ${available.join(', ') || 'none'}.`;
  if (available.length === 0)
    return [fail('execution providers', text, 'Install again: npm run build; ONNX Runtime does not load.')];
  if (missing.length === 0) return [ok('execution providers', text)];
  return missing.map(({ executionProvider, reason }) =>
    warn(
      'execution providers',
      `${executionProvider} is not available here: ${reason ?? 'the reason is not known'}`,
      `Take it out of EXECUTION_PROVIDERS${executionProvider === 'cuda' ? ', or fetch its libraries: npm run setup:cuda' : ''}.`,
    ),
  );
}
