// The average beat: every beat laid over the others at its S1. What repeats stands out, noise fades.

import { h, svg } from "./element.js";

const SMOOTH_S = 0.012;
const BEFORE_S = 0.08;
const POINTS = 320;
const [WIDTH, HEIGHT, FOOT] = [640, 150, 20];

/** Return a figure that fills itself once the sound (a promise of an AudioBuffer) is there. */
export function averageBeat(decoded, beats) {
  const figure = h("figure", { class: "average", hidden: true });
  decoded.then((sound) => {
    if (!sound) return;
    const cycleS = median(beats.map(({ cycle_s }) => cycle_s).filter(Boolean));
    if (!cycleS) return;
    const traces = tracesOf(sound, beats, BEFORE_S + cycleS);
    if (traces.length < 3) return;
    figure.hidden = false;
    figure.append(h("h3", {}, "Average beat"), picture(traces, beats, cycleS),
      h("figcaption", {}, `Loudness of ${traces.length} beats, laid over one another at S1. The line is their median; the band `
        + "holds eight in ten of them. A murmur fills the silence between S1 and S2, or after S2."));
  });
  return figure;
}

function tracesOf(sound, beats, lengthS) {
  const loudness = envelope(sound.getChannelData(0), sound.sampleRate);
  return beats.map(({ s1_s }) => Math.round((s1_s - BEFORE_S) * sound.sampleRate))
    .filter((start) => start >= 0 && start + lengthS * sound.sampleRate < loudness.length)
    .map((start) => Array.from({ length: POINTS }, (_, i) =>
      loudness[start + Math.round((i / POINTS) * lengthS * sound.sampleRate)]));
}

/** Root mean square over a short window, by running sums. */
function envelope(samples, rateHz) {
  const half = Math.round((SMOOTH_S * rateHz) / 2);
  const sums = new Float64Array(samples.length + 1);
  samples.forEach((sample, i) => { sums[i + 1] = sums[i] + sample * sample; });
  return Float32Array.from(samples, (_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(samples.length, i + half)];
    return Math.sqrt((sums[to] - sums[from]) / (to - from));
  });
}

function picture(traces, beats, cycleS) {
  const at = (share) => Array.from({ length: POINTS }, (_, i) => quantile(traces.map((trace) => trace[i]), share));
  const [low, middle, high] = [0.1, 0.5, 0.9].map(at);
  const top = Math.max(...high);
  const x = (i) => (i / (POINTS - 1)) * WIDTH;
  const y = (value) => (HEIGHT - FOOT) * (1 - (0.92 * value) / top);
  const path = (values) => values.map((value, i) => `${x(i).toFixed(1)} ${y(value).toFixed(1)}`);
  const secondS = median(beats.map(({ s1_s, s2_s }) => s2_s - s1_s));
  const place = (timeS) => ((BEFORE_S + timeS) / (BEFORE_S + cycleS)) * WIDTH;
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `Average beat of ${cycleS.toFixed(2)} s; S2 follows S1 after ${secondS.toFixed(2)} s` },
  svg("path", { class: "span", d: `M${path(low).join("L")}L${path(high).reverse().join("L")}Z` }),
  svg("path", { class: "middle", d: `M${path(middle).join("L")}` }),
  svg("line", { class: "ground", x1: 0, x2: WIDTH, y1: HEIGHT - FOOT, y2: HEIGHT - FOOT }),
  [["S1", 0], ["S2", secondS]].map(([name, timeS]) => svg("g", { class: name.toLowerCase() },
    svg("line", { x1: place(timeS), x2: place(timeS), y1: 0, y2: HEIGHT - FOOT }),
    svg("text", { x: place(timeS), y: HEIGHT - 4 }, name))));
}

function median(values) {
  return quantile(values, 0.5);
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
