/**
 * Addresses of single pictures that need no key for a while, for `<img>` and for programs that send no header. The signature
 * is over the path below the prefix of the server, the parameters as they stand in the address, in sorted order, and the time
 * of expiry, which is one of them: nothing of it can be changed.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadUserInput, Forbidden } from '../errors';

/** In seconds. */
export const MAX_EXPIRES_IN = 3_600;
/** The clocks of the server that signed and of the one that is asked may differ; seconds. */
const CLOCK_SLACK = 60;
const EXPIRY = 'exp';
const SIGNATURE = 'sig';
/** The address was given to someone who sees the ground truth of hidden splits: it shows no more than they see. */
const TRUTH = 'truth';

/** Signs and verifies addresses with one secret. */
export class SignedUrls {
  /**
   * @param secret the same on all servers that one address may reach
   * @param now milliseconds since 1970
   */
  constructor(
    private readonly secret: string,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * @param path of this server, below its prefix, with its query; none of its parameters is `exp`, `truth` or `sig`
   * @param expiresIn in seconds, 1 to 3,600
   * @param withTruth whether it shows the ground truth of hidden splits too
   * @returns the same with expiry and signature
   * @throws BadUserInput if the time does not fit
   */
  sign(path: string, expiresIn: number, withTruth = false): string {
    if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > MAX_EXPIRES_IN)
      throw new BadUserInput(
        `Expected expiresIn to be from 1 to ${MAX_EXPIRES_IN} seconds, got ${expiresIn}.`,
        'expiresIn',
      );
    const expiry = Math.floor(this.now() / 1_000) + expiresIn;
    const whole = `${path}${path.includes('?') ? '&' : '?'}${EXPIRY}=${expiry}${withTruth ? `&${TRUTH}=1` : ''}`;
    return `${whole}&${SIGNATURE}=${this.signatureOf(whole)}`;
  }

  /**
   * @param address path and query as they came
   * @returns the seconds until it expires; null if it is not signed
   * @throws Forbidden if something of it was changed, or it has expired
   */
  verify(address: string): number | null {
    const { parameters } = partsOf(address);
    const valuesOf = (name: string): string[] =>
      parameters.flatMap((one) =>
        one === name ? [''] : one.startsWith(`${name}=`) ? [one.slice(name.length + 1)] : [],
      );
    const [expiries, signatures] = [valuesOf(EXPIRY), valuesOf(SIGNATURE)];
    if (expiries.length === 0 && signatures.length === 0) return null;
    const [expiry = ''] = expiries;
    const [signature = ''] = signatures;
    const isOne = expiries.length === 1 && signatures.length === 1 && /^[1-9]\d{0,11}$/.test(expiry);
    if (!isOne || !isEqual(signature, this.signatureOf(address))) throw new Forbidden(CHANGED);
    const left = Number(expiry) - this.now() / 1_000;
    if (left <= 0) throw new Forbidden(EXPIRED);
    if (left > MAX_EXPIRES_IN + CLOCK_SLACK) throw new Forbidden(CHANGED);
    return left;
  }

  private signatureOf(address: string): string {
    const { path, parameters } = partsOf(address);
    const signed = parameters.filter((one) => !one.startsWith(`${SIGNATURE}=`)).sort();
    return createHmac('sha256', this.secret)
      .update(`${path}?${signed.join('&')}`)
      .digest('base64url');
  }
}

const CHANGED =
  'This signed address was changed, or is of another server: request it again, by url(expiresIn:) of the graph, and use it as ' +
  'it is.';
const EXPIRED = 'This signed address has expired: request it again, by url(expiresIn:) of the graph.';

/** Not decoded: another spelling of the same parameters is another address. */
function partsOf(address: string): { path: string; parameters: string[] } {
  const at = address.indexOf('?');
  if (at < 0) return { path: address, parameters: [] };
  return { path: address.slice(0, at), parameters: address.slice(at + 1).split('&') };
}

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** @returns the parameters of an address without those of its signature, which was verified before */
export function withoutSignature(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { [EXPIRY]: _expiry, [SIGNATURE]: _signature, [TRUTH]: _truth, ...rest } = query;
  return rest;
}

/** @param address whose signature was verified @returns whether it shows the ground truth of hidden splits too */
export const isWithTruth = (address: string): boolean => partsOf(address).parameters.includes(`${TRUTH}=1`);

/** @returns the secret in the data folder, which is made at the first time; only its owner can read it */
export function secretInFolder(dataDir: string): string {
  const file = join(dataDir, 'url-signing-secret');
  const known = readIfThere(file);
  if (known) return known;
  // Two processes may start at once: the file appears whole, and once.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  } finally {
    unlinkSync(draft);
  }
  const made = readIfThere(file);
  if (made) return made;
  throw new BadUserInput(`The file ${file} is empty: remove it, so that another secret is made.`, 'DATA_DIR');
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}
