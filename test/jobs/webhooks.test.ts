import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { createKey, setVisibility } from '../../src/access';
import { toGlobalId } from '../../src/globalId';
import { cancelRun, findRun, isTerminal, moveRun, RUN_WEBHOOKS, type WebhookRow } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { Receiver, webhookSecret } from './receiver';

describe('the webhook of a run', () => {
  let bed: RunBed;
  let receiver: Receiver;
  let address: string;
  beforeEach(async () => {
    receiver = new Receiver();
    address = await receiver.start();
    const publicUrl = { origin: 'https://data.example.org', path: '/deeplesion' };
    bed = await createRunBed(3, { webhookHosts: ['127.0.0.1'], webhookSecret, publicUrl });
  });
  afterEach(async () => {
    await bed.drop();
    receiver.stop();
  });

  const webhookOf = async (runId: number): Promise<WebhookRow | undefined> =>
    (await RUN_WEBHOOKS.find(bed.database, [runId]))[0];
  const until = async (runId: number, isSo: (webhook: WebhookRow) => boolean): Promise<WebhookRow> => {
    for (;;) {
      const webhook = await webhookOf(runId);
      if (webhook && isSo(webhook)) return webhook;
      await sleep(50);
    }
  };
  /** Time passes: whatever waits for another attempt is due. */
  const passTime = () =>
    bed.database.query({
      text: `UPDATE pgboss.job SET start_after = now() WHERE name = 'run-webhook' AND state = 'retry'`,
    });

  it('is not sent when the data set has become private, and its owner does not see it', async () => {
    const make = async (owner: string) => {
      bed.context.client = owner;
      return bed.request('tiny-constant', { webhookUrl: `${address}/${encodeURIComponent(owner)}` });
    };
    const keys = [];
    for (const [name, datasets] of [
      ['bound', ['small']],
      ['other', []],
      ['revoked', ['small']],
    ] as const)
      keys.push((await createKey(bed.database, { name, scopes: ['read', 'detect'], datasets }, null)).row);
    const [bound, other, revoked] = keys.map(({ holder }) => `key:${holder}`);
    const runs = [];
    for (const owner of [bound!, other!, revoked!, '10.0.0.1', 'cli']) runs.push(await make(owner));
    await setVisibility(bed.database, 'small', 'PRIVATE', null);
    // Nobody who did not see it could make this one.
    runs.push(await make('person:2b6d7c1c-4c0f-4a39-9d4e-6f1f2f3a4b5c'));
    await bed.database.query({ text: `UPDATE api_key SET revoked_at = now() WHERE name = 'revoked'` });
    for (const { id } of runs) await cancelRun(bed.database, id);
    await bed.startWorker();
    const states = [];
    for (const { id } of runs) {
      const { state, lastError, attempts } = await until(id, (hook) => ['DELIVERED', 'FAILED'].includes(hook.state));
      states.push(state);
      if (state === 'FAILED') expect([lastError, attempts]).toEqual([expect.stringContaining('is private now'), 1]);
    }
    expect(states).toEqual(['DELIVERED', 'FAILED', 'FAILED', 'FAILED', 'DELIVERED', 'DELIVERED']);
    expect(receiver.received).toHaveLength(3);
  });

  it('brings one message, signed as Standard Webhooks says, when the run has ended, and not before', async () => {
    const run = await bed.request('tiny-constant', { webhookUrl: `${address}/hook?of=mine` });
    expect((await webhookOf(run.id))?.state).toBe('WAITING');
    await bed.startWorker();
    const webhook = await until(run.id, ({ state }) => state === 'DELIVERED');
    expect(webhook).toEqual({
      ...{ jobId: run.id, url: `${address}/hook?of=mine`, state: 'DELIVERED', attempts: 1 },
      ...{ lastStatus: 204, lastError: null, lastAttemptAt: expect.any(Date) },
    });
    const ended = await findRun(bed.database, run.id);
    expect(ended.status).toBe('SUCCEEDED');
    expect(receiver.received).toHaveLength(1);
    const [{ headers, body, path } = { headers: {}, body: '', path: '' }] = receiver.received;
    expect([path, headers['content-type']]).toEqual(['/hook?of=mine', 'application/json']);
    const verified = new Webhook(webhookSecret).verify(body, headers as Record<string, string>);
    expect(verified).toEqual({
      type: 'detection_run.ended',
      timestamp: ended.finishedAt?.toISOString(),
      data: {
        id: toGlobalId('DetectionRun', { uuid: run.uuid }),
        url: `https://data.example.org/deeplesion/runs/${toGlobalId('DetectionRun', { uuid: run.uuid })}`,
        status: 'SUCCEEDED',
        completeness: 'COMPLETE',
        progress: { completed: 3, failed: 0, total: 3 },
        createdAt: ended.createdAt.toISOString(),
        startedAt: ended.startedAt?.toISOString(),
        finishedAt: ended.finishedAt?.toISOString(),
      },
    });
    expect(() =>
      new Webhook(webhookSecret).verify(body.replace('SUCCEEDED', 'FAILED'), headers as Record<string, string>),
    ).toThrow();
  });

  it('is due in the transaction that ends the run, and only in that', async () => {
    const run = await bed.request('tiny-constant', { webhookUrl: address });
    const broken = bed.database.transaction(async (transaction) => {
      await moveRun(transaction, run.id, 'CANCELLED');
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    expect((await webhookOf(run.id))?.state).toBe('WAITING');
    await moveRun(bed.database, run.id, 'RUNNING');
    expect((await webhookOf(run.id))?.state).toBe('WAITING');
    await cancelRun(bed.database, run.id);
    expect((await webhookOf(run.id))?.state).toBe('DUE');
  });

  it('is sent again under the same id while the receiver fails, follows no redirect, and stops at 2xx', async () => {
    const answers = [500, 302, 200];
    receiver.answer = (response) =>
      response.writeHead(answers.shift() ?? 200, { location: `${address}/elsewhere` }).end();
    const run = await bed.request('tiny-constant', { webhookUrl: address });
    await cancelRun(bed.database, run.id);
    await bed.startWorker();
    expect(await until(run.id, ({ attempts }) => attempts === 1)).toMatchObject({
      state: 'QUEUED',
      lastStatus: 500,
      lastError: 'The receiver answered 500, not 2xx.',
    });
    while ((await webhookOf(run.id))?.state !== 'DELIVERED') {
      await passTime();
      await sleep(100);
    }
    expect(await webhookOf(run.id)).toMatchObject({ attempts: 3, lastStatus: 200, lastError: null });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/', '/', '/']);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('is given up after eight attempts, and says why', async () => {
    receiver.stop();
    const run = await bed.request('tiny-constant', { webhookUrl: address });
    await cancelRun(bed.database, run.id);
    await bed.startWorker();
    while ((await webhookOf(run.id))?.state !== 'FAILED') {
      await passTime();
      await sleep(100);
    }
    expect(await webhookOf(run.id)).toMatchObject({
      attempts: 8,
      lastStatus: null,
      lastError: 'The receiver could not be reached (ECONNREFUSED).',
    });
  });

  it('is not sent again to a receiver that answers 410, which wants no more', async () => {
    receiver.answer = (response) => response.writeHead(410).end();
    const run = await bed.request('tiny-constant', { webhookUrl: address });
    await cancelRun(bed.database, run.id);
    await bed.startWorker();
    expect(await until(run.id, ({ attempts }) => attempts > 0)).toMatchObject({
      state: 'FAILED',
      attempts: 1,
      lastStatus: 410,
      lastError: 'The receiver answered 410: it wants no more messages.',
    });
  });

  it('does not wait behind the messages to a receiver that does not answer', async () => {
    const silent = new Receiver();
    silent.answer = () => undefined;
    const silentAddress = await silent.start();
    try {
      const slow = 8;
      for (let message = 0; message < slow; message++)
        await cancelRun(
          bed.database,
          (await bed.request('tiny-constant', { webhookUrl: `${silentAddress}/${message}` })).id,
        );
      const run = await bed.request('tiny-constant', { webhookUrl: address });
      await cancelRun(bed.database, run.id);
      await bed.startWorker();
      await until(run.id, ({ state }) => state === 'DELIVERED');
      expect(silent.received.length).toBeLessThan(slow / 2);
    } finally {
      silent.stop();
    }
  });

  it('is sent again when its job was lost', async () => {
    const run = await bed.request('tiny-constant', { webhookUrl: address });
    await cancelRun(bed.database, run.id);
    await bed.database.query({
      text: `UPDATE run_webhook SET state = 'QUEUED', changed_at = now() - interval '1 hour'`,
    });
    await bed.startWorker();
    await until(run.id, ({ state }) => state === 'DELIVERED');
    expect(receiver.received).toHaveLength(1);
  });

  it('goes nowhere that the settings do not allow, now or later', async () => {
    await expect(bed.request('tiny-constant', { webhookUrl: 'http://169.254.169.254/' })).rejects.toThrow(
      /WEBHOOK_HOSTS/,
    );
    const run = await bed.request('tiny-constant', { webhookUrl: address });
    await bed.database.query({ text: `UPDATE run_webhook SET url = replace(url, '127.0.0.1', 'localhost')` });
    await cancelRun(bed.database, run.id);
    await bed.startWorker();
    const webhook = await until(run.id, ({ attempts }) => attempts > 0);
    expect(webhook.lastError).toMatch(/sends no webhooks to localhost/);
    expect(receiver.received).toEqual([]);
    expect(isTerminal((await findRun(bed.database, run.id)).status)).toBe(true);
  });
});

describe('where every public host is allowed', () => {
  it('a name that stands for an address of the own network is not connected to', async () => {
    const name = hostname();
    const found = await lookup(name).catch(() => undefined);
    if (!found || name === 'localhost') {
      console.log(`skipped: ${name} stands for no address here`);
      return;
    }
    const receiver = new Receiver();
    const port = new URL(await receiver.start('0.0.0.0')).port;
    const bed = await createRunBed(1, { webhookHosts: ['*'], webhookSecret });
    try {
      const run = await bed.request('tiny-constant', { webhookUrl: `http://${name}:${port}/` });
      await cancelRun(bed.database, run.id);
      await bed.startWorker();
      let webhook: WebhookRow | undefined;
      while (!webhook?.attempts) [webhook] = await RUN_WEBHOOKS.find(bed.database, [run.id]);
      expect(webhook.lastError).toBe('The name of the receiver stands for an address that is not public.');
      expect(receiver.received).toEqual([]);
    } finally {
      await bed.drop();
      receiver.stop();
    }
  });
});
