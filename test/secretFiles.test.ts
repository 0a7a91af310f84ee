import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config';
import { environmentOfChild } from '../src/processes';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(text: string): string {
  const file = join(folder, `${Math.random()}`);
  writeFileSync(file, text);
  return file;
}

describe('a secret that is given as a file', () => {
  it('is its content without the newline at the end', () => {
    expect(
      readConfig({
        METRICS_TOKEN_FILE: fileOf('a token\n'),
        WEBHOOK_SECRET_FILE: fileOf(SECRET),
        DATABASE_URL_FILE: fileOf('postgresql://user:word@host/name\r\n'),
      }),
    ).toMatchObject({
      metricsToken: 'a token',
      webhookSecret: SECRET,
      databaseUrl: 'postgresql://user:word@host/name',
    });
  });

  it('is not set if the variable is empty', () => {
    expect(readConfig({ METRICS_TOKEN: 'a', METRICS_TOKEN_FILE: '' }).metricsToken).toBe('a');
    expect(readConfig({ METRICS_TOKEN: '', METRICS_TOKEN_FILE: fileOf('b') }).metricsToken).toBe('b');
  });

  it('is refused if it is given in both ways', () => {
    expect(() => readConfig({ METRICS_TOKEN: 'a', METRICS_TOKEN_FILE: fileOf('a') })).toThrow(
      'Expected METRICS_TOKEN or METRICS_TOKEN_FILE, and not both: remove one of them.',
    );
  });

  it('is refused with the file if that cannot be read, is empty, or holds more than the secret', () => {
    const of = (file: string) => () => readConfig({ METRICS_TOKEN_FILE: file });
    expect(of(join(folder, 'nothing'))).toThrow(/METRICS_TOKEN_FILE=.*nothing cannot be read \(ENOENT\)/);
    expect(of(folder)).toThrow(/cannot be read \(EISDIR\)/);
    expect(of(fileOf('\n'))).toThrow(/is empty/);
    expect(of(fileOf('hush\nhush'))).toThrow(/^(?!.*hush).*has several lines/);
  });

  it('is not shown if its content does not fit', () => {
    expect(() => readConfig({ WEBHOOK_SECRET_FILE: fileOf('hush-hush') })).toThrow(/WEBHOOK_SECRET=…: Expected whsec_/);
  });

  it('is not handed to processes that read foreign bytes, nor is the name of its file', () => {
    const saved = { ...process.env };
    Object.assign(process.env, {
      METRICS_TOKEN: 'a',
      METRICS_TOKEN_FILE: '/a',
      DATABASE_URL_FILE: '/b',
      OTHER_FILE: '/c',
    });
    try {
      expect(environmentOfChild()).toMatchObject({ OTHER_FILE: '/c' });
      expect(Object.keys(environmentOfChild()).join()).not.toMatch(/METRICS_TOKEN|DATABASE_URL/);
    } finally {
      process.env = saved;
    }
  });
});
