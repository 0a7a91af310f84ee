/** Lets loops sleep until their time is up or somebody rings. */
export class Bell {
  private waiting = new Set<() => void>();

  ring(): void {
    for (const wakeUp of [...this.waiting]) wakeUp();
  }

  wait(ms: number): Promise<void> {
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
