import { readConfig } from '../src/config';

const PROVIDER = { OIDC_ISSUER: 'https://login.example.org/realms/lab', OIDC_CLIENT_ID: 'deeplesion' };

describe('the settings of signing in', () => {
  it('are none by default', () => {
    expect(readConfig({}).oidc).toBeUndefined();
  });

  it('have the name of the provider, its scopes and the groups claim by default', () => {
    expect(readConfig({ ...PROVIDER, OIDC_ROLE_MAP: 'a=reader', OIDC_SCOPES: 'profile email' }).oidc).toEqual({
      ...{ issuer: PROVIDER.OIDC_ISSUER, clientId: 'deeplesion', clientSecret: undefined, name: 'login.example.org' },
      ...{ scopes: ['openid', 'profile', 'email'], groupsClaim: 'groups', roleMap: new Map([['a', 'reader']]) },
    });
  });

  it.each([
    ['a provider without a client', { OIDC_ISSUER: PROVIDER.OIDC_ISSUER }, /OIDC_CLIENT_ID together with OIDC_ISSUER/],
    ['a client without a provider', { OIDC_CLIENT_ID: 'x' }, /OIDC_ISSUER together with OIDC_CLIENT_ID/],
    ['a map without a provider', { OIDC_ROLE_MAP: 'a=reader' }, /OIDC_ISSUER together with OIDC_ROLE_MAP/],
    ['a provider by plain HTTP', { ...PROVIDER, OIDC_ISSUER: 'http://login.example.org' }, /OIDC_ISSUER=.*https/],
    ['an unknown role', { ...PROVIDER, OIDC_ROLE_MAP: 'a=admin' }, /OIDC_ROLE_MAP=a=admin/],
    ['a server for others without its address', { ...PROVIDER, HOST: '0.0.0.0' }, /PUBLIC_URL\/auth\/callback/],
    ['a public address by plain HTTP', { ...PROVIDER, PUBLIC_URL: 'http://data.example.org' }, /PUBLIC_URL with https/],
  ])('refuse %s', (_, environment, message) => {
    expect(() => readConfig(environment)).toThrow(message);
  });

  it('show no secret', () => {
    const environment = { ...PROVIDER, OIDC_CLIENT_SECRET: 'hush', OIDC_ROLE_MAP: 'a=admin' };
    expect(() => readConfig(environment)).toThrow(expect.not.stringContaining('hush'));
  });
});
