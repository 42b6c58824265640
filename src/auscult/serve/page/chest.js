// Where hearts are listened to: the four points on the chest, seen from the front.

import { svg } from "./element.js";

const BODY = "M47 4v13c0 6-7 9-19 12-11 3-17 9-18 21L5 104M73 4v13c0 6 7 9 19 12 11 3 17 9 18 21l5 54";
const BONES = "M57 31c-9-4-20-4-30 1M63 31c9-4 20-4 30 1M60 34v40";
const RIBS = "M54 43c-12-1-21 1-28 6M66 43c12-1 21 1 28 6M54 56c-13 0-22 3-28 9M66 56c13 0 22 3 28 9M54 70c-11 2-19 6-24 12M66 70c11 2 19 6 24 12";
const POINTS = [["A", 50, 48], ["P", 70, 48], ["T", 68, 66], ["M", 86, 74]];

/** Return the picture; the two points for a first recording are filled. */
export function chest() {
  return svg("svg", { viewBox: "0 0 120 106", class: "chest", role: "img",
    "aria-label": "Chest from the front with four listening points: A right and P left of the upper breastbone, "
      + "T left of the lower breastbone, M at the apex, below the left nipple. T and M suit a first recording." },
  svg("path", { d: BODY, class: "body" }),
  svg("path", { d: RIBS, class: "ribs" }),
  svg("path", { d: BONES, class: "bones" }),
  POINTS.map(([letter, x, y]) => svg("g", { class: letter === "T" || letter === "M" ? "point first" : "point" },
    svg("circle", { cx: x, cy: y, r: 6.2 }),
    svg("text", { x, y: y + 2.9 }, letter))));
}
