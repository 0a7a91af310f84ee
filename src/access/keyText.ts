import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/**
 * The form of a key: a fixed beginning, by which scanners recognize a leaked one, an id that may be shown, and 256
 * random bits, for which one fast hash is enough.
 */
const KEY = /^dl_([A-Z2-7]{8})_([A-Za-z0-9_-]{43})$/;
/** Also a damaged one, and in any case of letters. Ids of the graph and of uploads have another beginning or are shorter. */
const KEY_WITHIN = /(?<![\w-])dl_[a-z2-7]{8}_[\w-]{16,}/i;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ID_LENGTH = 8;
const SECRET_BYTES = 32;
/** A key as it is stored: without its secret. */
export interface KeyProof {
  /** eight letters and digits */
  keyId: string;
  /** of the secret's text, in hexadecimal */
  secretSha256: string;
}

/** @returns a new key: its text, which is shown once, and what is stored of it */
export function createKeyText(): KeyProof & { text: string } {
  const keyId = Array.from({ length: ID_LENGTH }, () => BASE32[randomInt(BASE32.length)]).join('');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return { keyId, secretSha256: sha256Of(secret), text: `dl_${keyId}_${secret}` };
}

/** @returns null for what has not the form of a key */
export function readKeyText(text: string): KeyProof | null {
  const [, keyId, secret] = KEY.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? null : { keyId, secretSha256: sha256Of(secret) };
}

/** Whether two checksums in hexadecimal are the same, in a time that does not depend on where they differ. */
export function isSameChecksum(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));
}

/** @returns whether a text, such as an address, holds a key, also one that is damaged or percent-encoded */
export function holdsKey(text: string): boolean {
  // Nearly every text ends here.
  if (!/dl_|%/i.test(text)) return false;
  let decoded = text;
  // Intermediaries decode as well, and then log.
  for (let layer = 0; layer < MAX_LAYERS && decoded.includes('%'); layer++) decoded = decodeOnce(decoded);
  return KEY_WITHIN.test(decoded) || KEY_WITHIN.test(text);
}

const MAX_LAYERS = 3;

/** Each sequence by itself, because one that is invalid must not hide the others. */
function decodeOnce(text: string): string {
  return text.replace(/%([0-7][0-9a-f])/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function sha256Of(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
