// A heat map as a picture over the photo, and in words.

import { element } from "./dom.js";

const PIXELS = 320;
const COLD = [88, 28, 160];
const WARM = [236, 72, 40];
const HOT = [255, 214, 64];

/** The map as a canvas that covers the photo; `head` names who sees it. */
export function heatMap(map, head) {
  const label = `Heat map of ${head}: ${inWords(map)}`;
  const canvas = element("canvas", {
    class: "heat",
    role: "img",
    "aria-label": label,
    width: PIXELS,
    height: PIXELS,
  });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(cells(map), 0, 0, PIXELS, PIXELS);
  return canvas;
}

function cells({ width, height, values }) {
  const canvas = element("canvas", { width, height });
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  values.forEach((value, index) => pixels.data.set(colour(value), index * 4));
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Red, green, blue and opacity of a value from 0 to 1. */
export function colour(value) {
  const [from, to, part] = value < 0.5 ? [COLD, WARM, value * 2] : [WARM, HOT, value * 2 - 1];
  const mixed = from.map((start, index) => Math.round(start + (to[index] - start) * part));
  return [...mixed, Math.round(255 * (0.12 + 0.88 * value))];
}

/** Such as "cat, most of all in the upper left". */
export function inWords({ width, height, values, label }) {
  const most = Math.max(...values);
  if (!(most > 0)) {
    return `${label}, nowhere in particular`;
  }
  const hottest = values.indexOf(most);
  const row = third(Math.floor(hottest / width), height, ["upper", "", "lower"]);
  const column = third(hottest % width, width, ["left", "", "right"]);
  return `${label}, most of all in the ${placed(row, column)}`;
}

function third(index, count, names) {
  return names[Math.floor(((index + 0.5) * 3) / count)];
}

function placed(row, column) {
  if (row === "" && column === "") {
    return "middle";
  }
  return row !== "" && column !== "" ? `${row} ${column}` : `${row || column} middle`;
}
