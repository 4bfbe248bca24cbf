// What a screen reader says of results: one short text when the photos that were asked have ended.

import { byId } from "./dom.js";
import { counted, percent } from "./format.js";
import { explained } from "./problem.js";
import { titleOf } from "./scores.js";

/** Says it, and shows it too where `visibly`. */
export function announce(text, visibly = false) {
  byId("announcer").textContent = text;
  if (visibly) {
    showBanner(text);
  }
}

/** Shows a text above the page; an empty one hides it. */
export function showBanner(text) {
  const banner = byId("banner");
  banner.textContent = text;
  banner.hidden = text === "";
}

/** What to say of photos that were answered or failed. */
export function inShort(photos) {
  if (photos.length === 1) {
    return ofOne(photos[0]);
  }
  const failed = photos.filter((photo) => photo.state === "failed").length;
  const answered = `${counted(photos.length - failed, "photo")} classified`;
  return failed === 0 ? `${answered}.` : `${answered}, ${failed} failed.`;
}

function ofOne(photo) {
  if (photo.state === "failed") {
    const { title, detail } = explained(photo.problem);
    return `${photo.name}: ${title}. ${detail}`;
  }
  return `${photo.name}: ${(photo.answer.heads ?? []).map(best).join("; ")}.`;
}

function best(head) {
  const first = head.scores?.[0];
  return first ? `${first.label}, ${percent(first.score)}, by ${titleOf(head)}` : titleOf(head);
}
