import { beginSession, SessionRing } from '../../src/access';
import { createLogger } from '../../src/log';
import { createTestDatabase, type TestDatabase } from '../testDatabase';
import { runCommand } from './runCommand';

const ADA = { issuer: 'https://login.example.org', subject: 'ada', name: 'Ada', groups: [] };
let test: TestDatabase;
const environment = process.env;

beforeAll(async () => {
  test = await createTestDatabase();
  process.env = { ...environment, DATABASE_URL: test.url };
});
afterAll(async () => {
  process.env = environment;
  await test.drop();
});

describe('deeplesion person', () => {
  it('lists who has signed in, without anything that opens a session', async () => {
    expect((await runCommand('person', 'list')).errors).toContain('Nobody has signed in yet');
    const { secret, person } = await beginSession(test.database, ADA);
    const line = (await runCommand('person', 'list')).output;
    expect(line).toMatch(new RegExp(`^${person.uuid}\tAda\tada\thttps://login.example.org\t1 open sessions\tlast`));
    const [listed] = JSON.parse((await runCommand('person', 'list', '--json')).output);
    expect(listed).toMatchObject({ id: person.uuid, reviewer: 'Ada', openSessions: 1 });
    expect(JSON.stringify(listed)).not.toContain(secret);
  });

  it('signs a person out for good, by id or subject, and the trail has it', async () => {
    const ring = new SessionRing(test.database, createLogger('silent'), new Map(), { clock: { keptMs: 0 } });
    const { secret, person } = await beginSession(test.database, { ...ADA, subject: 'bob', name: 'Bob' });
    expect(await ring.find('x', secret)).toMatchObject({ subject: 'bob' });
    expect((await runCommand('person', 'sign-out', 'bob')).output).toBe('Bob is signed out: 1 session ended.\n');
    expect(await ring.find('x', secret)).toBeNull();
    expect((await runCommand('person', 'sign-out', person.uuid)).output).toContain('0 sessions ended');
    const [event] = await test.database.prisma.auditEvent.findMany({ where: { action: 'person sign-out' } });
    expect(event).toMatchObject({ address: 'command line', changes: `{"person":"${person.uuid}","sessions":1}` });
  });

  it('refuses an id of nobody, and one of several providers', async () => {
    expect((await runCommand('person', 'sign-out', 'carol')).errors).toMatch(/Nobody with this id.*person list/);
    await beginSession(test.database, { ...ADA, issuer: 'https://other.example.org' });
    expect((await runCommand('person', 'sign-out', 'ada')).errors).toMatch(/Several providers/);
  });
});
