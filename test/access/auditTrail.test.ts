import {
  type AuditEvent,
  AuditTrail,
  actorOf,
  addEvent,
  COMMAND_LINE,
  checksumOfEvent,
  LOCAL_CALLER,
  readTrail,
  uploadTarget,
  verifyTrail,
} from '../../src/access';
import type { Queryable } from '../../src/database';
import { createLogger } from '../../src/log';
import { createTestDatabase, type TestDatabase } from '../testDatabase';

const EVENT: AuditEvent = {
  ...{ actor: COMMAND_LINE, action: 'key create', target: null, outcome: 'DONE', code: null, requestId: null },
  changes: null,
};

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

/** As somebody who may do anything with the tables. */
const asSuperuser = (text: string): Promise<unknown> =>
  test.database.transaction(async (transaction) => {
    await transaction.query({ text: `SET LOCAL session_replication_role = 'replica'` });
    await transaction.query({ text });
  });

async function addEvents(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await addEvent(test.database, { ...EVENT, changes: { n } });
}

async function numbers(): Promise<number[]> {
  const found: number[] = [];
  for await (const { number } of readTrail(test.database)) found.push(number);
  return found;
}

describe('the audit trail', () => {
  it('numbers events without gaps, and computes the same checksums as PostgreSQL, of any text', async () => {
    const texts = ['plain', 'Zoë "Ω" \\ / \u2028', 'tab\tline\nfeed\r\b\f\u0001\u007f', '😀', ''];
    for (const text of texts)
      await addEvent(test.database, {
        actor: { keyId: 'ABCDEFGH', keyName: text, address: null },
        ...{
          action: text,
          target: text,
          outcome: 'REFUSED',
          code: text,
          requestId: text,
          changes: { [text]: [text, 1.5] },
        },
      });
    const rows = await test.database.prisma.auditEvent.findMany({ orderBy: { number: 'asc' } });
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(rows.map(checksumOfEvent)).toEqual(rows.map(({ sha256 }) => sha256));
    expect(rows.map(({ previousSha256 }) => previousSha256)).toEqual([
      '0'.repeat(64),
      ...rows.slice(0, -1).map(({ sha256 }) => sha256),
    ]);
    expect(await verifyTrail(test.database)).toEqual({ count: 5, broken: null });
  });

  it('holds when many add to it at once, and when a transaction is taken back', async () => {
    const add = (n: number) =>
      test.database.transaction(async (transaction) => {
        await addEvent(transaction, { ...EVENT, changes: { n } });
        if (n % 3 === 0) throw new Error('taken back');
      });
    const settled = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => add(n)));
    expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(7);
    expect(await numbers()).toEqual(Array.from({ length: 13 }, (_, n) => n + 1));
    expect(await verifyTrail(test.database)).toEqual({ count: 13, broken: null });
  });

  it.each([
    `UPDATE audit_event SET action = 'x'`,
    'DELETE FROM audit_event',
    'TRUNCATE audit_event',
    'UPDATE audit_head SET count = 0',
    'DELETE FROM audit_head',
    'INSERT INTO audit_head (id) VALUES (1) ON CONFLICT DO NOTHING',
    'TRUNCATE audit_head',
  ])('refuses %s', async (text) => {
    await addEvents(1);
    await expect(test.database.query({ text })).rejects.toThrow('the audit trail is only added to');
    expect(await verifyTrail(test.database)).toEqual({ count: 1, broken: null });
  });

  it('takes number, time and checksums from nobody', async () => {
    await test.database.query({
      text: `INSERT INTO audit_event (number, at, action, outcome, previous_sha256, sha256)
             VALUES (7, '2001-01-01', 'x', 'DONE', 'a', 'b')`,
    });
    const [row] = await test.database.prisma.auditEvent.findMany();
    expect(row?.number).toBe(1);
    expect(row?.at.getFullYear()).toBeGreaterThan(2001);
    expect(await verifyTrail(test.database)).toEqual({ count: 1, broken: null });
  });

  it.each([
    [`UPDATE audit_event SET key_name = 'x' WHERE number = 3`, 3, 'the event was changed'],
    [`UPDATE audit_event SET at = at + interval '1 second' WHERE number = 5`, 5, 'the event was changed'],
    ['DELETE FROM audit_event WHERE number = 1', 1, 'the event was removed'],
    ['DELETE FROM audit_event WHERE number = 3', 3, 'the event was removed'],
    ['DELETE FROM audit_event WHERE number >= 4', 4, 'the event was removed'],
    ['DELETE FROM audit_event', 1, 'the event was removed'],
    ['DELETE FROM audit_head', 1, 'the row of audit_head was removed'],
    [`UPDATE audit_head SET count = 4`, 5, 'the event was put behind the end of the chain'],
    [
      `INSERT INTO audit_event (number, action, outcome) VALUES (6, 'x', 'DONE')`,
      6,
      'the event was put behind the end of the chain',
    ],
  ])('shows %s', async (text, number, why) => {
    await addEvents(5);
    await asSuperuser(text);
    expect((await verifyTrail(test.database)).broken).toEqual({ number, why });
  });

  it('shows a row that was changed together with its checksum, by the one after it', async () => {
    await addEvents(3);
    await asSuperuser(`UPDATE audit_event SET action = 'x' WHERE number = 2;
      UPDATE audit_event AS event SET sha256 = encode(sha256(convert_to(audit_content(event), 'UTF8')), 'hex') WHERE number = 2`);
    expect((await verifyTrail(test.database)).broken).toEqual({
      number: 3,
      why: 'the event does not follow the one before it, which was changed',
    });
    await asSuperuser('DELETE FROM audit_event WHERE number = 3; UPDATE audit_head SET count = 2');
    expect((await verifyTrail(test.database)).broken?.number).toBe(2);
  });
});

describe('an actor', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:77:5::/64', '2001:db8:77::/48'],
    ['0:0:0:5::/64', '0:0:0::/48'],
    ['::1', '::1'],
    ['local', 'local'],
  ])('without a key at %s is %s', (address, cut) => {
    expect(actorOf({ ...LOCAL_CALLER, address })).toEqual({ keyId: null, keyName: null, address: cut });
  });

  it('with a key has no address', () => {
    const key = { row: 1, uuid: 'u', keyId: 'ABCDEFGH', name: 'Ada', expiresAt: null };
    expect(actorOf({ address: '192.0.2.77', key, person: null })).toEqual({
      keyId: 'ABCDEFGH',
      keyName: 'Ada',
      address: null,
    });
  });
});

describe('a person as an actor', () => {
  it('is named, and known by its id', () => {
    const person = { uuid: 'u', name: 'Ada' };
    const actor = { keyId: null, keyName: 'Ada', address: 'person:u' };
    expect(actorOf({ address: '192.0.2.77', key: null, person })).toEqual(actor);
  });
});

describe('what is said of a change', () => {
  it('does not name an upload, whose id is a secret', () => {
    expect(uploadTarget('A'.repeat(22))).toMatch(/^upload:[0-9a-f]{16}$/);
  });

  it('is cut if it is long, so that a change is never refused for it', async () => {
    await addEvent(test.database, {
      ...EVENT,
      changes: { datasets: Array.from({ length: 100 }, () => 'x'.repeat(60)) },
    });
    const [row] = await test.database.prisma.auditEvent.findMany();
    expect(row?.changes).toBe('{"fields":["datasets"],"isCut":true}');
  });
});

describe('refusals', () => {
  const refusalOf = (address: string) => ({
    ...{ actor: { keyId: null, keyName: null, address }, action: 'deleteDataset', target: null, requestId: null },
    code: 'UNAUTHENTICATED',
  });
  const codes = async (database: Queryable) => {
    const rows = await database.prisma.auditEvent.findMany({ orderBy: { number: 'asc' } });
    return rows.map(({ address, code, changes }) => [address, code, changes]);
  };

  it('are noted up to a number of each caller and of all in a minute, and the others are counted', async () => {
    const trail = new AuditTrail(test.database, createLogger('silent'), { perCaller: 2, inAll: 3 });
    for (const address of ['a', 'a', 'a', 'a', 'b', 'b', 'c']) await trail.refuse(refusalOf(address));
    await trail.settle();
    expect(await codes(test.database)).toEqual([
      ['a', 'UNAUTHENTICATED', null],
      ['a', 'UNAUTHENTICATED', null],
      ['b', 'UNAUTHENTICATED', null],
      [null, 'LEFT_OUT', '{"leftOut":4}'],
    ]);
    await trail.settle();
    expect(await test.database.prisma.auditEvent.count()).toBe(4);
  });

  it('are counted when the minute ends, without anyone who waits', async () => {
    const trail = new AuditTrail(test.database, createLogger('silent'), { perCaller: 1, inAll: 1, windowMs: 20 });
    await Promise.all([trail.refuse(refusalOf('a')), trail.refuse(refusalOf('a'))]);
    while ((await test.database.prisma.auditEvent.count()) < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await codes(test.database)).map(([, code]) => code).sort()).toEqual(['LEFT_OUT', 'UNAUTHENTICATED']);
    await trail.settle();
  });

  it('fail no request while the database is away', async () => {
    const trail = new AuditTrail(test.database, createLogger('silent'));
    await test.database.query({ text: 'ALTER TABLE audit_event RENAME TO elsewhere' });
    await expect(trail.add(EVENT)).resolves.toBeUndefined();
    await test.database.query({ text: 'ALTER TABLE elsewhere RENAME TO audit_event' });
  });
});
