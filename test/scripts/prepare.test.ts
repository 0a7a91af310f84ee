import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { changedCommandLine, isPrepared, makeSmallCheckout, type SmallCheckout } from './smallCheckout';

const NOBODY = 65_534;
const asRoot = process.getuid?.() === 0 ? it : it.skip;

jest.setTimeout(120_000);

describe('preparing a checkout', () => {
  let checkout: SmallCheckout;
  beforeEach(() => {
    checkout = makeSmallCheckout();
  });
  afterEach(() => checkout.remove());

  it('installs and builds once, with development packages whatever NODE_ENV says', async () => {
    const production = { NODE_ENV: 'production', NPM_CONFIG_OMIT: 'dev optional' };
    const first = await checkout.start('start.mjs', [], { environment: production }).ended;
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toMatch(/Installing packages: done.*Building: done.*first build serve/s);
    const { output } = await checkout.start('start.mjs').ended;
    expect(output).toBe('first build serve\n');
  });

  it('is refused while another process runs from the checkout, which goes on', async () => {
    const server = checkout.start('start.mjs', ['wait']);
    await server.says(/first build/);
    checkout.write('src/cli/main.ts', changedCommandLine());
    const refused = await checkout.start('deeplesion.mjs', ['worker']).ended;
    expect(refused.code).toBe(1);
    expect(refused.output).toMatch(/^Building would be needed, because the checkout .* changed/);
    expect(refused.output).toContain(`process ${server.process.pid} (start.mjs wait) runs from it`);
    expect(refused.output).toContain('Stop that first and start this again, or use a second checkout.');
    expect((await checkout.start('build.mjs').ended).output).toContain('would break');
    expect(server.process.exitCode).toBeNull();

    server.process.kill('SIGKILL');
    await server.ended;
    expect((await checkout.start('deeplesion.mjs', ['worker']).ended).output).toContain('second build worker');
  });

  it('is asked for by no command that only helps', async () => {
    for (const words of [['help'], ['import', '--help'], []]) {
      const { output } = await checkout.start('deeplesion.mjs', words).ended;
      expect(output).toMatch(/not installed and built yet/);
    }
    expect(readdirSync(checkout.root)).not.toContain('node_modules');
    await checkout.start('start.mjs').ended;
    checkout.write('src/cli/main.ts', changedCommandLine());
    expect((await checkout.start('deeplesion.mjs', ['help']).ended).output).toBe('first build help\n');
  });

  it('is done by one of two that start at once, and the other one waits', async () => {
    const both = [checkout.start('start.mjs'), checkout.start('deeplesion.mjs', ['worker'])];
    const outcomes = await Promise.all(both.map(({ ended }) => ended));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    const output = outcomes.map((outcome) => outcome.output).join('');
    expect(output.match(/Building …/g)).toHaveLength(1);
    expect(output).toContain('first build serve');
    expect(output).toContain('first build worker');
  });

  it('is done again where it was interrupted, or where a part of it has gone since', async () => {
    const interrupted = checkout.start('start.mjs', [], { environment: { SLOW_BUILD: '600000' } });
    await interrupted.says(/Building …/);
    interrupted.process.kill('SIGTERM');
    expect((await interrupted.ended).code).toBe(143);
    expect(existsSync(checkout.path('.preparing'))).toBe(false);
    expect((await checkout.start('start.mjs').ended).output).toMatch(/^Building ….*first build/s);
    expect(isPrepared(checkout)).toBe(true);

    rmSync(checkout.path('dist', 'cli', 'main.js'));
    expect((await checkout.start('start.mjs').ended).output).toMatch(/^Building ….*first build/s);
    rmSync(checkout.path('node_modules', 'part'));
    expect((await checkout.start('start.mjs').ended).output).toMatch(/^Installing packages ….*first build/s);
  });

  it('is taken over from a process that was killed in it, when the program that it had started is done', async () => {
    const gate = checkout.path('gate');
    const killed = checkout.start('start.mjs', [], { environment: { BUILD_GATE: gate } });
    while (!existsSync(`${gate}.reached`)) await sleep(20);
    killed.process.kill('SIGKILL');
    const next = checkout.start('start.mjs');
    await next.says(/^Waiting for process \d+/);
    writeFileSync(gate, '');
    const { output } = await next.ended;
    expect(output).toMatch(/^Waiting for process \d+ .*Building ….*first build/s);
  });

  it('works below a folder with quotes in its name', async () => {
    const quoted = makeSmallCheckout(`deeplesion 'single' "double" $HOME-`);
    try {
      expect((await quoted.start('start.mjs').ended).output).toContain('first build');
    } finally {
      await quoted.remove();
    }
  });

  asRoot('is left to the owner: another account is told so, and runs what is prepared', async () => {
    const unprepared = await checkout.start('deeplesion.mjs', ['worker'], { uid: NOBODY }).ended;
    expect(unprepared.code).toBe(1);
    expect(unprepared.output).toMatch(/has to be prepared, and the user \w+ may not write to .*Let its owner/s);
    await checkout.start('start.mjs').ended;

    const worker = checkout.start('deeplesion.mjs', ['worker', 'wait'], { uid: NOBODY });
    await worker.says(/first build worker wait/);
    checkout.write('src/cli/main.ts', changedCommandLine());
    const { output } = await checkout.start('start.mjs').ended;
    expect(output).toContain(`process ${worker.process.pid} (deeplesion.mjs worker wait) runs from it`);
  });
});
