import { request as requestHttp } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The target of an attack, and rows there that it can query. */
export interface Target {
  port: number;
  /** global ids of a finished run and of one of its detections */
  runId: string;
  detectionId: string;
}

/** Number of responses per kind; `none` if the server closed the connection without a response. */
export type Answers = Record<string, number>;

/** The behaviour of one client that could harm all others. */
export interface Attack {
  name: string;
  strike(target: Target): Promise<Answers>;
}

/** Duration of an attack that does not end by itself. */
const LASTS_MS = 15_000;
const DICOM_PRIVATE_ELEMENTS = 2_000_000;

function count(answers: Answers, answer: string | number): void {
  answers[answer] = (answers[answer] ?? 0) + 1;
}

/** Sends a request and reads the response to its end. @returns its status and size, or `none` */
function send(port: number, method: string, path: string, body: Buffer, type: string): Promise<string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': type, 'content-length': body.length };
    const request = requestHttp({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      response.on('error', () => resolve('none'));
      response.on('end', () => resolve(String(response.statusCode)));
      response.resume();
    });
    request.on('error', () => resolve('none'));
    request.end(body);
  });
}

const jsonOf = (query: string, variables?: unknown): Buffer => Buffer.from(JSON.stringify({ query, variables }));
const ask = ({ port }: Target, query: string, variables?: unknown): Promise<string> =>
  send(port, 'POST', '/graphql', jsonOf(query, variables), 'application/json');

/** The bytes of a request as they are sent. */
function bytesOf(query: string): Buffer {
  const body = jsonOf(query);
  return Buffer.concat([
    Buffer.from(
      `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
}

/** A connection that no one reads, and whose errors are ignored. */
function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  return socket;
}

const aliased = (times: number, field: (index: number) => string): string =>
  `{${Array.from({ length: times }, (_, index) => `a${index}: ${field(index)}`).join(' ')}}`;
const HEAVY_PAGE = aliased(10, () => 'lesions(first: 275) { totalCount nodes { id image { id lesions { id } } } }');

/** Repeats the same action, several at a time. */
async function repeat(times: number, atOnce: number, one: (index: number) => Promise<string>): Promise<Answers> {
  const answers: Answers = {};
  let next = 0;
  const line = async (): Promise<void> => {
    while (next < times) count(answers, await one(next++));
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  return answers;
}

/** Clients that send requests and do not read the responses. */
async function askWithoutReading(port: number, clients: number, query: string): Promise<void> {
  const sockets = Array.from({ length: clients }, () => open(port));
  for (const socket of sockets) {
    socket.pause();
    socket.write(bytesOf(query));
  }
  await sleep(LASTS_MS);
  for (const socket of sockets) socket.destroy();
}

const idle: Attack = {
  name: '2,000 connections that send nothing',
  async strike({ port }) {
    const answers: Answers = {};
    const sockets = Array.from({ length: 2_000 }, () => {
      const socket = open(port);
      socket.on('close', () => count(answers, 'closed'));
      return socket;
    });
    await sleep(LASTS_MS);
    for (const socket of sockets) socket.destroy();
    return { ...answers };
  },
};

const evaluations: Attack = {
  name: '40 evaluations at once',
  strike: (target) =>
    repeat(40, 40, (seed) =>
      ask(
        target,
        'mutation ($id: ID!, $seed: Int!) { evaluateDetectionRun(input: { id: $id, resamples: 10000, seed: $seed }) { evaluation { id } } }',
        { id: target.runId, seed },
      ),
    ),
};

const reviews: Attack = {
  name: '3,000 verdicts on one detection, then each 50 times in one response',
  async strike(target) {
    const answers = await repeat(3_000, 8, (index) =>
      ask(
        target,
        `mutation ($d: ID!, $r: String!, $m: String) {
          reviewDetection(input: { detectionId: $d, reviewer: $r, verdict: LESION, remark: $m }) { __typename } }`,
        { d: target.detectionId, r: `r${index}`, m: 'x'.repeat(1_000) },
      ),
    );
    const all = aliased(
      50,
      () => `node(id: "${target.detectionId}") { ... on Detection { reviews { id reviewer remark verdict } } }`,
    );
    count(answers, `then ${await ask(target, all)}`);
    await askWithoutReading(target.port, 14, all);
    return answers;
  },
};

const left: Attack = {
  name: '500 heavy queries whose clients disconnect at once',
  async strike({ port }) {
    for (let client = 0; client < 500; client++) {
      const socket = open(port);
      socket.write(bytesOf(HEAVY_PAGE));
      await sleep(3);
      socket.destroy();
    }
    return {};
  },
};

const heavy: Attack = {
  name: '50 clients that request heavy pages',
  async strike(target) {
    const answers: Answers = {};
    const end = Date.now() + LASTS_MS;
    const client = async (): Promise<void> => {
      while (Date.now() < end) count(answers, await ask(target, HEAVY_PAGE));
    };
    await Promise.all(Array.from({ length: 50 }, client));
    return answers;
  },
};

const unread: Attack = {
  name: '30 clients that request heavy pages and do not read',
  async strike({ port }) {
    await askWithoutReading(port, 30, HEAVY_PAGE);
    return {};
  },
};

const pipeline: Attack = {
  name: '20,000 pages on one connection, nothing read',
  async strike({ port }) {
    const socket = open(port);
    socket.pause();
    const page = bytesOf('{ lesions(first: 275) { nodes { id image { id fileName url } } } }');
    for (let index = 0; index < 20_000; index++) socket.write(page);
    await sleep(LASTS_MS);
    socket.destroy();
    return {};
  },
};

const amplified: Attack = {
  name: 'invalid values of a megabyte',
  async strike(target) {
    const keys = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, 1]));
    const filters = 'query ($x: LesionFilter) { lesions(filter: $x) { totalCount } }';
    const wrong: (() => Promise<string>)[] = [
      () => ask(target, filters, { x: keys }),
      () => ask(target, 'query ($n: Int) { lesions(first: $n) { totalCount } }', { n: 'x'.repeat(900_000) }),
      () => ask(target, `{ ${'x'.repeat(900_000)} }`),
      () => ask(target, filters, { x: { dataset: 'x'.repeat(900_000) } }),
    ];
    return repeat(20, 4, (index) => wrong[index % wrong.length]!());
  },
};

const slowUploads: Attack = {
  name: '20 uploads at one byte a second',
  async strike({ port }) {
    const answers: Answers = {};
    const sockets = Array.from({ length: 20 }, () => {
      const socket = open(port);
      socket.once('data', (head: Buffer) => count(answers, head.toString('latin1').split(' ')[1] ?? 'none'));
      socket.write('PUT /uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 60000000\r\n\r\n');
      socket.write(Buffer.from('89504e470d0a1a0a', 'hex'));
      return socket;
    });
    for (let second = 0; second < 2 * (LASTS_MS / 1_000); second++) {
      for (const socket of sockets) if (socket.writable) socket.write('a');
      await sleep(1_000);
    }
    for (const socket of sockets) socket.destroy();
    return answers;
  },
};

const earlyRefused: Attack = {
  name: '20 uploads of 30 MB that are no image',
  strike: ({ port }) => {
    const text = Buffer.alloc(30_000_000, 'no image. ');
    return repeat(20, 5, () => send(port, 'PUT', '/uploads', text, 'application/octet-stream'));
  },
};

const wideDicom: Attack = {
  name: '8 DICOM files of two million elements',
  strike: ({ port }) => {
    const file = wideDicomFile();
    return repeat(8, 4, () => send(port, 'PUT', '/uploads', file, 'application/dicom'));
  },
};

/** A DICOM file with a head and nothing but private elements of four bytes, explicit little endian. */
function wideDicomFile(): Buffer {
  const element = Buffer.from([0x09, 0x00, 0x01, 0x10, 0x55, 0x4c, 0x04, 0x00, 1, 2, 3, 4]);
  const syntax = Buffer.from('02001000554914003138303031', 'hex').subarray(0, 8);
  const value = Buffer.from('1.2.840.10008.1.2.1\0', 'latin1');
  syntax.writeUInt16LE(value.length, 6);
  const elements = Buffer.alloc(DICOM_PRIVATE_ELEMENTS * element.length);
  for (let index = 0; index < DICOM_PRIVATE_ELEMENTS; index++) {
    element.copy(elements, index * element.length);
    elements.writeUInt16LE(0x1000 + (index % 0xe000), index * element.length + 2);
    elements.writeUInt16LE(0x0009 + 2 * Math.floor(index / 0xe000), index * element.length);
  }
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), syntax, value, elements]);
}

export const ATTACKS: readonly Attack[] = [
  idle,
  evaluations,
  reviews,
  left,
  heavy,
  unread,
  pipeline,
  amplified,
  slowUploads,
  earlyRefused,
  wideDicom,
];
