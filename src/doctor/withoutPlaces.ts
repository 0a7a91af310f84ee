import type { Config } from '../config';
import type { Finding } from './finding';

/** An absolute path of two parts or more; addresses of the web and shares such as 3/4 are none. */
const PATH = /(?<![\w.:/~-])\/(?:[^\s/,;:"'`()]+\/)+[^\s/,;:"'`()]*/g;

/** @returns a finding for callers of the server: where something is on its disk is for the command line alone */
export function withoutPlaces(
  finding: Finding,
  { dataDir, modelsDir }: Pick<Config, 'dataDir' | 'modelsDir'>,
): Finding {
  const hide = (text: string): string =>
    text.replaceAll(dataDir, 'DATA_DIR').replaceAll(modelsDir, 'MODELS_DIR').replace(PATH, '(a folder of the server)');
  const { check, text, cure } = finding;
  return { ...finding, check: hide(check), text: hide(text), cure: cure === null ? null : hide(cure) };
}
