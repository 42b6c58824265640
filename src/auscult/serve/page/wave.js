// Waveform, spectrogram and time axis of one sound, by wavesurfer.js, in the page's colours.

import { energyColours } from "./colours.js";
import { colour } from "./theme.js";
import Spectrogram from "./vendor/wavesurfer/spectrogram.esm.js";
import Timeline from "./vendor/wavesurfer/timeline.esm.js";
import WaveSurfer from "./vendor/wavesurfer/wavesurfer.esm.js";

export const HIGHEST_HZ = 600;
export const WAVE_PX = 116;
export const ENERGY_PX = 148;
const RATE_HZ = 8000; // the lowest that every browser decodes to; playing is not affected
const WINDOW = 512; // 64 ms
const RANGE_DB = 50;
const TICKS = [[25, 1, 1], [150, 5, 5], [Infinity, 10, 30]]; // up to so many seconds: a notch, a label every …

/** Draw `blob` into `container`, to be played by `media`; returns the WaveSurfer, still loading. */
export function drawWave(container, blob, media) {
  const wave = WaveSurfer.create({
    container,
    media,
    height: WAVE_PX,
    sampleRate: RATE_HZ,
    normalize: true,
    barHeight: 0.86,
    ...lineColours(container),
    cursorWidth: 2,
    minPxPerSec: 0,
    cspNonce: document.querySelector("script[nonce]").nonce,
    plugins: [spectrogram(container)],
  });
  wave.on("decode", (durationS) => {
    const [notchS, labelS] = TICKS.find(([longestS]) => durationS <= longestS).slice(1);
    wave.registerPlugin(Timeline.create({ height: 20, timeInterval: notchS, primaryLabelInterval: labelS }));
  });
  // A newer load or a closed view ends this one; other errors are told by the "error" event.
  wave.loadBlob(blob).catch(() => {});
  return wave;
}

/** Give `wave`, drawn in `container`, the colours of now. */
export function recolour(wave, container) {
  wave.setOptions(lineColours(container));
  wave.unregisterPlugin(wave.getActivePlugins().find((plugin) => plugin instanceof Spectrogram));
  wave.registerPlugin(spectrogram(container));
  wave.getWrapper().append(wave.getWrapper().querySelector("[part=timeline]")); // below it again
}

function lineColours(container) {
  const [trace, cursor] = ["trace", "murmur"].map((role) => colour(role, container));
  return { waveColor: trace, progressColor: trace, cursorColor: cursor };
}

function spectrogram(container) {
  return Spectrogram.create({
    height: ENERGY_PX,
    scale: "linear",
    frequencyMax: HIGHEST_HZ,
    fftSamples: WINDOW,
    fftSize: 4 * WINDOW, // rows between the bins, so that 600 Hz fill the height smoothly
    windowFunc: "hann",
    autoGain: true,
    rangeDB: RANGE_DB,
    colorMap: energyColours(container),
  });
}
