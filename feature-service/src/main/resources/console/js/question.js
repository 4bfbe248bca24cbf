// What is asked of each photo: heads, heat map, novelty, number of classes.

import { byId, element } from "./dom.js";

/** A list of classes longer than this is no help. */
const MOST_LABELS = 500;

/** Has the event `change`. */
export class Question extends EventTarget {
  #heads = byId("heads");
  #explain = byId("explain");
  #label = byId("explain-label");
  #novelty = byId("novelty");
  #topK = byId("top-k");
  #known = [];
  #defaultHead;
  #offered;

  constructor() {
    super();
    this.#explain.addEventListener("change", () => this.#adapt());
    this.#novelty.addEventListener("change", () => this.#adapt());
    for (const input of [this.#explain, this.#label, this.#novelty, this.#topK]) {
      input.addEventListener("change", () => this.#changed());
    }
  }

  /** The question as it stands. */
  get value() {
    return {
      heads: this.#chosen(),
      topK: this.#topK.checkValidity() ? this.#topK.valueAsNumber : 5,
      explain: this.#explain.checked && this.#all("explains") ? this.#label.value : undefined,
      novelty: this.#novelty.checked && this.#all("measuresNovelty"),
    };
  }

  /** Whether all heads that answer can do this: one that can't would have no scores either. */
  #all(ability) {
    return this.#answering().every((head) => head[ability]);
  }

  #answering() {
    const chosen = new Set(this.#chosen());
    return this.#known.filter((head) =>
      chosen.size > 0 ? chosen.has(idOf(head)) : head.name === this.#defaultHead && head.defaultVersion,
    );
  }

  /** Offers the heads, a ListHeadsResponse, that take maps of this backbone; what is chosen stays. */
  offer({ heads: all = [], defaultHead }, backbone) {
    const heads = all.filter((head) => head.backbone === backbone);
    const offered = JSON.stringify([defaultHead, heads.map((head) => [idOf(head), { ...head, drift: 0 }])]);
    // What somebody is about to press stays where it is.
    if (offered === this.#offered) {
      return;
    }
    this.#offered = offered;
    this.#defaultHead = defaultHead;
    const chosen = new Set(this.#chosen());
    this.#known = heads;
    const names = [...new Set(heads.map((head) => head.name))];
    const legend = this.#heads.querySelector("legend");
    this.#heads.replaceChildren(
      legend,
      ...names.map((name) => this.#row(name, chosen, name === defaultHead)),
    );
    if (names.length === 0) {
      this.#heads.append(element("p", { class: "hint" }, "No head of this backbone is loaded."));
    }
    this.#adapt();
  }

  #row(name, chosen, isDefault) {
    const versions = this.#known.filter((head) => head.name === name);
    const only = versions.length === 1;
    return element(
      "div",
      { class: "head-row" },
      element("span", { class: "head-name" }, name),
      ...versions.map((head) => {
        const checked =
          chosen.size > 0 ? chosen.has(idOf(head)) : isDefault && (only || head.defaultVersion);
        return this.#version(head, Boolean(checked));
      }),
    );
  }

  #version(head, checked) {
    const input = element("input", { type: "checkbox", value: idOf(head), checked });
    input.addEventListener("change", () => {
      this.#adapt();
      this.#changed();
    });
    const what = head.defaultVersion ? ", the default" : "";
    return element(
      "label",
      { class: "chip", title: `${head.name}, version ${head.version}${what}` },
      input,
      element("span", { class: "visually-hidden" }, `${head.name}, version `),
      element("span", {}, head.version),
      head.defaultVersion ? element("span", { class: "visually-hidden" }, what) : undefined,
    );
  }

  #chosen() {
    return [...this.#heads.querySelectorAll("input:checked")].map((input) => input.value);
  }

  /** Offers what the heads that answer can do. */
  #adapt() {
    this.#hint("explain-hint", this.#explain, "explains");
    this.#hint("novelty-hint", this.#novelty, "measuresNovelty");
    byId("explain-options").hidden = !this.#explain.checked || !this.#all("explains");
    this.#offerLabels();
  }

  #hint(id, input, ability) {
    const unable = this.#answering().filter((head) => !head[ability]);
    const names = unable.map(idOf).join(", ");
    byId(id).textContent = `Not asked, as ${names} can't say it.`;
    byId(id).hidden = unable.length === 0 || !input.checked;
  }

  /** Those that all of them have. */
  #offerLabels() {
    const [first, ...others] = this.#answering().map((head) => head.labels ?? []);
    const sets = others.map((labels) => new Set(labels));
    const labels = (first ?? [])
      .filter((label) => sets.every((set) => set.has(label)))
      .slice(0, MOST_LABELS);
    const before = this.#label.value;
    this.#label.replaceChildren(
      element("option", { value: "" }, "most probable"),
      ...labels.map((label) => element("option", { value: label }, label)),
    );
    this.#label.value = labels.includes(before) ? before : "";
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function idOf(head) {
  return `${head.name}@${head.version}`;
}
