import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SNIPPET = resolve(__dirname, '../../deploy/nginx.conf');
export const SERVER_NAME = 'data.example.org';

/** Where Debian has the programs; a user's path may lack the first. */
const NGINX = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((file) => existsSync(file));
const OPENSSL = ['/usr/bin/openssl'].find((file) => existsSync(file));

/** What a machine lacks for these tests; empty: nothing. */
export const LACKING = [NGINX ? '' : 'nginx', OPENSSL ? '' : 'openssl'].filter(Boolean).join(' and ');

/** A real nginx on 127.0.0.1. */
export interface Nginx {
  /** its own certificate, which clients have to trust */
  readonly certificate: Buffer;
  stop(): Promise<void>;
}

/** @returns a port of 127.0.0.1 that nothing uses at the moment */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts nginx with deploy/nginx.conf, in which the lines marked CHANGE are changed.
 *
 * @param port where it listens @param serverPort where the server listens
 */
export async function startNginx(port: number, serverPort: number): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-nginx-'));
  const [certificate, key] = makeCertificate(folder);
  const snippet = changed(readFileSync(SNIPPET, 'utf8'), [
    ['server 127.0.0.1:4000;', `server 127.0.0.1:${serverPort};`],
    ['listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`],
    ['/etc/ssl/certs/data.example.org.pem', certificate],
    ['/etc/ssl/private/data.example.org.key', key],
  ]);
  writeFileSync(join(folder, 'site.conf'), snippet);
  writeFileSync(join(folder, 'nginx.conf'), mainConfiguration(folder));
  const child = spawn(
    NGINX ?? 'nginx',
    ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')],
    {
      stdio: 'ignore',
    },
  );
  await untilItListens(port, child, join(folder, 'error.log'));
  return {
    certificate: readFileSync(certificate),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function changed(text: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`deploy/nginx.conf has no longer: ${from}`);
    return before.replace(from, to);
  }, text);
}

function makeCertificate(folder: string): [certificate: string, key: string] {
  const files: [string, string] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', `/CN=${SERVER_NAME}`, '-addext', `subjectAltName=DNS:${SERVER_NAME}`];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-out', files[0], '-keyout', files[1]];
  execFileSync(OPENSSL ?? 'openssl', [...words, ...subject], { stdio: 'ignore' });
  return files;
}

/** All that nginx writes lies in the folder; it starts as any user. */
function mainConfiguration(folder: string): string {
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => {
    const place = join(folder, kind);
    mkdirSync(place);
    return `  ${kind}_temp_path ${place};`;
  });
  return [
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    'daemon off;',
    'worker_processes 1;',
    `pid ${join(folder, 'nginx.pid')};`,
    'events { worker_connections 512; }',
    'http {',
    '  access_log off;',
    ...places,
    `  include ${join(folder, 'site.conf')};`,
    '}',
  ].join('\n');
}

async function untilItListens(port: number, child: ChildProcess, log: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    new Promise((resolveAnswer) => {
      const socket = connect(port, '127.0.0.1', () => resolveAnswer(true));
      socket.once('error', () => resolveAnswer(false));
      socket.once('connect', () => socket.destroy());
    });
  while (!(await answers())) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}:\n${readFileSync(log, 'utf8')}`);
    await sleep(20);
  }
}
