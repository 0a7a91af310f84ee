/**
 * The times by which workers are known to be alive. They depend on one another, so all follow from one number. All of
 * them are compared on the database's clock.
 */

/**
 * A worker that has not renewed its lease for this time has lost its job: long enough for a busy machine, short enough
 * for clients that wait.
 */
export const LEASE_SECONDS = 12;

/** Four renewals in the time of a lease: three may be missed before the job is lost. */
const RENEWALS_IN_A_LEASE = 4;
/** How often a worker renews its lease. */
export const RENEW_MS = (LEASE_SECONDS * 1_000) / RENEWALS_IN_A_LEASE;

/**
 * How often a worker writes its row of the list of workers: as often as its lease, so that both expire together. @alias
 */
export const BEAT_MS = RENEW_MS;
/** A worker whose row is older counts as dead, at the time at which the queue takes back its job. @alias */
export const ALIVE_SECONDS = LEASE_SECONDS;

/**
 * How often the queue searches for expired leases: this adds at most one renewal interval to the wait for a dead
 * worker's job.
 */
export const EXPIRED_LEASES_LOOK_SECONDS = LEASE_SECONDS / RENEWALS_IN_A_LEASE;

/**
 * PostgreSQL ends a transaction that is idle for this time. A worker that is frozen in a transaction has locked the row
 * of its job, which would block the job, and the search for all expired leases, for every other worker: it has to lose
 * its locks before its lease.
 */
export const IDLE_IN_TRANSACTION_MS = (LEASE_SECONDS * 1_000 * 2) / 3;

/**
 * What has no job counts as stranded from this age on, so that nothing is queued twice that another process is queueing
 * now. @alias
 */
export const STRANDED_SECONDS = LEASE_SECONDS;
