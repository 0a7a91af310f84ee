import type { ServerClock } from '../src/http';

/** The server's clock in tests: nobody watches `/readyz` while it stops, and scrapes need not wait for new figures. */
export const QUICK_SERVER: ServerClock = { noticeMs: 0, figuresKeptMs: 100 };
