import { Counter, type Registry } from 'prom-client';
import { QUOTA_NAMES, type Quotas } from '../access';

/** Adds what quotas have granted and refused to `/metrics`; every label has a closed set of values. */
export function watchQuotas(registry: Registry, quotas: Pick<Quotas, 'counts'>): void {
  const registers = [registry];
  new Counter({
    name: 'deeplesion_quota_refusals_total',
    help: 'Requests that were refused because a quota of their caller was used up, by quota.',
    labelNames: ['quota'],
    registers,
    collect() {
      this.reset();
      for (const quota of QUOTA_NAMES) this.inc({ quota }, quotas.counts.refused.get(quota) ?? 0);
    },
  });
  new Counter({
    name: 'deeplesion_quota_spent_total',
    help: 'What callers with a limit have spent, by quota (fields, images, bytes, submissions) and kind of caller.',
    labelNames: ['quota', 'caller'],
    registers,
    collect() {
      this.reset();
      for (const quota of QUOTA_NAMES) {
        const { key = 0, anonymous = 0 } = quotas.counts.spent.get(quota) ?? {};
        this.inc({ quota, caller: 'key' }, key);
        this.inc({ quota, caller: 'anonymous' }, anonymous);
      }
    },
  });
  new Counter({
    name: 'deeplesion_quota_unchecked_total',
    help: 'Requests that passed without a check against other servers, because the database did not answer.',
    registers,
    collect() {
      this.reset();
      this.inc(quotas.counts.unchecked);
    },
  });
}
