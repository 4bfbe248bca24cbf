// What a screen reader says of results: one short text when the photos that were asked have ended.

import { byId } from "./dom.js";
import { counted, percent } from "./format.js";
import { explained } from "./problem.js";
import { titleOf } from "./scores.js";

/** Says it. */
export function announce(text) {
  byId("announcer").textContent = text;
}

/** Shows above the page whether the service is reached; an empty text hides it. */
export function showBanner(text) {
  show("banner", text);
}

/** Shows above the page, and says, why photos are not added; an empty text hides it. */
export function showNotice(text) {
  show("notice", text);
}

function show(id, text) {
  const banner = byId(id);
  banner.textContent = text;
  banner.hidden = text === "";
}

/** What to say of photos that were answered or failed, or are sent again later. */
export function inShort(photos) {
  if (photos.length === 1) {
    return ofOne(photos[0]);
  }
  const done = photos.filter((photo) => photo.state === "done").length;
  const failed = photos.filter((photo) => photo.state === "failed").length;
  const later = photos.length - done - failed;
  const parts = [`${counted(done, "photo")} classified`];
  if (failed > 0) {
    parts.push(`${failed} failed`);
  }
  if (later > 0) {
    parts.push(`${later} ${later === 1 ? "is" : "are"} sent again later`);
  }
  return `${parts.join(", ")}.`;
}

function ofOne(photo) {
  if (photo.state !== "done") {
    const { title, detail } = explained(photo.problem);
    const later = photo.state === "failed" ? "" : "It is sent again later.";
    return [`${photo.name}: ${title}.`, detail, later].filter(Boolean).join(" ");
  }
  return `${photo.name}: ${(photo.answer.heads ?? []).map(best).join("; ")}.`;
}

function best(head) {
  const first = head.scores?.[0];
  return first ? `${first.label}, ${percent(first.score)}, by ${titleOf(head)}` : titleOf(head);
}
