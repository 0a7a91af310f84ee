/** What the server waits for by the clock. Tests pass a shorter one. */
export interface ServerClock {
  /** how long `/readyz` says that the server stops before connections are refused; ms */
  noticeMs: number;
  /** how long one look at the database answers the scrapes of `/metrics`; ms */
  figuresKeptMs: number;
}

export const SERVER_CLOCK: ServerClock = {
  // A load balancer needs to see `/readyz` turn before connections are refused.
  noticeMs: 300,
  figuresKeptMs: 5_000,
};
