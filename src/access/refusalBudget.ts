/** How many refusals are noted within a minute. */
export interface RefusalBounds {
  /** of one caller: a key, or an address as it is stored */
  perCaller: number;
  /** of all */
  inAll: number;
  windowMs: number;
}

/** A day of refusals without an end adds 144,000 rows, some 50 MB. */
const BOUNDS: RefusalBounds = { perCaller: 10, inAll: 100, windowMs: 60_000 };

/** Which refusals are noted, so that a flood of them does not fill the disk; the others are counted. */
export class RefusalBudget {
  private readonly bounds: RefusalBounds;
  private readonly noted = new Map<string, number>();
  private total = 0;
  private startedAt = Number.NEGATIVE_INFINITY;
  private leftOut = 0;

  /** @param now ms of a clock that only goes forwards */
  constructor(
    bounds: Partial<RefusalBounds> = {},
    private readonly now: () => number = () => performance.now(),
  ) {
    this.bounds = { ...BOUNDS, ...bounds };
  }

  /** Until the present minute ends, in ms. */
  get remainingMs(): number {
    return Math.max(0, this.startedAt + this.bounds.windowMs - this.now());
  }

  /** @returns whether a refusal of a caller is to be noted; otherwise it is counted */
  take(caller: string): boolean {
    if (this.remainingMs === 0) this.begin();
    const count = this.noted.get(caller) ?? 0;
    if (count >= this.bounds.perCaller || this.total >= this.bounds.inAll) {
      this.leftOut++;
      return false;
    }
    this.noted.set(caller, count + 1);
    this.total++;
    return true;
  }

  /** @returns how many were left out since this was asked last */
  takeLeftOut(): number {
    const { leftOut } = this;
    this.leftOut = 0;
    return leftOut;
  }

  private begin(): void {
    this.startedAt = this.now();
    this.noted.clear();
    this.total = 0;
  }
}
