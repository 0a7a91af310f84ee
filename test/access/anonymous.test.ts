import { anonymousScopesOf, anonymousScopesUnder, ROLES, SCOPES } from '../../src/access';
import { readConfig } from '../../src/config';

describe('what callers without a key may do', () => {
  const scopesAt = (environment: Record<string, string>) => anonymousScopesOf(readConfig(environment));

  it.each(['127.0.0.1', '127.0.0.2', 'localhost', '::1'])('is all but keys on %s, the own machine', (HOST) => {
    expect(scopesAt({ HOST })).toEqual(SCOPES.filter((scope) => scope !== 'keys'));
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', '127.example.org', 'localhost.example.org'])(
    'is read and export on %s, where others come',
    (HOST) => {
      expect(scopesAt({ HOST })).toEqual(['read', 'export']);
    },
  );

  it('is read and export on the own machine behind a proxy', () => {
    const host = '127.0.0.1';
    expect(anonymousScopesOf({ host, publicUrl: 'https://example.org' })).toEqual(['read', 'export']);
    expect(anonymousScopesOf({ host, trustedProxies: ['10.0.0.1'] })).toEqual(['read', 'export']);
    expect(anonymousScopesOf({ host, trustedProxies: [] })).toContain('operate');
  });

  it.each(['localhost', 'LOCALHOST:4000', '127.0.0.1:4000', '[::1]:4000', null])(
    'is all but keys on the own machine for a page of %s, and for what no page sends (null)',
    (host) => {
      expect(anonymousScopesUnder({ host: '127.0.0.1' }, host)).toContain('operate');
    },
  );

  it.each(['rebound.example:4000', 'localhost.example', '127.0.0.1.example', '[::2]:4000', ''])(
    'is read alone on the own machine for a page of %s, a name that can be anybody’s',
    (host) => {
      expect(anonymousScopesUnder({ host: '127.0.0.1' }, host)).toEqual(['read']);
      expect(anonymousScopesUnder({ host: '127.0.0.1', anonymousScopes: ['detect'] }, host)).toEqual(['detect']);
    },
  );

  it('is what ANONYMOUS_SCOPES says, wherever the server listens', () => {
    expect(scopesAt({ HOST: '0.0.0.0', ANONYMOUS_SCOPES: 'upload, read  detect' })).toEqual([
      'read',
      'detect',
      'upload',
    ]);
    expect(scopesAt({ ANONYMOUS_SCOPES: 'none' })).toEqual([]);
    expect(scopesAt({ ANONYMOUS_SCOPES: '' })).toContain('operate');
  });

  it.each([
    ['keys', 'read,keys', /ANONYMOUS_SCOPES=read,keys: Expected other scopes than keys/],
    ['a word that is no scope', 'read,write', /among read, export.*got "write"/],
    ['none beside others', 'none,read', /got "none"/],
  ])('refuses %s', (_, ANONYMOUS_SCOPES, message) => {
    expect(() => readConfig({ ANONYMOUS_SCOPES })).toThrow(message);
  });
});

describe('the roles', () => {
  it('are those of the design', () => {
    expect(ROLES).toEqual({
      reader: ['read', 'export'],
      client: ['read', 'export', 'detect', 'upload', 'submit'],
      reviewer: ['read', 'export', 'review'],
      curator: ['read', 'export', 'review', 'curate', 'register'],
      operator: SCOPES,
    });
  });
});
