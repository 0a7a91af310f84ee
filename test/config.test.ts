import { readConfig } from '../src/config';

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      executionProviders: ['auto'],
      demo: true,
      logLevel: 'info',
    });
  });

  it('has the inbox of models below the data folder unless it is said to be elsewhere', () => {
    expect(readConfig({ DATA_DIR: '/somewhere' }).modelInbox).toBe('/somewhere/inbox');
    expect(readConfig({ DATA_DIR: '/somewhere', MODEL_INBOX: '/elsewhere' }).modelInbox).toBe('/elsewhere');
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 4000, databaseUrl: undefined });
  });

  it('reads every variable', () => {
    const environment = {
      PORT: '0',
      HOST: '0.0.0.0',
      DEMO: '0',
      EXECUTION_PROVIDERS: 'WebGPU, cpu',
      LOG_LEVEL: 'debug',
    };
    expect(readConfig(environment)).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      demo: false,
      executionProviders: ['webgpu', 'cpu'],
      logLevel: 'debug',
    });
  });

  it('names every variable that does not fit, not only the first', () => {
    const read = () => readConfig({ PORT: '99999', DATABASE_URL: 'mysql://x', EXECUTION_PROVIDERS: 'tpu' });
    expect(read).toThrow(/PORT=99999[\s\S]*DATABASE_URL=mysql[\s\S]*postgresql:\/\/[\s\S]*EXECUTION_PROVIDERS=tpu/);
  });
});
