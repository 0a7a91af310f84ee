import fc from 'fast-check';
import { OWN_PATHS } from '../src/addressSettings';
import { readConfig } from '../src/config';
import { PATHS } from '../src/http/webPaths';

describe('PUBLIC_URL', () => {
  const of = (text: string) => readConfig({ PUBLIC_URL: text }).publicUrl;

  it.each([
    ['https://data.example.org', 'https://data.example.org', ''],
    ['https://data.example.org/', 'https://data.example.org', ''],
    ['HTTPS://Data.Example.org:443/deeplesion/', 'https://data.example.org', '/deeplesion'],
    ['http://10.0.0.1:8080/a/b_c-d.e~f', 'http://10.0.0.1:8080', '/a/b_c-d.e~f'],
    ['https://[2001:db8::1]/ct', 'https://[2001:db8::1]', '/ct'],
  ])('takes %s', (text, origin, path) => {
    expect(of(text)).toEqual({ origin, path });
  });

  it('is not set by default', () => {
    expect(readConfig({ PUBLIC_URL: '' }).publicUrl).toBeUndefined();
  });

  it.each([
    'data.example.org',
    '//data.example.org',
    'ftp://data.example.org',
    'https://',
    'https://user:word@data.example.org',
    'https://data.example.org?a=b',
    'https://data.example.org/#part',
    'https://data.example.org/a b',
    'https://data.example.org/a//b',
    'https://data.example.org/../b',
    'https://data.example.org/a/%2e%2e',
    'https://data.example.org/"><script>',
    'https://data.example.org\r\nX-Other: 1',
    'https://data.example.org:99999',
    'https://data example.org',
  ])('refuses %j, and says what an address is', (text) => {
    expect(() => of(text)).toThrow(/PUBLIC_URL=[\s\S]*Expected http or https, a host, and a path/);
  });

  it('shows no password of an address that it refuses', () => {
    expect(() => of('https://user:geheim@data.example.org')).toThrow(/PUBLIC_URL=https:\/\/user:…@/);
  });

  it('refuses a prefix that begins like an address of the server', () => {
    const firstParts = Object.values(PATHS).map((path) => path.split('/')[1] ?? '');
    for (const part of [...firstParts.filter(Boolean), 'graphql', 'images', 'uploads', 'metrics'])
      expect(() => of(`https://data.example.org/${part}/x`)).toThrow(/is an address of this server/);
    expect(OWN_PATHS.has('deeplesion')).toBe(false);
  });

  it('gives a path that begins with a slash and never ends with one, whatever it takes', () => {
    fc.assert(
      fc.property(fc.webUrl(), (text) => {
        const taken = ((): ReturnType<typeof of> => {
          try {
            return of(text);
          } catch {
            return undefined;
          }
        })();
        if (taken) expect(`${taken.origin}${taken.path}`).toMatch(/^https?:\/\/[^/]+(\/[A-Za-z0-9._~-]+)*$/);
      }),
    );
  });
});

describe('CORS_ORIGINS', () => {
  const of = (text: string) => readConfig({ CORS_ORIGINS: text }).corsOrigins;

  it('takes origins as browsers send them', () => {
    expect(readConfig({}).corsOrigins).toEqual([]);
    expect(of('https://Notes.example.org:443/, http://10.0.0.1:8888 http://10.0.0.1:8888')).toEqual([
      'https://notes.example.org',
      'http://10.0.0.1:8888',
    ]);
    expect(of('* https://notes.example.org')).toEqual(['*', 'https://notes.example.org']);
  });

  it.each([
    'null',
    'notes.example.org',
    'https://*.example.org',
    'https://a.example/page',
    'https://a@b.example',
    'file://',
  ])('refuses %s', (text) => {
    expect(() => of(`https://fine.example ${text}`)).toThrow(/CORS_ORIGINS=.*Expected origins such as .*got /);
  });
});

describe('TRUSTED_PROXIES', () => {
  const of = (text: string) => readConfig({ TRUSTED_PROXIES: text }).trustedProxies;

  it('takes addresses and networks', () => {
    expect(readConfig({}).trustedProxies).toEqual([]);
    expect(of('127.0.0.1, 10.0.0.0/8 ::1 fd00::/8')).toEqual(['127.0.0.1/32', '10.0.0.0/8', '::1/128', 'fd00::/8']);
  });

  it.each(['proxy.example.org', '10.0.0.0/33', '10.0.0.0/8/8', '127.1', '::1/129', 'fe80::1%eth0', '10.0.0.0/x', '*'])(
    'refuses %s',
    (text) => {
      expect(() => of(text)).toThrow(/TRUSTED_PROXIES=.*Expected addresses and networks such as .*got /);
    },
  );

  it.each(['0.0.0.0/0', '::/0'])('refuses %s, with which anyone could forge an address', (text) => {
    expect(() => of(text)).toThrow(/anyone could forge/);
  });
});
