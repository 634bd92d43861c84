/** A typed event stream: listeners are called in the order they were added. */
export class Events<EventMap extends object> {
  readonly #listeners = new Map<keyof EventMap, Set<(payload: never) => void>>();

  /** Adds a listener; the returned function removes it. */
  on<Name extends keyof EventMap>(name: Name, listener: (payload: EventMap[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(name, listeners);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof EventMap>(name: Name, payload: EventMap[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (payload: EventMap[Name]) => void)(payload);
  }
}
