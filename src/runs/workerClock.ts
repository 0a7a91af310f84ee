/** A worker that missed four beats is taken for dead, as the queue takes back its batch after the same time. */
export const ALIVE_SECONDS = 12;
