// Creates the parts of the page and connects them.

import { announce, inShort, showBanner, showNotice } from "./announcer.js";
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

/** Until the service has said what it is. */
const UNDESCRIBED_MS = 3000;

/** Heads take the maps of one backbone. */
let backboneId;

/** Whether the page shows what the service is, and its heads. */
let described = false;

const token = new Token();
const connection = new Connection();
const api = new Api(token, connection);
const question = new Question();
const asker = new Asker(
  async (photo, signal) => {
    await photo.check();
    return api.classify(photo.image, question.value, signal);
  },
  connection,
);
const gallery = new Gallery(asker, { announce, notice: showNotice, wanted: () => token.wanted() });

takePhotos((files) => gallery.add(files));
offerSamples(
  byId("samples"),
  (name, image) => gallery.add([new File([image], name, { type: image.type })]),
  (status) =>
    status === 0 ? connection.lost() : showNotice(`The sample can't be loaded (${status}): try again.`),
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
  describe(api);
});
token.addEventListener("change", () => describe(api));

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

/** `calls` ask for a token, or not. */
async function describe(calls) {
  described = false;
  try {
    const { id, name, precision, executionProvider, maxImageBytes } = await calls.backbone();
    byId("limits").textContent = `JPEG, PNG or WebP, up to ${size(Number(maxImageBytes))} each`;
    gallery.limit(Number(maxImageBytes));
    backboneId = id;
    showHeads(await calls.heads());
    showService("found", `${name}, ${precision} on ${executionProvider}`);
    described = true;
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

async function lookAgain() {
  if (document.visibilityState === "visible" && !connection.isLost) {
    // The next time may do better.
    await (described ? api.quietly.heads().then(showHeads, () => {}) : describe(api.quietly));
  }
  setTimeout(lookAgain, described ? HEADS_MS : UNDESCRIBED_MS);
}

describe(api);
setTimeout(lookAgain, UNDESCRIBED_MS);
new LoadView(api);
