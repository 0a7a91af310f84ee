import { AuditTrail, createKey, ROLE_NAMES, ROLES, SCOPES, type Scope } from '../../src/access';
import { createLogger } from '../../src/log';
import type { Services } from '../../src/services';
import { Uploads } from '../../src/uploads';
import { createRunBed, type RunBed } from '../runs/runBed';
import { startBedServer } from './bedServer';

/** A caller: its scopes, and the header that it sends. */
export interface Walker {
  scopes: readonly Scope[];
  headers: Record<string, string>;
}

/** The holder of a key, and how the tables name it as an owner. */
export interface Holder extends Walker {
  owner: string;
}

/** A server to which requests without a key may do nothing, with a key for every role. */
export interface AccessBed {
  readonly runs: RunBed;
  readonly url: string;
  readonly audit: AuditTrail;
  /** `stranger`, and each role by its name */
  readonly walkers: Readonly<Record<string, Walker>>;
  /** two keys with the same scopes, `operate` not among them: what one makes, the other does not own */
  readonly owner: Holder;
  readonly other: Holder;
  /** sends a document */
  post(path: string, headers: Record<string, string>, query: string, variables?: object): Promise<Response>;
  stop(): Promise<void>;
}

export async function startAccessBed(): Promise<AccessBed> {
  const runs = await createRunBed(1);
  const log = createLogger('silent');
  const config = {
    ...{ host: '127.0.0.1', port: 0, anonymousScopes: [], executionProviders: ['cpu'], webhookHosts: [] },
    ...{
      dataDir: runs.dataDir,
      modelsDir: runs.modelsDir,
      modelInbox: runs.dataDir,
      uploadTtlHours: 24,
      retention: {},
      maxUploadedBytes: 2 ** 30,
      maxExportCacheBytes: 2 ** 30,
    },
    ...{ maxUploadBytes: 2 ** 20, maxModelBytes: 2 ** 20, maxQueuedImages: 100, maxQueuedRunsPerClient: 10 },
  } as unknown as Services['config'];
  const { database, registry } = runs;
  const uploads = new Uploads({ config, database, registry, codeVersion: 'test', log });
  await uploads.start();
  const audit = new AuditTrail(database, log, { perCaller: 1e6, inAll: 1e6 });
  const server = await startBedServer(runs, { config, log, uploads, audit });
  const holderOf = async (name: string, scopes: readonly Scope[]): Promise<Holder> => {
    const { row, text } = await createKey(database, { name, scopes }, null);
    return { scopes, headers: { authorization: `Bearer ${text}` }, owner: `key:${row.holder}` };
  };
  const walkers: Record<string, Walker> = { stranger: { scopes: [], headers: {} } };
  for (const role of ROLE_NAMES) walkers[role] = await holderOf(role, ROLES[role]);
  const all = SCOPES.filter((scope) => scope !== 'operate');
  return {
    ...{ runs, url: server.url, audit, walkers },
    owner: await holderOf('owner', all),
    other: await holderOf('another owner', all),
    post: (path, headers, query, variables) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    async stop() {
      await server.http.stop();
      await uploads.stop();
      await runs.drop();
    },
  };
}

/** @returns the number of rows of each table, but of the audit trail, which has what was refused */
export async function rowCounts({ database }: Pick<RunBed, 'database'>): Promise<Record<string, number>> {
  const tables = await database.query<{ name: string }>({
    text: `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
             AND table_name <> 'audit_event'`,
  });
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await database.query<{ count: number }>({ text: `SELECT count(*) AS count FROM "${name}"` });
    counts[name] = row?.count ?? 0;
  }
  return counts;
}

/** @returns the code of the first error; a stream without an end is left */
export async function codeOf(answer: Response): Promise<string | undefined> {
  if (!answer.headers.get('content-type')?.includes('json')) {
    await answer.body?.cancel();
    return undefined;
  }
  const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code;
}
