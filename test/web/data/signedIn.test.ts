import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizationOf, fetchSignedIn, signIn, signOut } from '../../../web/app/data/signedIn';

/** Here is no storage, as in a browser that forbids it: a key lasts as long as the page. */
describe('the key that a page is signed in with', () => {
  let server: Server;
  let address: string;
  const seen: (string | undefined)[] = [];
  beforeAll(async () => {
    server = createServer(({ headers: { authorization }, url }, response) => {
      seen.push(authorization);
      response.statusCode = authorization === 'Bearer dl_DEAD' || url === '/proxy' ? 401 : 200;
      if (authorization === 'Bearer dl_DEAD') response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"');
      const problem = { message: 'The key is revoked.', extensions: { code: 'UNAUTHENTICATED' } };
      response.end(url === '/proxy' ? 'Log in first.' : JSON.stringify({ errors: [problem] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  afterEach(() => signOut());

  it('goes with every request, until one signs out', async () => {
    await fetchSignedIn(address);
    signIn('dl_ONE', 'TAB');
    await fetchSignedIn(address);
    signOut();
    await fetchSignedIn(address);
    expect(seen.splice(0)).toEqual([undefined, 'Bearer dl_ONE', undefined]);
  });

  it('is forgotten when the server does not accept it any more, so that the page does not go on guessing', async () => {
    signIn('dl_DEAD', 'DEVICE');
    expect((await fetchSignedIn(address)).status).toBe(401);
    expect(authorizationOf()).toEqual({});
  });

  it('stays when a proxy in between refuses a request', async () => {
    signIn('dl_ONE', 'TAB');
    await fetchSignedIn(`${address}proxy`);
    expect(authorizationOf()).toEqual({ Authorization: 'Bearer dl_ONE' });
  });

  it('stays when another one that is tried is refused', async () => {
    signIn('dl_ONE', 'TAB');
    await fetchSignedIn(address, { headers: authorizationOf('dl_DEAD') });
    expect(authorizationOf()).toEqual({ Authorization: 'Bearer dl_ONE' });
  });
});
