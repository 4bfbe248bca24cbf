// Two photos side by side.

import { element } from "./dom.js";
import { percent } from "./format.js";
import { heatMap } from "./heat-map.js";
import { bar, titleOf } from "./scores.js";

/** The content of the comparison of two photos that have answers. */
export function comparison(first, second) {
  const heads = headsOf(first).filter((head) => twin(head, second));
  return [
    element("h3", { id: "comparison-title" }, "Side by side"),
    element("div", { class: "pair" }, picture(first, "a"), picture(second, "b")),
    ...heads.map((head) => table(head, twin(head, second), first, second)),
    heads.length === 0 ? element("p", {}, "No head has scored both.") : undefined,
  ].filter((node) => node !== undefined);
}

function headsOf(photo) {
  return (photo.answer.heads ?? []).filter((head) => !head.error);
}

function twin(head, photo) {
  return headsOf(photo).find((other) => titleOf(other) === titleOf(head));
}

function picture(photo, side) {
  const image = element("img", { src: photo.url, alt: `The photo ${photo.name}` });
  const frame = element("div", { class: "frame" }, image);
  const seen = headsOf(photo).find((head) => head.heatMap);
  if (seen) {
    frame.append(heatMap(seen.heatMap, titleOf(seen)));
  }
  return element("figure", { class: side }, frame, element("figcaption", {}, photo.name));
}

function table(left, right, first, second) {
  return element(
    "table",
    { class: "compared-scores" },
    element("caption", {}, titleOf(left)),
    element(
      "thead",
      {},
      element("tr", {}, ...["Class", first.name, second.name, "Difference"].map(column)),
    ),
    element("tbody", {}, ...labels(left, right).map((label) => row(label, left, right))),
  );
}

function column(title) {
  return element("th", { scope: "col" }, title);
}

/** Of either, in the order of the first. */
function labels(left, right) {
  return [...new Set([...left.scores, ...right.scores].map((score) => score.label))];
}

function row(label, left, right) {
  const [a, b] = [scoreOf(label, left), scoreOf(label, right)];
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, label),
    cell(a, "a"),
    cell(b, "b"),
    element("td", {}, a === undefined || b === undefined ? "–" : points(b - a)),
  );
}

function scoreOf(label, head) {
  return head.scores.find((score) => score.label === label)?.score;
}

function cell(score, side) {
  return score === undefined
    ? element("td", {}, "–")
    : element("td", {}, percent(score), bar(score, side));
}

function points(difference) {
  const value = (difference * 100).toFixed(1);
  return `${difference > 0 ? "+" : ""}${value === "-0.0" ? "0.0" : value}`.replace("-", "−");
}
