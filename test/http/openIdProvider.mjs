// A real OpenID provider in a process of its own, for test/http/signIn.test.ts and the stories of the browser: the package
// oidc-provider, with ways to spoil what it says. It speaks over IPC:
//   parent: { setUp: { redirectUris, postLogoutRedirectUris } } | { spoil: NAME | null } | { listen: boolean }
//   child: { issuer } at the start, { done: true } after each message
import { createSign, generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CLIENT = { id: 'deeplesion', secret: 'a secret of forty-three letters or so, long' };

/** People by their names at the provider; any password does. */
const PEOPLE = {
  ada: { name: 'Ada Example', groups: ['imaging', 'others'] },
  'another-ada': { name: 'Ada Example', groups: ['radiologists'] },
  nobody: { name: 'No Group' },
};

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const own = keyPair();
const foreign = keyPair();

let app = (_request, response) => response.writeHead(503).end();
let spoil = null;

const server = createServer((request, response) => {
  if (spoil !== null && request.url === '/token') spoilTokens(response, spoil);
  app(request, response);
});
const listen = (port) => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
await listen(0);
const { port } = server.address();
const issuer = `http://127.0.0.1:${port}`;

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Ways in which an ID token can be wrong, each of which the checks have to find. */
const SPOILED = {
  audience: ({ payload }) => ({ payload: { ...payload, aud: 'another-client' } }),
  expired: ({ payload }) => ({ payload: { ...payload, exp: payload.iat - 3_600 } }),
  issuer: ({ payload }) => ({ payload: { ...payload, iss: 'https://elsewhere.example' } }),
  nonce: ({ payload }) => ({ payload: { ...payload, nonce: 'another-nonce-of-another-sign-in' } }),
  signature: () => ({ key: foreign }),
};

/** Signs the ID token of the next answer again, wrongly. */
function spoilTokens(response, how) {
  const end = response.end.bind(response);
  response.end = (body, ...rest) => {
    const answer = JSON.parse(String(body));
    if (answer.id_token === undefined) return end(body, ...rest);
    const [head, claims] = answer.id_token.split('.').slice(0, 2);
    const parsed = JSON.parse(Buffer.from(claims, 'base64url').toString());
    const { payload = parsed, key = own } = SPOILED[how]({ payload: parsed });
    const text = `${head}.${base64url(payload)}`;
    const signature = createSign('RSA-SHA256').update(text).sign(key.privateKey).toString('base64url');
    const changed = JSON.stringify({ ...answer, id_token: `${text}.${signature}` });
    response.setHeader('content-length', Buffer.byteLength(changed));
    return end(changed, ...rest);
  };
}

function setUp({ redirectUris, postLogoutRedirectUris }) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: redirectUris,
        post_logout_redirect_uris: postLogoutRedirectUris,
      },
    ],
    jwks: { keys: [{ ...own.privateKey.export({ format: 'jwk' }), kid: 'own', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['a key of this test'] },
    claims: { openid: ['sub'], profile: ['name', 'groups'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    // Nobody is asked for consent.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
  app = provider.callback();
}

process.on('message', async (message) => {
  if (message.setUp) setUp(message.setUp);
  if ('spoil' in message) spoil = message.spoil;
  if (message.listen === true) await listen(port);
  if (message.listen === false) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  process.send({ done: true });
});
process.once('disconnect', () => process.exit());
process.send({ issuer });
