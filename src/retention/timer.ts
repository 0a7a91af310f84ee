import type { Database } from '../database';
import { messageOf } from '../errors';
import type { Logger } from '../log';
import { passOnce, type RetentionRules } from './pass';
import { claimPass, endPass } from './state';

/** How often a server asks whether it is its turn; ms. */
const ASK_MS = 600_000;

/** Deletes by the rules from time to time, until it is stopped. */
export interface RetentionTimer {
  stop(): Promise<void>;
}

export interface RetentionOptions {
  database: Database;
  rules: RetentionRules;
  log: Logger;
  /** ms */
  askMs?: number;
}

/** Begins to delete by the rules, if there are any; of several servers, one has the pass of each hour. */
export function startRetention({ database, rules, log, askMs = ASK_MS }: RetentionOptions): RetentionTimer {
  if (rules.runsDays === undefined) return { stop: async () => undefined };
  const stopping = new AbortController();
  const pass = async (): Promise<void> => {
    try {
      if (!(await claimPass(database))) return;
      const deleted = await passOnce({ database, rules, log, now: new Date(), signal: stopping.signal });
      await endPass(database, deleted);
    } catch (thrown) {
      log.warn(
        { reason: messageOf(thrown) },
        'the rules of retention could not be followed; the next hour tries again',
      );
    }
  };
  let passing = pass();
  const timer = setInterval(() => {
    passing = passing.then(pass);
  }, askMs);
  return {
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await passing;
    },
  };
}
