/**
 * Mixes a list of integers and words into one 32-bit state (FNV-1a, then an avalanche), so that streams of neighbouring
 * keys are unrelated.
 */
function hashKeys(keys: readonly (number | string)[], salt: number): number {
  let h = (0x811c9dc5 ^ salt) >>> 0;
  for (const key of keys) {
    for (const byte of Buffer.from(`${key}/`, 'utf8')) h = Math.imul(h ^ byte, 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A seeded stream of random numbers (sfc32). The same keys give the same numbers on every machine and in every worker;
 * every patient, study and slice has its own stream, so that none depends on how many others were drawn before it.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spare: number | undefined;

  /** @param keys what the stream is for, for example `(seed, 'patient', 12)`. */
  constructor(...keys: readonly (number | string)[]) {
    this.a = hashKeys(keys, 0);
    this.b = hashKeys(keys, 0x9e3779b9);
    this.c = hashKeys(keys, 0x6a09e667);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** A number in [0, 1). */
  next(): number {
    const t = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  /** A number in [low, high). */
  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A number in [low, high) whose logarithm is uniform; both bounds must be positive. */
  logUniform(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  /** A normal deviate (Box–Muller). */
  normal(mean: number, sd: number): number {
    if (this.spare !== undefined) {
      const value = this.spare;
      this.spare = undefined;
      return mean + sd * value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.spare = radius * Math.sin(angle);
    return mean + sd * radius * Math.cos(angle);
  }

  /** A normal deviate cut to [low, high]. */
  clippedNormal(mean: number, sd: number, low: number, high: number): number {
    return Math.min(high, Math.max(low, this.normal(mean, sd)));
  }

  /** An integer in 0…count−1. */
  integer(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items, with probability in proportion to its weight. */
  weighted<T>(items: readonly T[], weight: (item: T) => number): T {
    let total = 0;
    for (const item of items) total += weight(item);
    let left = this.next() * total;
    for (const item of items) {
      left -= weight(item);
      if (left < 0) return item;
    }
    const last = items[items.length - 1];
    if (last === undefined) throw new RangeError('weighted() needs at least one item');
    return last;
  }
}
