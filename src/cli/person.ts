import type { Command } from 'commander';
import { endSessionsOf, findPeople, type ListedPerson, listPeople, type PersonRow } from '../access';
import type { Database } from '../database';
import { BadUserInput, NotFound } from '../errors';
import { withDatabase } from './database';
import { addToTrail } from './trail';

/** More people than anyone reads; the latest are listed. */
const MAX_LISTED = 10_000;

/** `deeplesion person`: who has signed in with the OpenID provider, and how the operator signs people out. */
export function registerPersonCommand(program: Command): void {
  const people = program.command('person').description('people who sign in with an OpenID provider');
  people
    .command('list')
    .description('everyone who has signed in, the latest first, with the number of open sessions')
    .option('--json', 'print a list of objects')
    .action(({ json }: { json?: true }) => withDatabase(({ database }) => list(database, json === true)));
  people
    .command('sign-out <id>')
    .description(
      'end all sessions of a person, on all servers within a second; the provider may let the person in again',
    )
    .action((id: string) => withDatabase(({ database }) => signOut(database, id)));
}

async function list(database: Database, asJson: boolean): Promise<void> {
  const people = await listPeople(database, MAX_LISTED);
  if (asJson) process.stdout.write(`${JSON.stringify(people.map(describe), null, 2)}\n`);
  else for (const person of people) process.stdout.write(`${lineOf(person)}\n`);
  if (people.length === 0) process.stderr.write('Nobody has signed in yet: docs/hosting.md says how people do.\n');
}

/** A person as `--json` prints it. */
function describe({ uuid, name, reviewer, issuer, subject, openSessions, createdAt, lastSignInAt }: ListedPerson) {
  return { id: uuid, name, reviewer, issuer, subject, openSessions, createdAt, lastSignInAt };
}

function lineOf({ uuid, name, issuer, subject, openSessions, lastSignInAt }: ListedPerson): string {
  const last = `last sign-in ${lastSignInAt.toISOString().slice(0, 16).replace('T', ' ')}`;
  return [uuid, name, subject, issuer, `${openSessions} open sessions`, last].join('\t');
}

async function signOut(database: Database, id: string): Promise<void> {
  const person = await findPerson(database, id);
  const ended = await database.transaction(async (transaction) => {
    const count = await endSessionsOf(transaction, person.id);
    await addToTrail(transaction, 'person sign-out', null, { person: person.uuid, sessions: count });
    return count;
  });
  process.stdout.write(`${person.name} is signed out: ${ended} ${ended === 1 ? 'session' : 'sessions'} ended.\n`);
}

/** @param id UUID or subject @throws NotFound, BadUserInput for a subject of several providers */
async function findPerson(database: Database, id: string): Promise<PersonRow> {
  const [found, ...more] = await findPeople(database, id);
  if (!found)
    throw new NotFound(
      'Nobody with this id has signed in: deeplesion person list prints it in its first column.',
      'id',
    );
  if (more.length > 0)
    throw new BadUserInput(
      'Several providers know this id: give the one that deeplesion person list prints first.',
      'id',
    );
  return found;
}
