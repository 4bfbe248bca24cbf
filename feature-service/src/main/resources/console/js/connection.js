// Whether the service can be reached. While it can't, it is tried again from time to time.

const FIRST_MS = 1000;
const MOST_MS = 10000;

/** So long after it was lost, losing it again is another matter. */
const RECENT_MS = 60000;

/** Has the events `lost` and `found`. */
export class Connection extends EventTarget {
  isLost = false;
  #delay = FIRST_MS;
  #lostAt = Number.NEGATIVE_INFINITY;

  /** A call had no answer. */
  lost() {
    if (!this.isLost) {
      this.isLost = true;
      if (performance.now() - this.#lostAt > RECENT_MS) {
        this.#delay = FIRST_MS;
      }
      this.#lostAt = performance.now();
      this.dispatchEvent(new Event("lost"));
      this.#tryLater();
    }
  }

  /** A call had an answer. */
  found() {
    if (this.isLost) {
      this.isLost = false;
      this.dispatchEvent(new Event("found"));
    }
  }

  #tryLater() {
    setTimeout(() => this.#try(), this.#delay);
    this.#delay = Math.min(MOST_MS, 2 * this.#delay);
  }

  async #try() {
    if (!this.isLost) {
      return;
    }
    try {
      // Any answer will do, also that a token is needed.
      await fetch("v1/backbone", { cache: "no-store" });
      this.found();
    } catch {
      this.#tryLater();
    }
  }
}
