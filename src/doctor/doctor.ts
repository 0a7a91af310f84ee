import type { Config } from '../config';
import type { Database } from '../database';
import { examineRunning } from './examine';
import type { Finding } from './finding';
import { withoutPlaces } from './withoutPlaces';

/** So long findings are answered again: a look starts each model once. */
const KEPT_MS = 30_000;

/** The doctor of a server that runs, for its operator's page: one look at a time, and the same for all who ask. */
export class Doctor {
  private latest: { findings: readonly Finding[]; at: number } | undefined;
  private looking: Promise<readonly Finding[]> | undefined;

  /** @param keptMs for how long findings are kept, other than the default for tests */
  constructor(
    private readonly parts: { config: Config; database: Database; databaseUrl: string },
    private readonly keptMs = KEPT_MS,
  ) {}

  /** @returns what was found, without places on the disk */
  look(): Promise<readonly Finding[]> {
    const { latest } = this;
    if (latest && performance.now() - latest.at < this.keptMs) return Promise.resolve(latest.findings);
    this.looking ??= this.examine().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async examine(): Promise<readonly Finding[]> {
    const { config } = this.parts;
    const findings = (await examineRunning(this.parts)).map((finding) => withoutPlaces(finding, config));
    this.latest = { findings, at: performance.now() };
    return findings;
  }
}
