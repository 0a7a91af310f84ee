/** A way to show how far long work is. */
export interface Progress {
  /** @param total 0 if it is not known yet */
  update(done: number, total: number): void;
  finish(summary: string): void;
}

const BAR_WIDTH = 30;
const PLAIN_STEP_PERCENT = 10;

/**
 * A bar that is redrawn on a terminal; elsewhere one plain line every tenth of the way, so that logs stay readable. It
 * is written to standard error: standard output is for results.
 */
export function createProgress(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? terminalBar(label, stream) : plainLines(label, stream);
}

function terminalBar(label: string, stream: NodeJS.WriteStream): Progress {
  return {
    update(done, total) {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const bar = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
      stream.write(`\r\x1b[K${label} ${bar} ${Math.round(share * 100)} % (${done}/${total})`);
    },
    finish: (summary) => stream.write(`\r\x1b[K${label}: ${summary}\n`),
  };
}

function plainLines(label: string, stream: NodeJS.WriteStream): Progress {
  let shown = -1;
  return {
    update(done, total) {
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      const step = percent - (percent % PLAIN_STEP_PERCENT);
      if (step <= shown) return;
      shown = step;
      stream.write(`${label}: ${step} % (${done}/${total})\n`);
    },
    finish: (summary) => stream.write(`${label}: ${summary}\n`),
  };
}
