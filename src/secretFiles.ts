import { readFileSync } from 'node:fs';
import { BadUserInput } from './errors';

/**
 * What opens the database or the object storage, signs messages, guards the metrics or is known to the OpenID
 * provider. Each of these variables can be given as a file instead, in `NAME_FILE`, as container engines hand over secrets.
 */
export const SECRETS = [
  'DATABASE_URL',
  'METRICS_TOKEN',
  'OIDC_CLIENT_SECRET',
  'URL_SIGNING_SECRET',
  'WEBHOOK_SECRET',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** @returns the variable that names the file of a secret */
export const fileVariableOf = (secret: string): string => `${secret}_FILE`;

/** An address may contain a password, even if it is not one of ours. */
const withoutPassword = (text: string): string => text.replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1:…@');

/** @returns a form of a variable's value for messages and lists: nothing that opens anything */
export function masked(name: string, value: string): string {
  return name !== 'DATABASE_URL' && SECRETS.some((secret) => secret === name) ? '…' : withoutPassword(value);
}

/**
 * Reads the secrets that are given as files.
 *
 * @returns the environment with their contents under the names of the secrets, without one newline at the end
 * @throws BadUserInput if a secret is given in both ways, or its file cannot be read, is empty or has several lines
 */
export function withSecretFiles(environment: Environment): Environment {
  const found = SECRETS.flatMap((name) => {
    const file = environment[fileVariableOf(name)] || undefined;
    return file === undefined ? [] : [[name, readSecret(name, file, environment)] as const];
  });
  return found.length === 0 ? environment : { ...environment, ...Object.fromEntries(found) };
}

function readSecret(name: string, file: string, environment: Environment): string {
  const variable = fileVariableOf(name);
  if (environment[name])
    throw new BadUserInput(`Expected ${name} or ${variable}, and not both: remove one of them.`, variable);
  const secret = readText(variable, file).replace(/\r?\n$/, '');
  if (secret === '') throw new BadUserInput(`${variable}=${file} is empty: write the secret into it.`, variable);
  if (/[\r\n\0]/.test(secret))
    throw new BadUserInput(`${variable}=${file} has several lines: expected the secret alone.`, variable);
  return secret;
}

function readText(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    throw new BadUserInput(
      `${variable}=${file} cannot be read (${code}): name a file that this user may read.`,
      variable,
      { cause: thrown },
    );
  }
}
