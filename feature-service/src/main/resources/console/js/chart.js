// A line of the last minutes.

import { drawing } from "./dom.js";
import { figure } from "./format.js";

const WIDTH = 600;
const HEIGHT = 90;

/** The newest value is on the right; there is room for `points` of them, over `seconds`. */
export function chart(values, points, seconds) {
  const most = Math.max(...values, 1);
  const x = (index) => WIDTH - ((values.length - 1 - index) * WIDTH) / (points - 1);
  const y = (value) => HEIGHT - (value / most) * (HEIGHT - 8);
  const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`);
  const area = [`${x(0).toFixed(1)},${HEIGHT}`, ...line, `${WIDTH},${HEIGHT}`];
  const label =
    `Images a second over the last ${figure(seconds / 60)} minutes: ` +
    `now ${figure(values.at(-1))}, at most ${figure(Math.max(...values))}`;
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
