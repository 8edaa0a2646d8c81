/** Called with each value. Its result is ignored, a promise too. */
export type Listener<T> = (value: T) => unknown;

/**
 * Listeners of one kind of value. A listener that throws, or whose promise rejects, harms neither the teller nor the
 * other listeners: its first error goes to `onError`, and it is told of later values all the same.
 */
export class Listeners<T> {
  readonly #listeners = new Map<Listener<T>, { hasFailed: boolean }>();
  readonly #onError: (error: unknown) => void;
  /** The value that is told now, and those that wait for it. */
  readonly #untold: T[] = [];

  /** @param onError must not throw */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /** @returns a function that ends the subscription: the listener hears nothing after that call */
  add(listener: Listener<T>): () => void {
    // A function of its own, so that one listener may listen twice.
    const own: Listener<T> = (value) => listener(value);
    this.#listeners.set(own, { hasFailed: false });
    return () => void this.#listeners.delete(own);
  }

  /**
   * Tells all listeners in the order in which they came. Never throws, and never waits for a promise. What a listener
   * tells meanwhile follows when all have heard this value, so that all hear the same order.
   */
  tell(value: T): void {
    this.#untold.push(value);
    if (this.#untold.length > 1) return;
    for (; this.#untold.length > 0; this.#untold.shift())
      for (const listener of Array.from(this.#listeners.keys()))
        this.#tellOne(listener, this.#untold[0] as T);
  }

  #tellOne(listener: Listener<T>, value: T): void {
    if (!this.#listeners.has(listener)) return;
    try {
      const result = listener(value);
      // Not every promise is a `Promise`: a query or a subprocess has a `then` of its own.
      Promise.resolve(result).catch((error: unknown) => this.#noteError(listener, error));
    } catch (error) {
      this.#noteError(listener, error);
    }
  }

  #noteError(listener: Listener<T>, error: unknown): void {
    const state = this.#listeners.get(listener);
    if (!state || state.hasFailed) return;
    state.hasFailed = true;
    this.#onError(error);
  }
}
