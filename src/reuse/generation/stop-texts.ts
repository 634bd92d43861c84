/** Text up to the first of some texts at which it stops; what may be the beginning of one is held back. */
export class StopTexts {
  readonly #stops: readonly string[];
  #held = '';
  /** Whether one was reached. */
  stopped = false;

  /** @param stops none of them empty */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** The text that is certain to come before any stop. */
  push(text: string): string {
    this.#held += text;
    const places = this.#stops.map((stop) => this.#held.indexOf(stop)).filter((place) => place >= 0);
    this.stopped = places.length > 0;
    return this.#take(this.stopped ? Math.min(...places) : this.#held.length - this.#begun());
  }

  /** What was held back. */
  end(): string {
    return this.#take(this.stopped ? 0 : this.#held.length);
  }

  #take(length: number): string {
    const taken = this.#held.slice(0, length);
    this.#held = this.#held.slice(length);
    return taken;
  }

  /** Characters at the end that a stop begins with. */
  #begun(): number {
    const ends = this.#stops.flatMap((stop) => Array.from({ length: stop.length - 1 }, (_, i) => stop.slice(0, i + 1)));
    return Math.max(0, ...ends.filter((end) => this.#held.endsWith(end)).map((end) => end.length));
  }
}
