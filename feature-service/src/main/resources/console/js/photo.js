// One photo and what is known of it.

import { unreadable } from "./problem.js";

let photos = 0;

/**
 * States: `waiting`, `asking`, `retrying` (later, after `delay` seconds), `offline` (when the
 * service is reached again), `done` (with `answer`), `failed` (with `problem`). An event `change`
 * tells each.
 */
export class Photo extends EventTarget {
  id = ++photos;
  state = "waiting";
  answer;
  problem;
  delay;

  constructor(name, image) {
    super();
    this.name = name;
    this.image = image;
    this.url = URL.createObjectURL(image);
  }

  /** Changes the state, and what belongs to it. */
  become(state, known = {}) {
    this.state = state;
    Object.assign(this, known);
    this.dispatchEvent(new Event("change"));
  }

  /** Fails with a Problem when the file can't be read: a call with it would only have no answer. */
  async check() {
    try {
      await this.image.slice(0, 1).arrayBuffer();
    } catch {
      throw unreadable();
    }
  }

  /** Frees the picture. */
  release() {
    URL.revokeObjectURL(this.url);
  }
}
