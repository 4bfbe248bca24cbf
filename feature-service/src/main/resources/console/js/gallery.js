// The photos of the page, their cards, and the two that are compared.

import { Card } from "./card.js";
import { comparison } from "./comparison.js";
import { byId } from "./dom.js";
import { size } from "./format.js";
import { Photo } from "./photo.js";
import { Problem } from "./problem.js";

/** More would only fill the memory of the browser. */
const MOST_PHOTOS = 60;

export class Gallery {
  #asker;
  #announce;
  #notice;
  #wanted;
  #cards = new Map();
  #compared = [];
  #mostBytes = Number.POSITIVE_INFINITY;

  /** `announce` and `notice` take texts; `wanted` is called when somebody adds photos or asks again. */
  constructor(asker, { announce, notice, wanted }) {
    this.#asker = asker;
    this.#announce = announce;
    this.#notice = notice;
    this.#wanted = wanted;
    byId("clear").addEventListener("click", () => this.#clear());
  }

  /** Photos of more bytes are not sent. */
  limit(bytes) {
    this.#mostBytes = bytes;
  }

  /** Shows photos, newest first, and asks for their scores. */
  add(files) {
    this.#wanted();
    const room = MOST_PHOTOS - this.#cards.size;
    const full = `The page holds ${MOST_PHOTOS} photos: remove some to add more.`;
    this.#notice(files.length > room ? full : "");
    files.slice(0, Math.max(0, room)).forEach((file) => this.#addOne(file.name || "pasted photo", file));
  }

  #addOne(name, image) {
    const photo = new Photo(name, image);
    const card = new Card(photo, {
      again: () => {
        this.#wanted();
        this.#ask(photo);
      },
      remove: () => this.#remove(photo),
      compare: () => this.#compare(photo),
    });
    this.#cards.set(photo, card);
    photo.addEventListener("change", () => this.#photoChanged(photo));
    byId("cards").prepend(card.element);
    this.#ask(photo);
    this.#show();
  }

  /** Asks for all again: the question has changed. */
  askAll() {
    for (const photo of this.#cards.keys()) {
      this.#ask(photo);
    }
  }

  #ask(photo) {
    const bytes = photo.image.size;
    if (bytes > this.#mostBytes) {
      const detail = `It has ${size(bytes)}; the service takes at most ${size(this.#mostBytes)}`;
      this.#asker.drop(photo);
      photo.become("failed", { problem: new Problem(413, "TOO_LARGE", detail) });
    } else {
      this.#asker.ask(photo);
    }
  }

  #remove(photo) {
    const { element } = this.#cards.get(photo);
    const next = element.nextElementSibling ?? element.previousElementSibling;
    this.#forget(photo);
    // Focus must not be lost with the button that had it.
    (next?.querySelector("h3") ?? byId("results")).focus();
  }

  #clear() {
    this.#asker.drop(...this.#cards.keys());
    [...this.#cards.keys()].forEach((photo) => this.#forget(photo));
    byId("results").focus();
  }

  #forget(photo) {
    this.#asker.drop(photo);
    this.#cards.get(photo).element.remove();
    this.#cards.delete(photo);
    this.#compared = this.#compared.filter((other) => other !== photo);
    photo.release();
    // There is room again.
    this.#notice("");
    this.#show();
  }

  #compare(photo) {
    this.#compared = this.#compared.includes(photo)
      ? this.#compared.filter((other) => other !== photo)
      : [...this.#compared, photo].slice(-2);
    if (this.#compared.length === 1) {
      this.#announce("Choose a second photo to compare with.");
    } else if (this.#compared.length === 2) {
      this.#announce(`${this.#compared[0].name} and ${this.#compared[1].name} are side by side.`);
    }
    this.#show();
  }

  #photoChanged(photo) {
    if (this.#compared.includes(photo)) {
      this.#show();
    }
  }

  #show() {
    byId("empty").hidden = this.#cards.size > 0;
    byId("clear").hidden = this.#cards.size === 0;
    this.#cards.forEach((card, photo) => (card.compared = this.#compared.includes(photo)));
    const pair = this.#compared.filter((photo) => photo.answer !== undefined);
    const place = byId("comparison");
    place.hidden = pair.length < 2;
    place.replaceChildren(...(pair.length < 2 ? [] : comparison(...pair)));
  }
}
