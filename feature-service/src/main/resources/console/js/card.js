// A photo and its results.

import { button, element } from "./dom.js";
import { figure, milliseconds } from "./format.js";
import { heatMap } from "./heat-map.js";
import { explained, isFinal } from "./problem.js";
import { headScores, titleOf } from "./scores.js";

/** What the buttons of a card do: `again`, `remove`, `compare`, each given the photo. */
export class Card {
  element = element("li", { class: "panel card" });
  photo;
  #actions;
  #body = element("div", { class: "card-body" });
  #shown = 0;
  #compareButton;

  constructor(photo, actions) {
    this.photo = photo;
    this.#actions = actions;
    this.#compareButton = button("Compare", () => actions.compare(photo), {
      class: "quiet",
      "aria-pressed": "false",
      "aria-label": `Compare ${photo.name}`,
    });
    this.element.append(this.#heading(), this.#body);
    photo.addEventListener("change", () => this.#show());
    this.#show();
  }

  /** Whether this photo is one of the two that are compared. */
  set compared(yes) {
    this.#compareButton.setAttribute("aria-pressed", String(yes));
    this.element.classList.toggle("compared", yes);
  }

  #heading() {
    const { name } = this.photo;
    const title = element("h3", { id: `photo-${this.photo.id}`, title: name, tabindex: "-1" }, name);
    const remove = button("×", () => this.#actions.remove(this.photo), {
      class: "icon",
      "aria-label": `Remove ${name}`,
    });
    return element("div", { class: "card-head" }, title, this.#compareButton, remove);
  }

  #show() {
    this.element.dataset.state = this.photo.state;
    const answered = this.photo.answer !== undefined;
    this.#compareButton.hidden = !answered;
    this.#body.setAttribute("aria-busy", String(this.photo.state === "asking"));
    const focused = this.#body.contains(document.activeElement);
    this.#body.replaceChildren(this.#picture(), this.#text());
    if (focused) {
      // The button that had the focus is gone.
      this.element.querySelector("h3").focus();
    }
  }

  #text() {
    const shown = {
      waiting: () => progress("Waiting for its turn …"),
      asking: () => progress("Being classified …"),
      retrying: () => this.#problem(`It is sent again in ${figure(Math.ceil(this.photo.delay))} s.`),
      offline: () => this.#problem(),
      failed: () => this.#problem(),
      done: () => this.#scores(),
    };
    return element("div", { class: "card-text" }, shown[this.photo.state]());
  }

  #picture() {
    const { name, url, answer, state } = this.photo;
    const image = element("img", { src: url, alt: `The photo ${name}` });
    image.addEventListener("error", () => image.replaceWith(noPicture()));
    const frame = element("div", { class: "frame" }, image);
    const maps = state === "done" ? (answer.heads ?? []).filter((head) => head.heatMap) : [];
    if (maps.length > 0) {
      frame.append(this.#heat(maps));
    }
    const figureNode = element("div", { class: "picture" }, frame);
    if (maps.length > 1) {
      figureNode.append(this.#choice(maps, frame));
    }
    return figureNode;
  }

  #heat(maps) {
    const head = maps[Math.min(this.#shown, maps.length - 1)];
    return heatMap(head.heatMap, titleOf(head));
  }

  #choice(maps, frame) {
    const options = maps.map((head, index) => {
      const selected = index === this.#shown;
      return element("option", { value: index, selected }, titleOf(head));
    });
    const label = `Whose heat map of ${this.photo.name}`;
    const select = element("select", { "aria-label": label }, ...options);
    select.addEventListener("change", () => {
      this.#shown = select.selectedIndex;
      frame.lastElementChild.replaceWith(this.#heat(maps));
    });
    return select;
  }

  #scores() {
    const { heads = [], timing } = this.photo.answer;
    const blocks = element("div", { class: "heads" }, ...heads.map(headScores));
    return element("div", {}, blocks, timing ? timeTaken(timing) : undefined);
  }

  #problem(more) {
    const { title, detail, advice } = explained(this.photo.problem);
    const box = element(
      "div",
      { class: `problem ${this.photo.state}` },
      element("p", { class: "problem-title" }, title),
      detail ? element("p", {}, detail) : undefined,
      advice || more ? element("p", {}, [advice, more].filter(Boolean).join(" ")) : undefined,
    );
    if (!isFinal(this.photo.problem)) {
      const attributes = { "aria-label": `Try again: ${this.photo.name}` };
      box.append(button("Try again", () => this.#actions.again(this.photo), attributes));
    }
    return box;
  }
}

function progress(text) {
  return element("p", { class: "progress" }, text);
}

function noPicture() {
  return element("p", { class: "no-picture" }, "This browser can't show the file.");
}

/** Where the time went. */
function timeTaken({ decodeUs = 0, queueUs = 0, backboneUs = 0, headUs = 0, cached }) {
  const stages = cached
    ? [["from the cache, waited", queueUs], ["heads", headUs]]
    : [["waiting", queueUs], ["decoding", decodeUs], ["backbone", backboneUs], ["heads", headUs]];
  const total = stages.reduce((sum, [, time]) => sum + time, 0);
  const parts = stages.map(([stage, time]) => `${stage} ${milliseconds(time / 1000)}`).join(", ");
  return element("p", { class: "timing" }, `${milliseconds(total / 1000)} ms in the service: ${parts}`);
}
