// The load of the service, while somebody looks.

import { chart } from "./chart.js";
import { byId, element } from "./dom.js";
import { count, duration, figure } from "./format.js";
import { LoadWindow } from "./load-window.js";

const INTERVAL_MS = 2000;
const CHART_POINTS = 60;

export class LoadView {
  #api;
  #window = new LoadWindow();
  #history = [];
  #timer;
  #tiles = new Map();

  constructor(api) {
    this.#api = api;
    document.addEventListener("visibilitychange", () => this.#schedule(0));
    this.#schedule(0);
  }

  /** A page that nobody sees asks nothing. */
  #schedule(delay) {
    clearTimeout(this.#timer);
    if (document.visibilityState === "visible") {
      this.#timer = setTimeout(() => this.#ask(), delay);
    }
  }

  async #ask() {
    try {
      const load = await this.#api.quietly.load();
      this.#window.add(performance.now() / 1000, load);
      this.#show(load, this.#window.figures);
    } catch (problem) {
      this.#failed(problem);
    }
    this.#schedule(INTERVAL_MS);
  }

  #failed(problem) {
    const reasons = { 0: "The service can't be reached.", 401: "A token is needed to see it." };
    this.#note(reasons[problem.status] ?? "The service does not tell it.");
    byId("load").classList.add("stale");
  }

  #note(text) {
    byId("load-note").textContent = text;
    byId("load-note").hidden = text === "";
  }

  #show(load, figures) {
    const replicas = this.#window.instances;
    this.#note(replicas > 1 ? `Of one of ${replicas} feature services that answer in turn.` : "");
    byId("load").classList.remove("stale");
    if (this.#tiles.size === 0) {
      this.#build();
    }
    this.#set("rate", figures ? figure(figures.perSecond) : "–", failures(figures));
    this.#set("p50", figures?.p50 === undefined ? "–" : duration(figures.p50));
    this.#set("p99", figures?.p99 === undefined ? "–" : duration(figures.p99));
    this.#set("queue", count(load.queued), `of ${count(load.queueCapacity)}`);
    this.#set("flight", count(load.inFlight));
    this.#set("batch", figures?.batch === undefined ? "–" : figure(figures.batch));
    this.#set("heads", count(load.headReplicas), missing(load));
    this.#set("runs", load.precision, whereOf(load));
    this.#history = [...this.#history, figures?.perSecond].slice(-CHART_POINTS);
    byId("load-chart").replaceChildren(
      chart(this.#history, CHART_POINTS, (CHART_POINTS * INTERVAL_MS) / 1000),
    );
  }

  #build() {
    const tiles = element(
      "dl",
      { class: "tiles" },
      this.#tile("rate", "Images a second"),
      this.#tile("p50", "Latency, median"),
      this.#tile("p99", "Latency, 99 of 100 below"),
      this.#tile("queue", "In the queue"),
      this.#tile("flight", "In flight"),
      this.#tile("batch", "Images in a batch"),
      this.#tile("heads", "Head replicas"),
      this.#tile("runs", "Precision"),
    );
    byId("load").append(element("div", { id: "load-chart", class: "chart" }), tiles);
    byId("load").hidden = false;
  }

  #tile(id, title) {
    const value = element("span", { class: "value" });
    const more = element("span", { class: "more" });
    this.#tiles.set(id, { value, more });
    return element(
      "div",
      { class: "tile", id: `load-${id}` },
      element("dt", {}, title),
      element("dd", {}, value, more),
    );
  }

  #set(id, text, more = "") {
    const tile = this.#tiles.get(id);
    tile.value.textContent = text;
    tile.more.textContent = more;
  }
}

function whereOf({ executionProvider, device }) {
  return `on ${device === executionProvider ? device : `${executionProvider}, ${device}`}`;
}

function failures(figures) {
  return figures?.failedPerSecond > 0 ? `and ${figure(figures.failedPerSecond)} failed` : "";
}

function missing({ headReplicasUnavailable }) {
  return headReplicasUnavailable > 0 ? `${count(headReplicasUnavailable)} can't be reached` : "";
}
