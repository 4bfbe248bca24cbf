// A line of the last minutes.

import { drawing } from "./dom.js";
import { figure } from "./format.js";

const WIDTH = 600;
const HEIGHT = 90;

/**
 * The newest value is on the right; there is room for `points` of them, over `seconds`. Undefined
 * ones are not drawn.
 */
export function chart(values, points, seconds) {
  const known = [...values.keys()].filter((index) => values[index] !== undefined);
  const most = Math.max(...known.map((index) => values[index]), 1);
  const x = (index) => WIDTH - ((values.length - 1 - index) * WIDTH) / (points - 1);
  const y = (value) => HEIGHT - (value / most) * (HEIGHT - 8);
  const line = known.map((index) => `${x(index).toFixed(1)},${y(values[index]).toFixed(1)}`);
  const ends = known.length === 0 ? [] : [known[0], known.at(-1)].map((index) => x(index).toFixed(1));
  const area = known.length === 0 ? [] : [`${ends[0]},${HEIGHT}`, ...line, `${ends[1]},${HEIGHT}`];
  const now = values.at(-1) === undefined ? "not known" : figure(values.at(-1));
  const highest = known.length === 0 ? "" : `, at most ${figure(Math.max(...known.map((i) => values[i])))}`;
  const label = `Images a second over the last ${figure(seconds / 60)} minutes: now ${now}${highest}`;
  return drawing(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": label,
    },
    drawing("polygon", { class: "area", points: area.join(" ") }),
    drawing("polyline", { class: "line", points: line.join(" ") }),
  );
}
