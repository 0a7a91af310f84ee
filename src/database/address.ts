/**
 * What our statements rely on, whatever the server, the database or the role has as its default: how times are written,
 * whose tables a bare name means, that no time limit holds but those that we request, and that a float comes back as it
 * was stored.
 */
const SESSION_SETTINGS = [
  'DateStyle=ISO,MDY',
  'IntervalStyle=postgres',
  'TimeZone=UTC',
  'search_path=public',
  'extra_float_digits=1',
  'default_transaction_isolation=read\\ committed',
  'statement_timeout=0',
  'lock_timeout=0',
];
/** In the form of a query: blanks are plus signs. */
const SESSION_OPTIONS = SESSION_SETTINGS.map((setting) => `-c ${setting}`)
  .join(' ')
  .replaceAll(' ', '+');

/** Says all that the driver would otherwise take from PGSSLMODE and PGSSLNEGOTIATION. */
const EMBEDDED_PARAMETERS = 'sslmode=disable&sslnegotiation=postgres';

/**
 * Completes an address by the settings of its sessions, which go to the server in the start packet. They come after
 * `options` of the address itself and replace PGOPTIONS of the environment. All that opens a connection takes them from
 * the address, in every process.
 *
 * @param url `postgresql://user:password@host:port/database`; one that is complete already stays as it is
 */
export function withSessionSettings(url: string): string {
  const [address, query] = splitQuery(url);
  const parameters = query === '' ? [] : query.split('&');
  // The driver takes the last of two, as a browser does.
  const given = parameters.findLast((parameter) => parameter.startsWith('options='))?.slice('options='.length);
  if (given?.endsWith(SESSION_OPTIONS)) return url;
  const options = `options=${given ? `${given}+` : ''}${SESSION_OPTIONS}`;
  return `${address}?${[...parameters.filter((parameter) => !parameter.startsWith('options=')), options].join('&')}`;
}

/** The complete address of the embedded database: no setting is taken from the environment. */
export function embeddedAddress(parts: { user: string; password: string; port: number; database: string }): string {
  const { user, password, port, database } = parts;
  return withSessionSettings(
    `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}?${EMBEDDED_PARAMETERS}`,
  );
}

/** @returns an address as messages may show it: without its password and its parameters */
export function addressForPeople(url: string): string {
  return splitQuery(url)[0].replace(/^(\w+:\/\/[^:@/]*):.*@/, '$1:…@');
}

/** @returns the value of a parameter of an address */
export function addressParameter(url: string, name: string): string | null {
  return new URLSearchParams(splitQuery(url)[1]).get(name);
}

function splitQuery(url: string): [address: string, query: string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}
