// Waveform, spectrogram and marks of a sound as one still picture, light as paper is.

import { h } from "./element.js";
import { colour } from "./theme.js";
import { drawWave, ENERGY_PX, WAVE_PX } from "./wave.js";

const WIDTH = 1000;
const SCALE = 2;
const PATIENCE_MS = 4000;

/** Return a PNG of `blob` as a data address, or null where the browser cannot draw it. */
export async function stillPicture(blob, marks) {
  const stage = h("div", { class: "offstage on-paper", "aria-hidden": "true" });
  document.body.append(stage);
  const wave = drawWave(stage, blob, h("audio"));
  try {
    await new Promise((resolve, reject) => { wave.on("redrawcomplete", resolve); wave.on("error", reject); });
    const energy = await drawn(wave);
    return compose(wave, energy, marks, stage);
  } catch {
    return null;
  } finally {
    wave.destroy();
    stage.remove();
  }
}

/** Wait until the spectrogram has been painted; returns its canvases. */
async function drawn(wave) {
  for (const start = performance.now(); performance.now() - start < PATIENCE_MS;) {
    const canvases = [...wave.getWrapper().querySelectorAll("canvas")].filter((it) => !it.closest("[part=canvases],[part=progress]"));
    const isPainted = (it) => it.width && it.getContext("2d").getImageData(it.width >> 1, it.height >> 1, 1, 1).data[3] > 0;
    if (canvases.length && canvases.every(isPainted)) return canvases;
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return [];
}

function compose(wave, energy, marks, stage) {
  const canvas = h("canvas", { width: WIDTH * SCALE, height: (WAVE_PX + ENERGY_PX) * SCALE });
  const pen = canvas.getContext("2d");
  pen.scale(SCALE, SCALE);
  pen.fillStyle = colour("surface", stage);
  pen.fillRect(0, 0, WIDTH, WAVE_PX + ENERGY_PX);
  const waves = [...wave.getWrapper().querySelectorAll("[part=canvases] canvas")];
  for (const [canvases, top, height] of [[waves, 0, WAVE_PX], [energy, WAVE_PX, ENERGY_PX]]) {
    const total = canvases.reduce((sum, it) => sum + it.width, 0);
    let left = 0;
    for (const it of canvases) {
      const width = (it.width / total) * WIDTH;
      pen.drawImage(it, left, top, width, height);
      left += width;
    }
  }
  const pxPerS = WIDTH / wave.getDuration();
  for (const { sound, startS, endS } of marks) {
    pen.fillStyle = colour(sound.toLowerCase(), stage);
    pen.globalAlpha = 0.18;
    pen.fillRect(startS * pxPerS, 0, (endS - startS) * pxPerS, WAVE_PX + ENERGY_PX);
    pen.globalAlpha = 1;
    pen.fillRect(startS * pxPerS, 0, 1, WAVE_PX + ENERGY_PX);
  }
  return canvas.toDataURL("image/png");
}
