import fc from 'fast-check';
import { forwardedOf, trustOf } from '../../src/http/forwarded';

const PROXY = '10.0.0.1';
const isTrusted = trustOf(['10.0.0.0/8', 'fd00::/8']);
const of = (headers: Record<string, string>, address = PROXY) => forwardedOf(headers, address, isTrusted);

describe('trustOf', () => {
  it('knows the addresses of a network, also as a socket for both families writes them', () => {
    expect(['10.1.2.3', '::ffff:10.1.2.3', 'fd12::1', 'fd12::1%eth0'].map(isTrusted)).toEqual([true, true, true, true]);
    expect(['11.0.0.1', '::ffff:11.0.0.1', 'fe80::1', 'unknown', ''].map(isTrusted)).toEqual(Array(5).fill(false));
  });

  it('trusts no one without a setting', () => {
    expect(trustOf([])('127.0.0.1')).toBe(false);
  });
});

describe('what proxies say of a request', () => {
  it('counts for nothing unless the connection is from a trusted one', () => {
    expect(of({ 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' }, '192.0.2.1')).toBeUndefined();
    expect(of({ forwarded: 'for=192.0.2.7' }, '192.0.2.1')).toBeUndefined();
  });

  it.each([
    ['the client', { 'x-forwarded-for': '192.0.2.7' }, { client: '192.0.2.7' }],
    ['with a port', { 'x-forwarded-for': '192.0.2.7:4711' }, { client: '192.0.2.7' }],
    ['of IPv6', { 'x-forwarded-for': '2001:db8::7' }, { client: '2001:db8::7' }],
    ['of IPv6 with a port', { 'x-forwarded-for': '[2001:db8::7]:4711' }, { client: '2001:db8::7' }],
    [
      'scheme and host',
      { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'HTTPS', 'x-forwarded-host': 'a.example:8443' },
      { client: '192.0.2.7', scheme: 'https', host: 'a.example:8443' },
    ],
    ['the scheme alone', { 'x-forwarded-proto': 'https' }, { client: PROXY, scheme: 'https' }],
    [
      'RFC 7239',
      { forwarded: 'for=192.0.2.7;proto=https;host=a.example' },
      { client: '192.0.2.7', scheme: 'https', host: 'a.example' },
    ],
    [
      'RFC 7239 with quotes',
      { forwarded: 'For="[2001:db8::7]:4711"; Host="a.example:8443"' },
      { client: '2001:db8::7', host: 'a.example:8443' },
    ],
  ])('is read: %s', (_what, headers, expected) => {
    expect(of(headers)).toEqual({ scheme: undefined, host: undefined, ...expected });
  });

  it.each([
    ['two trusted proxies', { 'x-forwarded-for': '192.0.2.7, 10.0.0.2', 'x-forwarded-proto': 'https' }, '192.0.2.7'],
    ['what the client wrote before', { 'x-forwarded-for': '198.51.100.1, 127.0.0.1, 192.0.2.7' }, '192.0.2.7'],
    ['a client within the networks of the proxies', { 'x-forwarded-for': '10.9.9.9' }, '10.9.9.9'],
    ['no address', { 'x-forwarded-for': '192.0.2.7, unknown' }, PROXY],
    ['nothing', { 'x-forwarded-for': '' }, PROXY],
    ['an obfuscated client', { forwarded: 'for=_hidden' }, PROXY],
    ['a chain by RFC 7239', { forwarded: 'for=198.51.100.1, for=192.0.2.7, for=10.0.0.2' }, '192.0.2.7'],
    ['a broken element', { forwarded: 'for=192.0.2.7, for="10.0.0.2' }, PROXY],
  ])('has the last untrusted address as the client: %s', (_what, headers, client) => {
    expect(of(headers)?.client).toBe(client);
  });

  it('takes scheme and host from the proxy that the client reached, and not from the client', () => {
    expect(
      of({
        'x-forwarded-for': '1.1.1.1, 192.0.2.7, 10.0.0.2',
        'x-forwarded-proto': 'gopher, https, http',
        'x-forwarded-host': 'evil.example, a.example, inner.example',
      }),
    ).toEqual({ client: '192.0.2.7', scheme: 'https', host: 'a.example' });
  });

  it('does not count where both kinds of headers say different things: one is what the client sent', () => {
    const common = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
    const nothing = { client: PROXY, scheme: undefined, host: undefined };
    expect(of({ ...common, forwarded: 'for=198.51.100.1;proto=http;host=evil.example' })).toEqual(nothing);
    expect(of({ ...common, forwarded: 'for=192.0.2.7;proto=https;host=evil.example' })).toEqual({
      client: '192.0.2.7',
      scheme: 'https',
      host: undefined,
    });
    expect(of({ ...common, forwarded: `for=${'"\\'.repeat(1500)}` })).toEqual(nothing);
  });

  it('never lets a client choose the address that its proxy adds', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.ipV4(), (forged, real) => {
        fc.pre(!isTrusted(real));
        expect(of({ 'x-forwarded-for': `${forged}, ${real}` })?.client).toBe(real);
      }),
    );
  });
});
