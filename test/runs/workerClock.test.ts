import {
  ALIVE_SECONDS,
  BEAT_MS,
  EXPIRED_LEASES_LOOK_SECONDS,
  IDLE_IN_TRANSACTION_MS,
  LEASE_SECONDS,
  RENEW_MS,
  STRANDED_SECONDS,
} from '../../src/runs/workerClock';

const LEASE_MS = LEASE_SECONDS * 1_000;

describe('the times by which workers are known to be alive', () => {
  it('allow some renewals and beats to be missed before a worker loses its job and counts as dead', () => {
    expect(LEASE_MS / RENEW_MS).toBeGreaterThanOrEqual(3);
    expect((ALIVE_SECONDS * 1_000) / BEAT_MS).toBeGreaterThanOrEqual(3);
  });

  it('take the locks from a frozen worker before its lease ends, but not between two renewals', () => {
    expect(IDLE_IN_TRANSACTION_MS).toBeLessThan(LEASE_MS);
    expect(IDLE_IN_TRANSACTION_MS).toBeGreaterThan(RENEW_MS);
  });

  it('are whole seconds where pg-boss and PostgreSQL take no others', () => {
    expect([LEASE_SECONDS, EXPIRED_LEASES_LOOK_SECONDS, STRANDED_SECONDS].every(Number.isInteger)).toBe(true);
    expect(Number.isInteger(IDLE_IN_TRANSACTION_MS)).toBe(true);
  });
});
