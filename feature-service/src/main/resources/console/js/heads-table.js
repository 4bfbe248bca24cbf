// The heads that are loaded, and how far what they score is from their training.

import { element } from "./dom.js";
import { count, figure, percent } from "./format.js";

const MOST_LABELS = 6;
/** As in the alert rules. */
const FAR = 0.6;
const NEAR = 0.1;

/** A table of a ListHeadsResponse; heads of other backbones than this one are marked. */
export function headsTable({ heads = [], defaultHead }, backbone) {
  const titles = ["Head", "Version", "Classes", "Parameters", "Explains", "Novelty", "Drift"];
  return element(
    "table",
    { class: "loaded" },
    element("caption", { class: "visually-hidden" }, "Heads that are loaded"),
    element(
      "thead",
      {},
      element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title))),
    ),
    element("tbody", {}, ...heads.map((head) => row(head, head.name === defaultHead, backbone))),
  );
}

function row(head, isDefault, backbone) {
  const marks = [
    isDefault ? tag("default") : undefined,
    head.backbone === backbone ? undefined : tag("of another backbone"),
  ];
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, head.name, ...marks),
    element("td", {}, head.version, head.defaultVersion ? tag("current") : undefined),
    element("td", {}, classes(head.labels ?? [])),
    element("td", { class: "number" }, count(head.parameters ?? 0)),
    element("td", {}, head.explains ? "yes" : "no"),
    element("td", {}, head.measuresNovelty ? "yes" : "no"),
    element("td", {}, ...drift(head)),
  );
}

function tag(text) {
  return element("span", { class: "tag" }, text);
}

function classes(labels) {
  const more = labels.length - MOST_LABELS;
  const first = labels.slice(0, MOST_LABELS).join(", ");
  return more > 0 ? `${first} and ${count(more)} more` : first;
}

function driftInWords(distance) {
  const word = distance > FAR ? "far" : distance > NEAR ? "some" : "none";
  return element("strong", { class: `drift-${word}` }, `${word}, ${figure(distance)}`);
}

/** The measurement of the replica that answered: a word, and what it rests on. */
function drift(head) {
  if (!head.measuresNovelty) {
    return ["not measured"];
  }
  const maps = Number(head.drift?.maps ?? 0);
  if (maps === 0) {
    return [head.drift ? "no photo measured yet" : "not measured"];
  }
  const novel = `${percent(head.drift.novelMaps / maps)} novel of ${count(maps)} measured`;
  if (head.drift.distance === undefined) {
    return ["too few photos to say", element("br"), novel];
  }
  return [driftInWords(head.drift.distance), element("br"), novel];
}
