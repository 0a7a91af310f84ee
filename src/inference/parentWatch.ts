/**
 * A thread of the inference process that ends it when the server has died: a process whose parent is gone gets another
 * parent.
 */
import { workerData } from 'node:worker_threads';

const LOOK_MS = 1000;

setInterval(() => {
  if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL');
}, LOOK_MS);
