// The recording panel: where to put the microphone, how loud it is, and what the service hears meanwhile.

import { chest } from "./chest.js";
import { announce, button, chip, h } from "./element.js";
import { Live } from "./live.js";
import { openMicrophone } from "./microphone.js";
import { Scope } from "./scope.js";
import { wavOf } from "./wav.js";
import { liveQuality } from "./words.js";

const GOOD_S = 15;
const LONGEST_S = 60;
const QUIET_DBFS = -50;

/** Return the panel; `done` is given (blob, name, notes) of each recording. Who takes the panel away
 *  calls its `leave`: nothing is recorded unseen. */
export function recorder(done) {
  const panel = h("div", { class: "panel record" });
  let take = null;
  const idle = (problem = "") => panel.replaceChildren(...invitation(problem, start));
  const again = (problem) => {
    idle(problem);
    panel.querySelector(".record-button").focus(); // the button that was pressed is gone
  };
  const start = () => {
    take = new Take(panel, (made) => { again(); if (made) done(made); });
    take.begin().catch((error) => again(error.message));
  };
  panel.leave = () => take?.cancel();
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
  }

  async begin() {
    this.microphone = await openMicrophone((piece) => this.hear(piece));
    if (this.isOver) { // left while the browser was asking
      this.microphone.close();
      return;
    }
    this.scope = new Scope(this.microphone.rateHz);
    this.clock = h("span", { class: "clock" }, "0.0 s");
    this.level = h("div", { class: "level", role: "meter", "aria-label": "Level", "aria-valuemin": -60, "aria-valuemax": 0 });
    this.advice = h("p", { class: "hint" }, "Listening …");
    this.rate = h("dd", { class: "live-rate" }, "–");
    this.quality = h("dd", { class: "live-quality" }, "Waiting for the first seconds");
    this.trouble = h("p", { class: "note", role: "status", hidden: true });
    this.live = new Live(this.microphone.rateHz, {
      update: (told) => this.show(told),
      trouble: (text) => Object.assign(this.trouble, { textContent: text, hidden: !text }),
    });
    const stop = button("Stop", () => this.finish(), { class: "main stop" });
    this.panel.replaceChildren(
      h("div", { class: "row" }, h("h2", {}, h("span", { class: "lamp" }), "Recording"), this.clock),
      this.scope.canvas, this.level,
      this.advice,
      h("dl", { class: "live" }, h("div", {}, h("dt", {}, "Heart rate"), this.rate),
        h("div", {}, h("dt", {}, "Quality"), this.quality)),
      this.trouble,
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
    this.live.hear(piece);
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

  /** Show what the service heard in the last seconds. */
  show({ rhythm, prediction, onsets }) {
    if (this.isOver) return;
    this.rate.replaceChildren(...(rhythm.rate_bpm ? [Math.round(rhythm.rate_bpm), h("small", {}, " bpm")] : ["no beat yet"]));
    const [text, role] = liveQuality(prediction);
    this.quality.replaceChildren(chip(text, role));
    this.scope.mark(onsets);
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
    if (this.isOver) return;
    this.close();
    this.end(null);
    announce("Recording cancelled.");
  }

  close() {
    this.isOver = true;
    this.live?.close();
    this.microphone?.close();
  }
}
