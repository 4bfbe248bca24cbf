// Sends photos to the service, some at a time, and again where that helps.

import { isTemporary, unsent } from "./problem.js";

const AT_A_TIME = 4;
const TRIES = 6;
const MOST_DELAY = 30;

/** Has the event `idle` when nothing is on its way, with the photos to tell of as `detail`. */
export class Asker extends EventTarget {
  #classify;
  #waiting = [];
  #calls = new Map();
  #timers = new Map();
  #tries = new WeakMap();
  #offline = new Set();
  #news = new Set();

  /** `classify(photo, signal)` resolves to the answer, or fails with a Problem. */
  constructor(classify, connection) {
    super();
    this.#classify = classify;
    connection.addEventListener("found", () => this.#backOnline());
  }

  /** Asks, from the beginning; what was asked of this photo before is dropped. */
  ask(photo) {
    this.#forget(photo);
    this.#tries.set(photo, 0);
    this.#enqueue(photo);
  }

  /** Asks nothing more of these photos. */
  drop(...photos) {
    photos.forEach((photo) => this.#forget(photo));
    this.#next();
  }

  #forget(photo) {
    this.#calls.get(photo)?.abort();
    this.#calls.delete(photo);
    clearTimeout(this.#timers.get(photo));
    this.#timers.delete(photo);
    this.#offline.delete(photo);
    this.#news.delete(photo);
    this.#waiting = this.#waiting.filter((other) => other !== photo);
  }

  #enqueue(photo) {
    photo.become("waiting");
    this.#waiting.push(photo);
    this.#next();
  }

  #next() {
    while (this.#waiting.length > 0 && this.#calls.size < AT_A_TIME) {
      this.#send(this.#waiting.shift());
    }
    if (this.#isIdle() && this.#news.size > 0) {
      const detail = [...this.#news];
      this.#news.clear();
      this.dispatchEvent(new CustomEvent("idle", { detail }));
    }
  }

  /** Those that are sent again later don't delay what is told of the others. */
  #isIdle() {
    return this.#calls.size + this.#waiting.length === 0;
  }

  async #send(photo) {
    const call = new AbortController();
    this.#calls.set(photo, call);
    photo.become("asking");
    try {
      const answer = await this.#classify(photo, call.signal);
      this.#whileCurrent(photo, call, () => this.#end(photo, "done", { answer }));
    } catch (problem) {
      this.#whileCurrent(photo, call, () => this.#failed(photo, problem));
    }
    this.#next();
  }

  /** A call that was dropped meanwhile says nothing more about the photo. */
  #whileCurrent(photo, call, act) {
    if (this.#calls.get(photo) === call) {
      this.#calls.delete(photo);
      act();
    }
  }

  #failed(photo, problem) {
    const tries = this.#tries.get(photo) + 1;
    this.#tries.set(photo, tries);
    if (problem.code === "UNREACHABLE") {
      this.#unreached(photo, problem, tries);
    } else if (isTemporary(problem) && tries < TRIES) {
      if (tries === 1) {
        this.#news.add(photo);
      }
      this.#later(photo, problem, delayAfter(problem, tries));
    } else {
      this.#end(photo, "failed", { problem });
    }
  }

  /** A call can fail like this although the service is there: not for ever. */
  #unreached(photo, problem, tries) {
    if (tries < TRIES) {
      this.#offline.add(photo);
      photo.become("offline", { problem });
    } else {
      this.#end(photo, "failed", { problem: unsent() });
    }
  }

  #end(photo, state, known) {
    this.#news.add(photo);
    photo.become(state, known);
  }

  #later(photo, problem, delay) {
    this.#timers.set(
      photo,
      setTimeout(() => {
        this.#timers.delete(photo);
        this.#enqueue(photo);
      }, delay * 1000),
    );
    photo.become("retrying", { problem, delay });
  }

  /** At once, but later each time where the service is found and the photo has no answer again. */
  #sendAgain(photo) {
    const tries = this.#tries.get(photo);
    if (tries === 1) {
      this.#enqueue(photo);
    } else {
      this.#later(photo, photo.problem, delayAfter(photo.problem, tries - 1));
    }
  }

  #backOnline() {
    const photos = [...this.#offline];
    this.#offline.clear();
    photos.forEach((photo) => this.#sendAgain(photo));
  }
}

/** Seconds: what the service says at least, more each time, and not the same for every page. */
function delayAfter(problem, tries) {
  const doubled = Math.min(MOST_DELAY, 2 ** (tries - 1));
  return Math.max(problem.retryAfter ?? 0, doubled * (0.75 + Math.random() / 2));
}
