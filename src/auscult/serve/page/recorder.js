// The recording panel: where to put the microphone, how loud it is, what the heart rate seems to be.

import { chest } from "./chest.js";
import { announce, button, h } from "./element.js";
import { openMicrophone } from "./microphone.js";
import { Scope } from "./scope.js";
import { ask } from "./service.js";
import { wavOf } from "./wav.js";

const GOOD_S = 15;
const LONGEST_S = 60;
const LOOK_EVERY_S = 3;
const LOOK_BACK_S = 8;
const QUIET_DBFS = -50;

/** Return the panel; `done` is given (blob, name, notes) of each recording. */
export function recorder(done) {
  const panel = h("div", { class: "panel record" });
  const idle = (problem = "") => panel.replaceChildren(...invitation(problem, start));
  const start = async () => {
    try {
      new Take(panel, (made) => { idle(); if (made) done(made); }).begin().catch((error) => idle(error.message));
    } catch (error) {
      idle(error.message);
    }
  };
  idle();
  return panel;
}

function invitation(problem, start) {
  return [
    h("h2", {}, "Record"),
    h("div", { class: "guide" }, chest(),
      h("ol", {},
        h("li", {}, "A quiet room; sit or lie still."),
        h("li", {}, "Microphone on bare skin, left of the breastbone. On a phone: its lower edge."),
        h("li", {}, `Hold still for ${GOOD_S} seconds.`))),
    problem ? h("p", { class: "problem", role: "alert" }, problem) : null,
    h("div", { class: "actions" }, button("Record", start, { class: "main record-button" })),
  ].filter(Boolean);
}

/** One recording in the making. */
class Take {
  constructor(panel, end) {
    this.panel = panel;
    this.end = end;
    this.pieces = [];
    this.nSamples = 0;
    this.lookedS = 0;
  }

  async begin() {
    this.microphone = await openMicrophone((piece) => this.hear(piece));
    this.scope = new Scope(this.microphone.rateHz);
    this.clock = h("span", { class: "clock" }, "0.0 s");
    this.level = h("div", { class: "level", role: "meter", "aria-label": "Level", "aria-valuemin": -60, "aria-valuemax": 0 });
    this.advice = h("p", { class: "hint" }, "Listening …");
    this.rate = h("span", { class: "live-rate" }, "– bpm");
    const stop = button("Stop", () => this.finish(), { class: "main stop" });
    this.panel.replaceChildren(
      h("div", { class: "row" }, h("h2", {}, h("span", { class: "lamp" }), "Recording"), this.clock),
      this.scope.canvas, this.level,
      h("div", { class: "row" }, this.advice, this.rate),
      ...this.microphone.warnings.map((text) => h("p", { class: "problem", role: "alert" }, text)),
      h("div", { class: "actions" }, stop, button("Cancel", () => this.cancel())));
    stop.focus();
    announce(["Recording.", ...this.microphone.warnings].join(" "));
  }

  get lengthS() {
    return this.nSamples / this.microphone.rateHz;
  }

  hear(piece) {
    if (!this.scope || this.isOver) return;
    this.pieces.push(piece);
    this.nSamples += piece.length;
    this.scope.hear(piece);
    this.clock.textContent = `${this.lengthS.toFixed(1)} s`;
    this.showLevel(this.scope.peak);
    if (this.lengthS - this.lookedS >= LOOK_EVERY_S) this.look();
    if (this.lengthS >= LONGEST_S) this.finish();
  }

  showLevel(peak) {
    const dbfs = Math.max(-60, 20 * Math.log10(peak + 1e-9));
    this.level.style.setProperty("--level", `${(dbfs + 60) / 0.6}%`);
    this.level.setAttribute("aria-valuenow", dbfs.toFixed(0));
    this.level.setAttribute("aria-valuetext", `${dbfs.toFixed(0)} dB of full scale`);
    this.level.classList.toggle("clipped", peak > 0.98);
    if (peak > 0.98) this.advice.textContent = "Too loud: press less, or lower the gain.";
    else if (dbfs < QUIET_DBFS) this.advice.textContent = "Very quiet: press the microphone closer.";
    else this.advice.textContent = this.lengthS < GOOD_S ? "Level is good. Hold still." : "Long enough. Stop when you like.";
  }

  /** Ask for the heart rate of the last seconds; the next question waits for this answer. */
  async look() {
    this.lookedS = Infinity;
    const { rateHz } = this.microphone;
    const recent = this.samples().slice(-LOOK_BACK_S * rateHz);
    try {
      const { rhythm } = await ask("segment", wavOf(recent, rateHz), "live.wav");
      this.rate.textContent = rhythm.rate_bpm ? `${Math.round(rhythm.rate_bpm)} bpm` : "no beat found yet";
    } catch { /* the recording goes on without it */ }
    this.lookedS = this.lengthS;
  }

  samples() {
    const all = new Float32Array(this.nSamples);
    let at = 0;
    for (const piece of this.pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  finish() {
    if (this.isOver) return;
    this.close();
    const time = new Date().toTimeString().slice(0, 8).replaceAll(":", ".");
    const { rateHz, warnings } = this.microphone;
    this.end({ blob: wavOf(this.samples(), rateHz), name: `recording ${time}.wav`, notes: warnings });
  }

  cancel() {
    this.close();
    this.end(null);
    announce("Recording cancelled.");
  }

  close() {
    this.isOver = true;
    this.microphone.close();
  }
}
