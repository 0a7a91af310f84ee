import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './runCommand';

describe('deeplesion config', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-config-'));
  const saved = { ...process.env };
  afterEach(() => {
    process.env = { ...saved };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('prints each setting as it takes effect, with its origin and without what opens anything', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, 'a-secret-token\n');
    Object.assign(process.env, {
      PORT: '4711',
      DATA_DIR: folder,
      DATABASE_URL: 'postgresql://user:geheim@db.example/name',
      METRICS_TOKEN_FILE: tokenFile,
      PUBLIC_URL: 'https://data.example.org/deeplesion/',
      CORS_ORIGINS: 'https://a.example https://b.example',
      ANONYMOUS_QUOTAS: 'fields=9',
    });
    const { output, code } = await runCommand('config', '--json');
    expect(code).toBeUndefined();
    expect(output).not.toMatch(/geheim|a-secret-token/);
    expect(JSON.parse(output)).toMatchObject({
      PORT: { value: 4711, origin: 'environment' },
      HOST: { value: '127.0.0.1', origin: 'default' },
      DATABASE_URL: { value: 'postgresql://user:…@db.example/name', origin: 'environment' },
      METRICS_TOKEN: { value: '…', origin: 'file' },
      WEBHOOK_SECRET: { value: null, origin: 'default' },
      MODEL_INBOX: { value: join(folder, 'inbox'), origin: 'default' },
      PUBLIC_URL: { value: 'https://data.example.org/deeplesion', origin: 'environment' },
      CORS_ORIGINS: { value: ['https://a.example', 'https://b.example'], origin: 'environment' },
      DEMO: { value: true, origin: 'default' },
      KEY_QUOTAS: { value: expect.arrayContaining(['fields=6000000']), origin: 'default' },
      ANONYMOUS_QUOTAS: { value: expect.arrayContaining(['fields=9', 'images=1000']), origin: 'environment' },
    });
  });

  it('prints a line for each setting without --json', async () => {
    Object.assign(process.env, { DEMO: '0', METRICS_TOKEN: 'a-secret-token' });
    const { output } = await runCommand('config');
    expect(output).toMatch(/^PORT +default +4000$/m);
    expect(output).toMatch(/^DEMO +environment +0$/m);
    expect(output).toMatch(/^METRICS_TOKEN +environment +…$/m);
    expect(output).toMatch(/^PUBLIC_URL +default +–$/m);
  });

  it('says what does not fit instead', async () => {
    process.env.PORT = 'http';
    const { output, errors, code } = await runCommand('config');
    expect([output, code]).toEqual(['', 1]);
    expect(errors).toContain('PORT=http');
  });
});
