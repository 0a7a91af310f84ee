import { anonymousScopesOf, defaultLimitsOf, quotaWords } from './access';
import { type Config, parseEnvironment, readConfig, VARIABLES } from './config';
import { type Environment, fileVariableOf, masked, SECRETS } from './secretFiles';

/** A setting as it takes effect. */
export interface Setting {
  /** of its environment variable */
  readonly name: string;
  /** in a form for people and programs, without what opens anything; null: not set, and no default */
  readonly value: string | number | boolean | readonly string[] | null;
  /** `FILE`: the variable `NAME_FILE` names the file that has it */
  readonly origin: 'DEFAULT' | 'ENVIRONMENT' | 'FILE';
}

/** Relative folders are those of the checkout, and some values depend on other settings. */
const DEPENDENT: Readonly<Record<string, (config: Config) => string | boolean | readonly string[]>> = {
  ANONYMOUS_QUOTAS: (config) => quotaWords(defaultLimitsOf(config).anonymous),
  ANONYMOUS_SCOPES: anonymousScopesOf,
  DATA_DIR: ({ dataDir }) => dataDir,
  KEY_QUOTAS: (config) => quotaWords(defaultLimitsOf(config).keys),
  MODELS_DIR: ({ modelsDir }) => modelsDir,
  MODEL_INBOX: ({ modelInbox }) => modelInbox,
  S3_PATH_STYLE: ({ objectStore }) => objectStore.pathStyle,
};

/**
 * @param environment usually `process.env`
 * @returns all settings, in the order of the configuration @throws BadUserInput if one does not fit
 */
export function effectiveSettings(environment: Environment): Setting[] {
  const config = readConfig(environment);
  const parsed = parseEnvironment(environment);
  return VARIABLES.map((name) => ({
    name,
    value: shownValue(name, DEPENDENT[name]?.(config) ?? parsed[name]),
    origin: originOf(name, environment),
  }));
}

function originOf(name: string, environment: Environment): Setting['origin'] {
  if (environment[name]) return 'ENVIRONMENT';
  const isOfFile = SECRETS.some((secret) => secret === name) && environment[fileVariableOf(name)];
  return isOfFile ? 'FILE' : 'DEFAULT';
}

type Parsed = ReturnType<typeof parseEnvironment>[keyof ReturnType<typeof parseEnvironment>];

function shownValue(name: string, parsed: Parsed): Setting['value'] {
  if (parsed === undefined) return null;
  if (typeof parsed === 'string') return masked(name, parsed);
  if (typeof parsed !== 'object') return parsed;
  if ('origin' in parsed) return `${parsed.origin}${parsed.path}`;
  if ('length' in parsed) return parsed;
  // Roles by the names of groups.
  return 'entries' in parsed ? [...parsed.entries()].map((pair) => pair.join('=')) : quotaWords(parsed);
}
