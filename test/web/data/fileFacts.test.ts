import { factsOf } from '../../../web/app/data/fileFacts';

const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const DIGEST = `sha-256=:${Buffer.from(SHA256, 'hex').toString('base64')}:`;

describe('what the server says of a file', () => {
  it('is its size, checksum and licence', () => {
    const link = '</exports/a@1/citation>; rel="cite-as", <https://example.org/licence>; rel="license"';
    expect(factsOf(new Headers({ 'Repr-Digest': DIGEST, 'Content-Length': '12', Link: link }))).toEqual({
      bytes: 12,
      sha256: SHA256,
      licence: 'https://example.org/licence',
    });
  });

  it('is nothing but its licence before it has been made', () => {
    expect(factsOf(new Headers({ 'Content-Length': '0' }))).toEqual({ bytes: null, sha256: null, licence: null });
  });
});
