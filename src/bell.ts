/** Lets loops sleep until their time is up or someone rings. */
export class Bell {
  private rings = 0;
  private readonly waiting = new Set<() => void>();

  readonly ring = (): void => {
    this.rings++;
    for (const wakeUp of [...this.waiting]) wakeUp();
  };

  /** @returns what tells `wait` which rings were heard: call it before the look whose result may be out of date when the bell rings */
  heard(): number {
    return this.rings;
  }

  /** Resolves at the next ring, at once where it has rung since `heard`, or when the time is up. */
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

  /** Sleeps its time out whoever rings, unless `isOver` says so by then. */
  async sleep(ms: number, isOver: () => boolean): Promise<void> {
    const end = performance.now() + ms;
    while (!isOver() && performance.now() < end) await this.wait(Math.max(1, end - performance.now()));
  }
}
