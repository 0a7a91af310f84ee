import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksumOfEvent } from '../../src/access';
import { checkAudit } from '../../src/doctor/auditChecks';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

let test: TestDatabase;
let folder: string;
const environment = process.env;

beforeAll(async () => {
  test = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-audit-'));
  process.env = { ...environment, DATABASE_URL: test.url };
});
afterAll(async () => {
  process.env = environment;
  rmSync(folder, { recursive: true, force: true });
  await test.drop();
});

describe('deeplesion audit', () => {
  let secret: string;

  it('has what the command line did with keys', async () => {
    secret = (
      await runCommand('key', 'create', '--name', 'Ada', '--role', 'reader', '--note', 'a canary')
    ).output.trim();
    await runCommand('key', 'revoke', secret.slice(3, 11));
    const events = await test.database.prisma.auditEvent.findMany({ orderBy: { number: 'asc' } });
    expect(events).toMatchObject([
      {
        action: 'key create',
        outcome: 'DONE',
        address: 'command line',
        keyId: null,
        changes: expect.stringContaining('"scopes":["read","export"]'),
      },
      { action: 'key revoke', outcome: 'DONE', address: 'command line', target: events[0]?.target },
    ]);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`canary|${secret.slice(12)}`));
  });

  it('exports all of it as NDJSON, from which anyone can recompute the chain', async () => {
    const out = join(folder, 'audit.ndjson');
    expect(await runCommand('audit', 'export', '--out', out)).toMatchObject({ code: undefined });
    const text = readFileSync(out, 'utf8');
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ number, action }) => [number, action])).toEqual([
      [1, 'key create'],
      [2, 'key revoke'],
    ]);
    for (const { sha256, ...event } of events)
      expect(checksumOfEvent({ ...event, at: new Date(event.at) })).toBe(sha256);
    expect(events[1].previousSha256).toBe(events[0].sha256);
    expect((await runCommand('audit', 'export', '--out', '-')).output).toBe(text);
  });

  it('writes over no file, and says which one it cannot write', async () => {
    const out = join(folder, 'there.ndjson');
    writeFileSync(out, 'something');
    const { errors, code } = await runCommand('audit', 'export', '--out', out);
    expect({ code, errors }).toEqual({ code: 1, errors: expect.stringContaining(`a new file: ${out} is there.`) });
    expect(readFileSync(out, 'utf8')).toBe('something');
    const nowhere = join(folder, 'nowhere', 'x');
    expect((await runCommand('audit', 'export', '--out', nowhere)).errors).toContain(`${nowhere} cannot be written`);
  });

  it('verifies the chain, and names the first link that was broken, as the doctor does', async () => {
    expect(await runCommand('audit', 'verify')).toMatchObject({
      output: 'All 2 events are as they were added.\n',
      code: undefined,
    });
    expect(await checkAudit(test.database)).toMatchObject([{ check: 'audit trail', status: 'ok' }]);
    await test.database.transaction(async (transaction) => {
      await transaction.query({ text: `ALTER TABLE audit_event DISABLE TRIGGER USER` });
      await transaction.query({ text: 'DELETE FROM audit_event WHERE number = 2' });
      await transaction.query({ text: `ALTER TABLE audit_event ENABLE TRIGGER USER` });
    });
    const sentence = 'broken at event 2 of 2: the event was removed.';
    expect(await runCommand('audit', 'verify')).toMatchObject({
      output: `The audit trail is ${sentence}\n`,
      code: 1,
    });
    expect(await checkAudit(test.database)).toMatchObject([{ status: 'fail', text: `It is ${sentence}` }]);
  });
});
