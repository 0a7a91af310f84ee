/** Lets loops sleep until their time is up or the bell rings. */
export class Bell {
  private rings = 0;
  private readonly waiting = new Set<() => void>();

  readonly ring = (): void => {
    this.rings++;
    for (const wakeUp of [...this.waiting]) wakeUp();
  };

  /** @returns the rings so far, for `wait`: call it before the poll whose result is out of date if the bell rings */
  heard(): number {
    return this.rings;
  }

  /** Resolves at the next ring, at once if it has rung since `heard`, or when the time is up. */
  wait(ms: number, heard = this.rings): Promise<void> {
    if (heard !== this.rings) return Promise.resolve();
    return new Promise((resolve) => {
      const wakeUp = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wakeUp);
        resolve();
      };
      const timer = setTimeout(wakeUp, ms);
      this.waiting.add(wakeUp);
    });
  }

  /** Sleeps the whole time, whatever rings, unless `isOver` says so by then. */
  async sleep(ms: number, isOver: () => boolean): Promise<void> {
    const end = performance.now() + ms;
    while (!isOver() && performance.now() < end) await this.wait(Math.max(1, end - performance.now()));
  }
}
