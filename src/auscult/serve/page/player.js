// A sound to look at and to listen to: picture, cursor, speed, zoom, boost for small speakers.

import { Boost } from "./boost.js";
import { button, h } from "./element.js";
import { layMarks, layTiles } from "./marks.js";
import { drawWave, HIGHEST_HZ, recolour } from "./wave.js";

const MOST_PX = 12000;
const NARROW_PX_PER_S = 62; // a phone shows some beats well, and scrolls to the others
const STEPS_S = { ArrowLeft: -0.1, ArrowRight: 0.1, PageDown: -1, PageUp: 1 };
const open = new Set();

/** Return { element, close, decoded } of a sound.
 *  `marks` as marks.js makes them; `title` names it; `decoded` resolves to its AudioBuffer or null. */
export function player(blob, { title, marks = [] }) {
  const it = new Player(blob, title, marks);
  open.add(it);
  return it;
}

/** Close every player: the view changes. */
export function closePlayers() {
  for (const it of [...open]) it.close();
}

document.addEventListener("themechange", () => { for (const it of open) it.recolour(); });

class Player {
  constructor(blob, title, marks) {
    Object.assign(this, { blob, marks, title, tiles: [] });
    this.media = h("audio", { preload: "auto" });
    this.boost = new Boost(this.media);
    this.decoded = new Promise((resolve) => { this.tellDecoded = resolve; });
    this.build();
    this.media.addEventListener("play", () => this.showPlaying(true));
    this.media.addEventListener("seeked", () => this.showTime(this.media.currentTime));
    this.media.addEventListener("pause", () => this.showPlaying(false));
    // The container has a width only once it is on the page.
    requestAnimationFrame(() => this.draw());
  }

  build() {
    this.picture = h("div", { class: "picture", "aria-busy": "true", onkeydown: (event) => this.steer(event) });
    this.toggle = button("Play", () => this.wave?.playPause(), { class: "main play" });
    this.clock = h("span", { class: "clock" }, "0.0 s");
    this.element = h("div", { class: "player" },
      h("div", { class: "stage" }, h("div", { class: "axis", "aria-hidden": "true" },
        h("span", {}, HIGHEST_HZ), h("span", {}, (HIGHEST_HZ * 2) / 3), h("span", {}, HIGHEST_HZ / 3), h("span", {}, "0 Hz")),
      this.picture),
      h("div", { class: "controls" }, this.toggle, this.clock,
        pressed("Half speed", (on) => this.setRate(on ? 0.5 : 1)),
        pressed("Small speakers", (on) => this.boost.set(on),
          "Lifts low sounds by an octave, for speakers that cannot play them"),
        h("span", { class: "zoom", role: "group", "aria-label": "Zoom" },
          button("−", () => this.zoom(1 / 1.6), { "aria-label": "Zoom out" }),
          button("Fit", () => this.zoom(0)),
          button("+", () => this.zoom(1.6), { "aria-label": "Zoom in" }))));
  }

  draw() {
    if (!this.picture.isConnected) return;
    const wave = drawWave(this.picture, this.blob, this.media);
    this.wave = wave;
    // What scrolls is what takes the keys: with a finger or with arrows, the reader moves the same thing.
    this.slider = wave.getWrapper().parentElement;
    for (const [key, value] of Object.entries({ role: "slider", tabindex: 0, "aria-label": `Position in ${this.title}`,
      "aria-valuemin": 0, "aria-valuenow": 0 })) this.slider.setAttribute(key, value);
    wave.on("decode", (durationS) => {
      this.durationS = durationS;
      this.slider.setAttribute("aria-valuemax", durationS.toFixed(1));
      layMarks(wave, this.marks);
      layTiles(wave, this.tiles);
      this.pxPerS = this.fitting() < 34 ? NARROW_PX_PER_S : 0;
      if (this.pxPerS) wave.zoom(this.pxPerS);
      this.showTime(0);
      this.tellDecoded(wave.getDecodedData());
    });
    wave.on("ready", () => this.picture.setAttribute("aria-busy", "false"));
    wave.on("timeupdate", (timeS) => this.showTime(timeS));
    wave.on("error", () => {
      this.tellDecoded(null);
      this.element.replaceChildren(h("p", { class: "hint" },
        "This browser cannot play or draw this kind of file. The answer is not affected."));
    });
  }

  recolour() {
    if (this.durationS) recolour(this.wave, this.picture);
  }

  /** Outline parts of the spectrogram; none takes the outlines away. */
  outline(tiles) {
    this.tiles = tiles;
    if (this.durationS) layTiles(this.wave, tiles);
  }

  /** Pixels a second when the whole sound is in view. */
  fitting() {
    return this.picture.clientWidth / this.durationS;
  }

  zoom(factor) {
    const wanted = factor * Math.max(this.pxPerS || 0, this.fitting());
    this.pxPerS = wanted <= this.fitting() ? 0 : Math.min(wanted, Math.max(this.fitting(), MOST_PX / this.durationS));
    this.wave.zoom(this.pxPerS);
  }

  setRate(rate) {
    this.media.preservesPitch = true;
    this.media.playbackRate = rate;
  }

  steer(event) {
    if (this.picture.ariaBusy === "true") return;
    const { key } = event;
    const to = { Home: 0, End: this.durationS }[key] ?? (key in STEPS_S ? this.timeS + STEPS_S[key] : null);
    if (key === " " || key === "Enter") this.wave.playPause();
    else if (to !== null) this.seek(Math.min(this.durationS, Math.max(0, to)));
    else return;
    event.preventDefault();
  }

  seek(timeS) {
    // Not wave.setTime: it may lose a second seek that comes while the first is under way.
    this.media.currentTime = timeS;
    this.showTime(timeS);
  }

  showTime(timeS) {
    this.timeS = timeS;
    this.clock.textContent = `${timeS.toFixed(1)} / ${(this.durationS ?? 0).toFixed(1)} s`;
    this.slider.setAttribute("aria-valuenow", timeS.toFixed(1));
    this.slider.setAttribute("aria-valuetext", `${timeS.toFixed(1)} seconds`);
  }

  showPlaying(isPlaying) {
    this.toggle.textContent = isPlaying ? "Pause" : "Play";
    if (isPlaying) for (const other of open) if (other !== this) other.media.pause();
  }

  close() {
    open.delete(this);
    this.media.pause();
    this.boost.close();
    this.wave?.destroy();
    this.tellDecoded(null);
  }
}

function pressed(text, act, title) {
  const it = button(text, () => {
    const on = it.getAttribute("aria-pressed") !== "true";
    it.setAttribute("aria-pressed", on);
    act(on);
  }, { "aria-pressed": "false", class: "toggle", title });
  return it;
}
