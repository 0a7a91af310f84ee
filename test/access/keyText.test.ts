import * as fc from 'fast-check';
import { holdsKey } from '../../src/access';
import { createKeyText, isSameChecksum, readKeyText } from '../../src/access/keyText';

describe('the text of a key', () => {
  const made = createKeyText();

  it('is dl_ID_SECRET with 8 characters of base32 and 43 of base64url, of which id and checksum are kept', () => {
    expect(made.text).toMatch(/^dl_[A-Z2-7]{8}_[A-Za-z0-9_-]{43}$/);
    expect(made.text).toContain(made.keyId);
    expect(JSON.stringify({ ...made, text: '' })).not.toContain(made.text.slice(12));
    expect(readKeyText(made.text)).toEqual({ keyId: made.keyId, secretSha256: made.secretSha256 });
  });

  it.each([
    ['in lower case', made.text.toLowerCase()],
    ['without its last character', made.text.slice(0, -1)],
    ['with one more', `${made.text}A`],
    ['twice', made.text + made.text],
    ['with a line end', `${made.text}\n`],
    ['without its beginning', made.text.slice(3)],
    ['nothing', ''],
  ])('is refused %s', (_, text) => {
    expect(readKeyText(text)).toBeNull();
  });

  it('has another checksum for every other secret', () => {
    const other = createKeyText();
    expect(isSameChecksum(made.secretSha256, other.secretSha256)).toBe(false);
    expect(isSameChecksum(made.secretSha256, readKeyText(made.text)?.secretSha256 ?? '')).toBe(true);
  });
});

describe('an address that holds a key', () => {
  const key = createKeyText().text;
  const percentEncoded = (text: string): string =>
    [...text].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');

  it.each([
    ['as a parameter', `/graphql?access_token=${key}`],
    ['behind a word of its own', `/?authorization=Bearer%20${key}`],
    ['in its path', `/images/${key}.png`],
    ['in lower case', `/?key=${key.toLowerCase()}`],
    ['cut', `/?key=${key.slice(0, 30)}`],
    ['percent-encoded', `/?key=${percentEncoded(key)}`],
    ['percent-encoded twice', `/?key=${percentEncoded(percentEncoded(key))}`],
    ['beside a broken escape', `/?a=%zz&key=%64l_${key.slice(3)}`],
  ])('is recognized %s', (_, address) => {
    expect(holdsKey(address)).toBe(true);
  });

  it('is never taken for a global id or the id of an upload', () => {
    const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.string(), (bits, name) => {
        expect(holdsKey(`/uploads/${base64url(bits)}/12.png`)).toBe(false);
        expect(holdsKey(`/images/${Buffer.from(`BookmarkedImage:a@1:${name}`).toString('base64url')}.png`)).toBe(false);
      }),
    );
  });
});
