/**
 * What this process has computed until now, in milliseconds of processor time: a bound on work that holds however much
 * else the machine has to do.
 */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
