// Heart sounds marked across waveform and spectrogram. In percent of the width: zooming moves them.
//
// The layer lies in the shadow tree of the waveform; viewer.css reaches it by its part names.

import { ENERGY_PX, HIGHEST_HZ, WAVE_PX } from "./wave.js";

const LABEL_PX_PER_S = 44;

/** Mark S1 and S2 of a segmentation ({ state, start_s, end_s }). */
export function stateMarks(states) {
  return states.filter(({ state }) => state === "S1" || state === "S2")
    .map(({ state, start_s, end_s }) => ({ sound: state, startS: start_s, endS: end_s }));
}

/** Mark onsets that are known ({ sound, at_s }). */
export function onsetMarks(marks) {
  return marks.map(({ sound, at_s }) => ({ sound, startS: at_s, endS: at_s }));
}

/** Lay `marks` over `wave`, which must have been decoded. */
export function layMarks(wave, marks) {
  const layer = part("marks", { position: "absolute", inset: "0", zIndex: "5", pointerEvents: "none" });
  const durationS = wave.getDuration();
  const labels = marks.map(({ sound, startS, endS }) => {
    const role = sound.toLowerCase();
    const span = part(`mark mark-${role}`, {
      position: "absolute", top: "0", bottom: "0",
      left: `${(100 * startS) / durationS}%`, width: `${(100 * (endS - startS)) / durationS}%`,
    });
    // S3 and S4 lie close to their neighbours: their names stand a line lower.
    const top = role === "s1" || role === "s2" ? "0" : "13px";
    const label = part(`label label-${role}`, { position: "absolute", top, left: "0" });
    label.textContent = sound;
    span.append(label);
    layer.append(span);
    return label;
  });
  wave.getWrapper().append(layer);
  const fit = () => {
    const isRoomy = wave.getWrapper().clientWidth / durationS >= LABEL_PX_PER_S;
    for (const label of labels) label.style.display = isRoomy ? "" : "none";
  };
  wave.on("redraw", fit);
  fit();
}

/** Outline parts of the spectrogram ({ start_s, end_s, low_hz, high_hz, drop }), the stronger the bolder. */
export function layTiles(wave, tiles) {
  wave.getWrapper().querySelector("[part=tiles]")?.remove();
  const layer = part("tiles", {
    position: "absolute", left: "0", right: "0", top: `${WAVE_PX}px`, height: `${ENERGY_PX}px`, zIndex: "6",
    pointerEvents: "none", overflow: "hidden",
  });
  const durationS = wave.getDuration();
  const most = Math.max(...tiles.map(({ drop }) => drop));
  for (const { start_s, end_s, low_hz, high_hz, drop } of tiles) {
    layer.append(part("tile", {
      position: "absolute", boxSizing: "border-box",
      left: `${(100 * start_s) / durationS}%`, width: `${(100 * (end_s - start_s)) / durationS}%`,
      bottom: `${(100 * low_hz) / HIGHEST_HZ}%`, height: `${(100 * (high_hz - low_hz)) / HIGHEST_HZ}%`,
      opacity: 0.5 + (0.5 * drop) / most,
    }));
  }
  wave.getWrapper().append(layer);
}

function part(names, style) {
  const element = document.createElement("div");
  element.setAttribute("part", names);
  element.setAttribute("aria-hidden", "true");
  Object.assign(element.style, style);
  return element;
}
