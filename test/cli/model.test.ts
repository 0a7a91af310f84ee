import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { compiledEntry } from '../../src/compiled';
import { findRun, isTerminal } from '../../src/runs';
import { createRunBed, type RunBed } from '../runs/runBed';
import { runCommand } from './runCommand';

/** A process starts, works and ends on a machine that is busy with other things. */
const WAIT_MS = 300_000;
let bed: RunBed;
let folder: string;
const environment = process.env;

beforeAll(async () => {
  bed = await createRunBed(3);
  process.env = { ...environment, DATABASE_URL: bed.url, DATA_DIR: bed.dataDir, MODELS_DIR: bed.modelsDir };
  folder = mkdtempSync(join(tmpdir(), 'deeplesion-model-'));
  cpSync(join(bed.modelsDir, 'tiny-constant'), folder, { recursive: true });
  edit({ name: 'from-the-command-line' });
});
afterAll(async () => {
  process.env = environment;
  rmSync(folder, { recursive: true });
  await bed.drop();
});

function edit(change: Record<string, unknown>): void {
  const path = join(folder, 'model.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
}

describe('deeplesion model register', () => {
  it('registers a folder, says so, and says when it was registered before', async () => {
    const first = await runCommand('model', 'register', folder);
    expect(first.code).toBeUndefined();
    expect(first.output).toMatch(/^Registered from-the-command-line@1\.0\.0 \(sha256 [0-9a-f]{64}\)\.$/m);
    const second = await runCommand('model', 'register', folder);
    expect(second.output).toBe('from-the-command-line@1.0.0 was registered before; nothing was changed.\n');
    const events = await bed.database.prisma.auditEvent.findMany({ where: { action: 'model register' } });
    expect(events).toMatchObject([{ address: 'command line', target: expect.stringMatching(/^\S+$/) }]);
  });

  it(
    'is followed at once by a run, on a worker of another machine that has neither the folder nor MODELS_DIR',
    async () => {
      const elsewhere = mkdtempSync(join(tmpdir(), 'deeplesion-elsewhere-'));
      const commandLine = `require(${JSON.stringify(compiledEntry('cli/main'))}).runCommandLine(['worker'])`;
      const worker = spawn(process.execPath, ['-e', commandLine], {
        env: {
          ...environment,
          DATABASE_URL: bed.url,
          DATA_DIR: elsewhere,
          MODELS_DIR: join(elsewhere, 'models'),
          EXECUTION_PROVIDERS: 'cpu',
          LOG_LEVEL: 'info',
        },
      });
      try {
        await once(worker.stderr, 'data');
        edit({ version: '2.0.0' });
        expect((await runCommand('model', 'register', folder)).output).toContain('from-the-command-line@2.0.0');
        const run = await bed.request('from-the-command-line');
        while (!isTerminal((await findRun(bed.database, run.id)).status)) await sleep(50);
        expect(await findRun(bed.database, run.id)).toMatchObject({ status: 'SUCCEEDED', error: null });
      } finally {
        worker.kill('SIGTERM');
        await once(worker, 'exit');
        rmSync(elsewhere, { recursive: true });
      }
    },
    WAIT_MS,
  );

  it('fails a run, with the reason, on a machine whose copy of the file was changed', async () => {
    const { modelSha256 } = await bed.registry.find('from-the-command-line');
    const copy = join(bed.dataDir, 'model-cache', `${modelSha256}.onnx`);
    writeFileSync(copy, 'something else');
    await bed.startWorker();
    const run = await bed.request('from-the-command-line');
    while (!isTerminal((await findRun(bed.database, run.id)).status)) await sleep(50);
    expect(await findRun(bed.database, run.id)).toMatchObject({
      status: 'FAILED',
      error: expect.stringMatching(/^The model could not be loaded: This machine's copy of the model file has sha256/),
    });
  });

  it('ends with status 1 and the reason when the model does not fit', async () => {
    writeFileSync(join(folder, 'weights.bin'), '');
    const { code, output, errors } = await runCommand('model', 'register', folder);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^Expected nothing but model\.json and model\.onnx in the folder, got "weights\.bin"/m);
    expect(errors).not.toMatch(/^\s+at /m);
  });
});

describe('deeplesion model register --external', () => {
  const external = 'elsewhere@1.0.0';

  it('makes a detector known that runs elsewhere, says so, and says when it was known before', async () => {
    const texts = ['--architecture', 'RetinaNet', '--url', 'https://example.org', '--citation', 'Roe 2026'];
    const first = await runCommand('model', 'register', '--external', external, ...texts);
    expect(first.code).toBeUndefined();
    expect(first.output).toBe('Registered elsewhere@1.0.0 (external: it runs elsewhere).\n');
    const [row] = await bed.database.query({
      text: `SELECT source, architecture, url, citation, model_sha256 AS "modelSha256" FROM detector WHERE name = 'elsewhere'`,
    });
    expect(row).toEqual({
      ...{ source: 'EXTERNAL', architecture: 'RetinaNet', url: 'https://example.org/', citation: 'Roe 2026' },
      modelSha256: null,
    });
    const second = await runCommand('model', 'register', '--external', external);
    expect(second.output).toBe('elsewhere@1.0.0 was registered before; nothing was changed.\n');
  });

  it('gives a detector that no run can be started of: the command says what to do', async () => {
    await runCommand('model', 'register', '--external', external);
    const { code, errors } = await runCommand('detect', '--detector', external, '--dataset', 'small');
    expect(code).toBe(1);
    expect(errors).toMatch(
      /^Detector elsewhere@1\.0\.0 is external: it runs elsewhere, .* Run it there, or name a detector/m,
    );
    expect(errors).not.toMatch(/^\s+at /m);
  });

  it.each<[what: string, words: string[], reason: RegExp]>([
    ['neither a folder nor a name', [], /^Expected a folder or --external NAME@VERSION, and not both\.$/m],
    ['both', ['somewhere', '--external', external], /^Expected a folder or --external NAME@VERSION, and not both\.$/m],
    [
      'a name without version',
      ['--external', 'elsewhere'],
      /^Expected --external to be NAME@VERSION, got "elsewhere"\.$/m,
    ],
    ['another version than three numbers', ['--external', 'elsewhere@1'], /^version: Expected MAJOR\.MINOR\.PATCH/m],
    [
      'texts of a folder',
      ['somewhere', '--citation', 'Roe'],
      /^Expected --architecture, --url and --citation only with/m,
    ],
    ['no web address', ['--external', 'other@1.0.0', '--url', 'here'], /^url: Expected an http or https address/m],
  ])('ends with status 1 and the reason for %s', async (_what, words, reason) => {
    const { code, errors } = await runCommand('model', 'register', ...words);
    expect(code).toBe(1);
    expect(errors).toMatch(reason);
    expect(errors).not.toMatch(/^\s+at /m);
  });
});
