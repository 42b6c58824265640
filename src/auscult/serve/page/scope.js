// A strip that shows the last seconds of the microphone as they come, with the beats found so far.

import { h } from "./element.js";
import { colour } from "./theme.js";

const SHOWN_S = 6;
const COLUMNS = 300;
const HEIGHT = 64;

export class Scope {
  constructor(rateHz) {
    this.rateHz = rateHz;
    this.perColumn = (SHOWN_S * rateHz) / COLUMNS;
    this.columns = new Float32Array(COLUMNS);
    this.canvas = h("canvas", { class: "scope", width: 2 * COLUMNS, height: 2 * HEIGHT, "aria-hidden": "true" });
    this.peak = 0;
    this.rest = 0;
    this.top = 0;
    this.nHeard = 0;
    this.onsets = [];
  }

  /** Mark heart sounds ({ sound, atS }); those that have left the strip are forgotten. */
  mark(onsets) {
    const fromS = this.nHeard / this.rateHz - SHOWN_S;
    this.onsets = [...this.onsets, ...onsets].filter(({ atS }) => atS >= fromS);
  }

  /** Take in a piece of samples; `peak` is its largest. */
  hear(piece) {
    this.peak = 0;
    this.nHeard += piece.length;
    for (const sample of piece) {
      const size = Math.abs(sample);
      this.peak = Math.max(this.peak, size);
      this.top = Math.max(this.top, size);
      this.rest += 1;
      if (this.rest >= this.perColumn) {
        this.columns.copyWithin(0, 1);
        this.columns[COLUMNS - 1] = this.top;
        this.rest -= this.perColumn;
        this.top = 0;
      }
    }
    requestAnimationFrame(() => this.draw());
  }

  draw() {
    const pen = this.canvas.getContext("2d");
    // Quiet hearts are shown as large as loud ones; the level tells them apart.
    const scale = (0.9 * HEIGHT) / Math.max(0.02, ...this.columns);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.fillStyle = colour("trace");
    this.columns.forEach((size, i) => {
      const half = Math.max(1, size * scale);
      pen.fillRect(2 * i, HEIGHT - half, 1.4, 2 * half);
    });
    for (const { sound, atS } of this.onsets) {
      pen.fillStyle = colour(sound.toLowerCase());
      const place = 1 - (this.nHeard / this.rateHz - atS) / SHOWN_S;
      pen.fillRect(2 * COLUMNS * place, 0, 2, 2 * HEIGHT);
    }
  }
}
