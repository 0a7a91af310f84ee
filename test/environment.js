require('./sharedScripts');
const { appendFileSync, readFileSync } = require('node:fs');
const { relative } = require('node:path');
const { ModuleMocker } = require('jest-mock');

/** What jest-circus keeps in the global object. */
const JEST_STATE =
  /^(JEST_STATE_SYMBOL|EVENT_HANDLERS|RETRY_|WAIT_BEFORE_RETRY|LOG_ERRORS_BEFORE_RETRY|TEST_TIMEOUT_SYMBOL)/;

const TICK_S = 0.01;

/** Processor seconds of this process, and of its children that have ended. */
function processorSeconds() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map((ticks) => Number(ticks) * TICK_S);
  return { own: user + system, children: childUser + childSystem };
}

/**
 * The realm of the worker itself. In a sandbox, as jest's own environment has it, each look-up of a global takes longer
 * than what most code does with it, native modules meet typed arrays that are not theirs, and every module has to be
 * loaded again for each test file (`runtime.js`).
 *
 * `TEST_TIMES=FILE` appends a line for each test file: its wall time, the processor time to load it, and that of all.
 */
module.exports = class {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  fakeTimersModern = null;
  before = { console: globalThis.console, exit: process.exit, env: { ...process.env } };
  isOver = false;

  constructor(_config, { testPath }) {
    this.testPath = testPath;
    Error.stackTraceLimit = 100;
  }

  getVmContext() {
    return this.isOver ? null : globalThis;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  async setup() {
    if (!process.env.TEST_TIMES) return;
    this.started = { at: performance.now(), ...processorSeconds() };
  }

  handleTestEvent({ name }) {
    if (name === 'run_start' && this.started) this.loaded = processorSeconds();
  }

  async teardown() {
    if (this.started) this.writeTimes();
    this.isOver = true;
    globalThis.console = this.before.console;
    process.exit = this.before.exit;
    for (const name of Object.keys(process.env)) if (!(name in this.before.env)) delete process.env[name];
    Object.assign(process.env, this.before.env);
    // The handlers of one test file would get the events of the next.
    for (const symbol of Object.getOwnPropertySymbols(globalThis))
      if (JEST_STATE.test(symbol.description)) delete globalThis[symbol];
  }

  writeTimes() {
    const { own, children } = processorSeconds();
    const { started, loaded = started } = this;
    const times = {
      file: relative(__dirname, this.testPath),
      wallS: (performance.now() - started.at) / 1000,
      loadS: loaded.own - started.own,
      ownS: own - started.own,
      childrenS: children - started.children,
    };
    appendFileSync(process.env.TEST_TIMES, `${JSON.stringify(times)}\n`);
  }
};
