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

  const audit = async (): Promise<Record<string, string[]>> => {
    const results: AuditResult[] = await auditServer({ url: `${server.url}/graphql` });
    const byStatus: Record<string, string[]> = { ok: [], notice: [], warn: [], error: [] };
    for (const result of results) byStatus[result.status]?.push(`${result.id} ${result.name}`);
    return byStatus;
  };

  it('passes every audit', async () => {
    const { ok, ...rest } = await audit();
    expect(rest).toEqual({ notice: [], warn: [], error: [] });
    expect(ok).toHaveLength(61);
  });
});
