// Creates the parts of the page and connects them.

import { announce, inShort, showBanner } from "./announcer.js";
import { Api } from "./api.js";
import { Asker } from "./asker.js";
import { Connection } from "./connection.js";
import { byId } from "./dom.js";
import { size } from "./format.js";
import { Gallery } from "./gallery.js";
import { headsTable } from "./heads-table.js";
import { takePhotos } from "./input.js";
import { LoadView } from "./load-view.js";
import { explained } from "./problem.js";
import { Question } from "./question.js";
import { offerSamples } from "./samples.js";
import { Token } from "./token.js";

/** Heads come and go while the service runs. */
const HEADS_MS = 15000;

/** Heads take the maps of one backbone. */
let backboneId;

const token = new Token();
const connection = new Connection();
const api = new Api(token, connection);
const question = new Question();
const asker = new Asker(
  (photo, signal) => api.classify(photo.image, question.value, signal),
  connection,
);
const gallery = new Gallery(asker, announce);

takePhotos((files) => gallery.add(files));
offerSamples(
  byId("samples"),
  (name, image) => gallery.add([new File([image], name, { type: image.type })]),
  () => connection.lost(),
);
question.addEventListener("change", () => {
  showOpacity();
  gallery.askAll();
});
asker.addEventListener("idle", (event) => announce(inShort(event.detail)));

connection.addEventListener("lost", () => {
  showBanner("The service can't be reached. The page goes on when it answers again.");
  showService("lost", "Not reached");
});
connection.addEventListener("found", () => {
  showBanner("");
  describe();
});
token.addEventListener("change", describe);

byId("opacity").addEventListener("input", setOpacity);
setOpacity();
showOpacity();

function setOpacity() {
  const percent = byId("opacity").value;
  byId("opacity-value").textContent = `${percent}%`;
  document.documentElement.style.setProperty("--heat-opacity", percent / 100);
}

function showOpacity() {
  byId("opacity-field").hidden = question.value.explain === undefined;
}

function showService(state, text) {
  byId("service").dataset.state = state;
  byId("service").textContent = text;
}

async function describe() {
  try {
    const { id, name, precision, executionProvider, maxImageBytes } = await api.backbone();
    showService("found", `${name}, ${precision} on ${executionProvider}`);
    byId("limits").textContent = `JPEG, PNG or WebP, up to ${size(Number(maxImageBytes))} each`;
    gallery.limit(Number(maxImageBytes));
    backboneId = id;
    showHeads(await api.heads());
  } catch (problem) {
    if (!connection.isLost) {
      showService("lost", explained(problem).title);
    }
  }
}

function showHeads(heads) {
  question.offer(heads, backboneId);
  byId("loaded").replaceChildren(headsTable(heads, backboneId));
}

async function listHeadsAgain() {
  if (document.visibilityState === "visible" && !connection.isLost) {
    // The next time may do better.
    await api.headsQuietly().then(showHeads, () => {});
  }
  setTimeout(listHeadsAgain, HEADS_MS);
}

describe();
setTimeout(listHeadsAgain, HEADS_MS);
new LoadView(api);
