import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PROJECT_ROOT } from '../src/compiled';
import { readConfig } from '../src/config';
import { effectiveSettings } from '../src/settings';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      executionProviders: ['auto'],
      demo: true,
      inferenceThreads: availableParallelism(),
      logLevel: 'info',
      maxUploadBytes: 512 * 1024 * 1024,
      uploadTtlHours: 24,
      maxAnswerCacheBytes: 67_108_864,
      maxConnectionsPerClient: 500,
      maxUploadsPerClient: 1_000,
      maxUploadedBytesPerClient: 8 * 1024 ** 3,
      maxRegisteredModelBytes: 8 * 1024 ** 3,
    });
  });

  it('has the inbox of models below the data folder unless it is said to be elsewhere', () => {
    expect(readConfig({ DATA_DIR: '/somewhere' }).modelInbox).toBe('/somewhere/inbox');
    expect(readConfig({ DATA_DIR: '/somewhere', MODEL_INBOX: '/elsewhere' }).modelInbox).toBe('/elsewhere');
  });

  it('takes relative folders as folders of the clone, wherever it is called', () => {
    const callerDir = process.cwd();
    process.chdir(tmpdir());
    try {
      expect(readConfig({})).toMatchObject({
        dataDir: join(PROJECT_ROOT, 'data'),
        modelsDir: join(PROJECT_ROOT, 'models'),
        modelInbox: join(PROJECT_ROOT, 'data', 'inbox'),
      });
      expect(readConfig({ DATA_DIR: './mine', MODELS_DIR: 'own', MODEL_INBOX: '../inbox' })).toMatchObject({
        dataDir: join(PROJECT_ROOT, 'mine'),
        modelsDir: join(PROJECT_ROOT, 'own'),
        modelInbox: resolve(PROJECT_ROOT, '../inbox'),
      });
    } finally {
      process.chdir(callerDir);
    }
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 4000, databaseUrl: undefined });
  });

  it('reads every variable', () => {
    const environment = {
      PORT: '0',
      HOST: '0.0.0.0',
      DEMO: '0',
      INFERENCE_THREADS: '3',
      INFERENCE_BATCH_SIZE: '8',
      EXECUTION_PROVIDERS: 'WebGPU, cpu',
      LOG_LEVEL: 'debug',
      MAX_UPLOAD_BYTES: '1000000',
      UPLOAD_TTL_HOURS: '0.5',
      MAX_ANSWER_CACHE_BYTES: '0',
      MAX_CONNECTIONS_PER_CLIENT: '7',
      MAX_UPLOADS_PER_CLIENT: '8',
      MAX_UPLOADED_BYTES_PER_CLIENT: '9',
      MAX_UPLOADED_BYTES: '11',
      KEY_QUOTAS: 'fields=12, images=none',
      ANONYMOUS_QUOTAS: 'none',
      MAX_REGISTERED_MODEL_BYTES: '10',
    };
    expect(readConfig(environment)).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      demo: false,
      inferenceThreads: 3,
      inferenceBatchSize: 8,
      executionProviders: ['webgpu', 'cpu'],
      logLevel: 'debug',
      maxUploadBytes: 1_000_000,
      uploadTtlHours: 0.5,
      maxAnswerCacheBytes: 0,
      maxConnectionsPerClient: 7,
      maxUploadsPerClient: 8,
      maxUploadedBytesPerClient: 9,
      maxUploadedBytes: 11,
      keyQuotas: { fields: 12, images: null },
      anonymousQuotas: { fields: null, submissions: null },
      maxRegisteredModelBytes: 10,
    });
  });

  it('names every variable that does not fit, not only the first', () => {
    const read = () => readConfig({ PORT: '99999', DATABASE_URL: 'mysql://x', EXECUTION_PROVIDERS: 'tpu' });
    expect(read).toThrow(/PORT=99999[\s\S]*DATABASE_URL=mysql[\s\S]*postgresql:\/\/[\s\S]*EXECUTION_PROVIDERS=tpu/);
  });

  it('names a quota that there is not', () => {
    expect(() => readConfig({ KEY_QUOTAS: 'field=1' })).toThrow(
      /KEY_QUOTAS=field=1: Expected KEY_QUOTAS .* among fields/,
    );
  });

  it('shows no password of an address that does not fit', () => {
    const read = () => readConfig({ DATABASE_URL: 'mysql://user:se@cret@host/d' });
    expect(read).toThrow(/DATABASE_URL=mysql:\/\/user:…@host\/d/);
  });

  it('takes the sites that may show its pages in a frame, none by default', () => {
    const of = (text: string) => readConfig({ EMBED_ANCESTORS: text }).embedAncestors;
    expect(readConfig({}).embedAncestors).toEqual([]);
    expect(of('https://Wiki.example.org/, http://10.0.0.1:8080 https://*.example.org')).toEqual([
      'https://wiki.example.org',
      'http://10.0.0.1:8080',
      'https://*.example.org',
    ]);
    expect(of('https://a.example https://a.example')).toEqual(['https://a.example']);
    expect(of('https://a.example *')).toEqual(['*']);
  });

  it.each([
    'wiki.example.org',
    'https://wiki.example.org/page',
    "'self'",
    'https://a.example;script-src',
    'https://user@a.example',
    'ftp://a.example',
    'https://*',
  ])('refuses %s as a site, and says what is one', (text) => {
    expect(() => readConfig({ EMBED_ANCESTORS: `https://fine.example ${text}` })).toThrow(
      /EMBED_ANCESTORS=.*Expected origins such as https:\/\/wiki\.example\.org .*got /,
    );
  });

  it('reads the hosts that webhooks may go to, which need a secret of the right form', () => {
    const secret = `whsec_${Buffer.alloc(24).toString('base64')}`;
    expect(readConfig({ WEBHOOK_HOSTS: ' Example.org, *', WEBHOOK_SECRET: secret })).toMatchObject({
      webhookHosts: ['example.org', '*'],
      webhookSecret: secret,
    });
    expect(readConfig({})).toMatchObject({ webhookHosts: [], webhookSecret: undefined });
    expect(() => readConfig({ WEBHOOK_HOSTS: '*' })).toThrow(/Expected WEBHOOK_SECRET/);
    expect(() => readConfig({ WEBHOOK_SECRET: 'hush-hush' })).toThrow(/WEBHOOK_SECRET=…: Expected whsec_/);
  });

  it('reads the object storage, whose keys come together and are never shown', () => {
    expect(readConfig({}).objectStore).toEqual({ region: 'us-east-1', pathStyle: false });
    const keys = { AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' };
    expect(readConfig({ S3_ENDPOINT: 'http://minio:9000', ...keys }).objectStore).toMatchObject({
      ...{ endpoint: 'http://minio:9000', pathStyle: true },
      credentials: { accessKeyId: 'k', secretAccessKey: 's' },
    });
    expect(() => readConfig({ AWS_ACCESS_KEY_ID: 'k' })).toThrow(/AWS_SECRET_ACCESS_KEY together/);
    expect(() => readConfig({ S3_ENDPOINT: 'http://me:hush@minio' })).toThrow(/S3_ENDPOINT=(?!.*hush).*without a key/);
    const shown = effectiveSettings({ ...keys, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=hush' });
    const shownOf = (name: string) => shown.find((setting) => setting.name === name)?.value;
    expect(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'OTEL_EXPORTER_OTLP_HEADERS'].map(shownOf)).toEqual([
      '…',
      '…',
      '…',
    ]);
  });
});
