/** Measures the time during which at least one of several overlapping pieces of work goes on. */
export class Busy {
  readonly #now: () => number;
  #atWork = 0;
  #since = 0;
  #total = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Does the work and counts its time. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#atWork === 0) this.#since = this.#now();
    this.#atWork += 1;
    try {
      return await work();
    } finally {
      this.#atWork -= 1;
      if (this.#atWork === 0) this.#total += this.#now() - this.#since;
    }
  }

  /** ms up to now. */
  get ms(): number {
    return this.#total + (this.#atWork > 0 ? this.#now() - this.#since : 0);
  }
}
