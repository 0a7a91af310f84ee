import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeCommand, describeSeconds, reproductionSettings, runCommand, Stages } from '../../src/reproduction';

describe('stages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-stages-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are done once for the same inputs, again for others, and again after a failure', async () => {
    let done = 0;
    const call = (inputs: unknown) =>
      new Stages(folder).run('made', inputs, async () => {
        done++;
      });
    await call({ seed: 1 });
    await call({ seed: 1 });
    expect(done).toBe(1);
    await call({ seed: 2 });
    expect(done).toBe(2);
    const failing = new Stages(folder).run('failing', 1, () => Promise.reject(new Error('no space')));
    await expect(failing).rejects.toThrow('no space');
    await new Stages(folder).run('failing', 1, async () => {
      done++;
    });
    expect(done).toBe(3);
  });

  it('are done again where a kill or a full disk left a part of the stamp', async () => {
    let done = 0;
    const call = () =>
      new Stages(folder).run('torn', 1, async () => {
        done++;
      });
    await call();
    const stamp = join(folder, 'torn.json');
    writeFileSync(stamp, readFileSync(stamp, 'utf8').slice(0, 20));
    await call();
    await call();
    expect(done).toBe(2);
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('say how long they took, in words', () => {
    expect([4.4, 75, 3725].map(describeSeconds)).toEqual(['4 s', '1 min 15 s', '1 h 2 min']);
  });
});

describe('a command of a stage', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplesion-command-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const command = (script: string) => ({
    ...{ program: process.execPath, args: ['-e', script], cwd: folder },
    logFile: join(folder, 'logs', 'x.log'),
  });

  it('hands on its lines', async () => {
    const lines: string[] = [];
    await runCommand(command('console.log("one"); console.error("two")'), (line) => lines.push(line));
    expect(lines.sort()).toEqual(['one', 'two']);
  });

  it('fails with its last lines and the place of its log', async () => {
    await expect(runCommand(command('console.error("disk full"); process.exit(3)'))).rejects.toThrow(
      /ended with 3; its output is in .*x\.log\. Last lines:\n {2}disk full/,
    );
  });

  it('knows the process that it ends with', async () => {
    const lines: string[] = [];
    await runCommand(command('console.log(process.env.DEEPLESION_PARENT_PROCESS)'), (line) => lines.push(line));
    expect(lines).toEqual([String(process.pid)]);
  });

  it('is shown without the folders of this machine', () => {
    const shown = describeCommand(
      { program: '/opt/x/python', args: ['train.py', '--data', '/a/b/prepared'], cwd: '/', logFile: '' },
      { WORK: '/a/b' },
    );
    expect(shown).toBe('python train.py --data WORK/prepared');
  });
});

describe('the settings', () => {
  it('are three seeds by default and one in a quick run, and keep quick reports apart', () => {
    const [full, quick] = [reproductionSettings({}), reproductionSettings({ quick: true })];
    expect(full.seeds).toEqual([1, 2, 3]);
    expect(quick.seeds).toEqual([1]);
    expect(full.reportDir).toMatch(/docs.reproduction$/);
    expect(quick.reportDir).toMatch(/docs.reproduction.phantoms-quick$/);
    expect(reproductionSettings({ data: 'x' }).reportDir).toMatch(/docs.reproduction.deeplesion$/);
    expect(reproductionSettings({ seeds: [4], steps: 7 })).toMatchObject({ seeds: [4], steps: 7 });
  });
});
