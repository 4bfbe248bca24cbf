// What one head says of a photo: a table with bars, and novelty in a sentence.

import { element } from "./dom.js";
import { figure, percent } from "./format.js";
import { explained, problemOfHead } from "./problem.js";

/** Name and version, as a request has them. */
export function titleOf(head) {
  return head.version ? `${head.head}@${head.version}` : head.head;
}

/** The scores of one head. */
export function headScores(head) {
  const block = element("div", { class: "head" });
  if (head.error) {
    block.append(element("h4", {}, titleOf(head)), headProblem(head.error));
    return block;
  }
  block.append(table(head));
  if (head.novelty) {
    block.append(noveltySentence(head.novelty));
  }
  return block;
}

function table(head) {
  return element(
    "table",
    { class: "scores" },
    element("caption", {}, titleOf(head)),
    element(
      "thead",
      { class: "visually-hidden" },
      element("tr", {}, column("Class"), column("Score"), element("td")),
    ),
    element("tbody", {}, ...(head.scores ?? []).map(row)),
  );
}

function column(title) {
  return element("th", { scope: "col" }, title);
}

function row({ label, score }, rank) {
  return element(
    "tr",
    { class: rank === 0 ? "best" : undefined },
    element("th", { scope: "row" }, label),
    element("td", { class: "score" }, percent(score)),
    element("td", { class: "bar-cell", "aria-hidden": "true" }, bar(score)),
  );
}

/** A bar for a part of 1. */
export function bar(part, kind = "") {
  const fill = element("span", { class: `fill ${kind}` });
  fill.style.width = `${Math.max(0, Math.min(1, part)) * 100}%`;
  return element("span", { class: "bar" }, fill);
}

function headProblem(error) {
  const { title, detail, advice } = explained(problemOfHead(error));
  return element("p", { class: "head-problem" }, `${title}. ${detail} ${advice}`.trim());
}

/** Novelty as a sentence that says what it means. */
export function noveltySentence({ distance, threshold }) {
  const numbers = `distance ${figure(distance)}, limit ${figure(threshold)}`;
  return distance > threshold
    ? element(
        "p",
        { class: "novelty novel" },
        element("strong", {}, "Unlike the photos this head was trained on"),
        ` (${numbers}): its scores mean little here.`,
      )
    : element("p", { class: "novelty" }, `Like the photos this head was trained on (${numbers}).`);
}
