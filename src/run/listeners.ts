/** What a screen can follow. */
export interface Followed {
  /** Calls the listener at every change. Returns what ends that. */
  subscribe(listener: () => void): () => void;
}

/** Those who want to know of every change of something. */
export class Listeners implements Followed {
  readonly #all = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  };

  readonly tell = (): void => {
    for (const listener of this.#all) listener();
  };
}
