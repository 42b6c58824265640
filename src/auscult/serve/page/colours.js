// The colours of sound energy: from the surface of the page, through the trace, to its ink.

import { colour } from "./theme.js";

const STOPS = [["surface", 0], ["trace", 0.62], ["ink", 1]];

/** Return 256 (red, green, blue, alpha) in [0, 1], as `element` sees the palette. */
export function energyColours(element) {
  const stops = STOPS.map(([role, at]) => [rgb(colour(role, element)), at]);
  return Array.from({ length: 256 }, (_, i) => {
    const share = i / 255;
    const next = Math.max(1, stops.findIndex(([, at]) => at >= share));
    const [[from, start], [to, end]] = [stops[next - 1], stops[next]];
    const part = (share - start) / (end - start);
    return [...from.map((value, k) => value + part * (to[k] - value)), 1];
  });
}

function rgb(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255);
}
