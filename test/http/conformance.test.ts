import type { AuditResult } from 'graphql-http';
import { auditServer } from 'graphql-http';
import { standInSchema } from './standInSchema';
import { startTestServer, type TestServer } from './testServer';

describe('GraphQL over HTTP, by the audits of graphql-http', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(standInSchema);
  });
  afterAll(() => server.stop());

  const audit = async (headers: Record<string, string> = {}): Promise<Record<string, string[]>> => {
    const fetchFn = (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } });
    const results: AuditResult[] = await auditServer({ url: `${server.url}/graphql`, fetchFn });
    const byStatus: Record<string, string[]> = { ok: [], notice: [], warn: [], error: [] };
    for (const result of results) byStatus[result.status]?.push(`${result.id} ${result.name}`);
    return byStatus;
  };

  it('passes all, but for three that ask for simple GET requests, which are refused against forgery', async () => {
    const { ok, notice, warn, error } = await audit();
    expect({ warn, error }).toEqual({ warn: [], error: [] });
    expect(notice?.map((line) => line.slice(0, 4)).sort()).toEqual(['5A70', '6A70', 'D6D5']);
    expect(ok).toHaveLength(58);
  });

  it('passes every audit when the client says that it is no simple form', async () => {
    const { ok, ...rest } = await audit({ 'apollo-require-preflight': '1' });
    expect(rest).toEqual({ notice: [], warn: [], error: [] });
    expect(ok).toHaveLength(61);
  });
});
