import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { AwsClient } from 'aws4fetch';

/** `.ci/run` puts moto into a folder of its own. */
const environment = { ...process.env, PYTHONPATH: process.env.MOTO_PYTHONPATH ?? process.env.PYTHONPATH ?? '' };
const hasMoto = spawnSync('python3', ['-c', 'import moto.server, flask'], { env: environment }).status === 0;

/** Tests with a real server of the S3 protocol; it is the Python package moto. */
export function describeStore(title: string, body: () => void): void {
  if (hasMoto) describe(title, body);
  else describe.skip(`${title} (skipped: python3 has no moto[server])`, body);
}

/** What a store does with the requests that come from now on. */
type Behaviour = 'ANSWERS' | 'IS_GONE' | 'REFUSES_KEYS' | 'IS_OVERLOADED';

/** A store behind a gateway that counts requests and can be taken away. */
export class StoreBed {
  behaviour: Behaviour = 'ANSWERS';
  /** method and path of what was asked, without the query; listings end with a slash */
  readonly asked: string[] = [];

  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: Interface,
    private readonly gateway: Server,
    private readonly port: number,
  ) {}

  static async start(): Promise<StoreBed> {
    const process = spawn('python3', [resolve(__dirname, 'store.py')], {
      env: environment,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const lines = createInterface({ input: process.stdout! });
    const [port] = (await once(lines, 'line')) as [string];
    const gateway = createServer();
    const bed = new StoreBed(process, lines, gateway, Number(port));
    gateway.on('request', (incoming, outgoing) => {
      bed.asked.push(`${incoming.method} ${incoming.url?.split('?')[0]}`);
      if (bed.behaviour === 'IS_GONE') return void incoming.socket.destroy();
      if (bed.behaviour === 'IS_OVERLOADED')
        return void outgoing.writeHead(503).end('<Error><Code>SlowDown</Code></Error>');
      if (bed.behaviour === 'REFUSES_KEYS')
        return void outgoing.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>');
      const { method, headers, url: path } = incoming;
      const passed = request({ host: '127.0.0.1', port: bed.port, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(passed);
    });
    await new Promise<void>((done) => gateway.listen(0, '127.0.0.1', done));
    return bed;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.gateway.address() as AddressInfo).port}`;
  }

  async createBucket(bucket: string): Promise<void> {
    await this.send('PUT', `/${bucket}`);
  }

  async put(bucket: string, key: string, content: Buffer | string): Promise<void> {
    await this.send('PUT', pathOf(bucket, key), content);
  }

  async remove(bucket: string, key: string): Promise<void> {
    await this.send('DELETE', pathOf(bucket, key));
  }

  /** Makes empty objects `PREFIX0.png`, `PREFIX1.png` … */
  async fill(bucket: string, prefix: string, count: number): Promise<void> {
    this.process.stdin!.write(`${bucket} ${prefix} ${count}\n`);
    await once(this.lines, 'line');
  }

  async stop(): Promise<void> {
    this.gateway.closeAllConnections();
    await new Promise((done) => this.gateway.close(done));
    this.process.stdin!.end();
    this.process.kill('SIGKILL');
  }

  /** Past the gateway, by the owner of all objects. */
  private async send(method: string, path: string, body?: Buffer | string): Promise<void> {
    const owner = new AwsClient({
      accessKeyId: 'owner',
      secretAccessKey: 'secret',
      service: 's3',
      region: 'us-east-1',
    });
    const response = await owner.fetch(`http://127.0.0.1:${this.port}${path}`, { method, body });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
}

const pathOf = (bucket: string, key: string): string =>
  `/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
