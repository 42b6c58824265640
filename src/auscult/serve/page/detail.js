// One sound: what it is, how sure that is, what its rhythm is, and the sound itself.

import { averageBeat } from "./average.js";
import { chip, h, shareBar, tiles } from "./element.js";
import { stateMarks } from "./marks.js";
import { player } from "./player.js";
import { furtherOf, meaningOf, reasonAndAdvice, roleOf, sureness, titleOf, verdictOf } from "./words.js";
import { why } from "./why.js";

/** Return the view of `sound`; `actions` are put at its end. */
export function detail(sound, actions) {
  const heading = h("h2", { id: "detail-title", tabindex: -1 }, sound.name);
  const parts = sound.state === "done" ? answered(sound) : [waiting(sound)];
  return h("article", { class: "detail", "aria-labelledby": "detail-title" },
    h("header", {}, heading, meta(sound)), parts, sound.state === "done" ? actions : null);
}

function waiting(sound) {
  if (sound.state === "failed") {
    return h("div", { class: "verdict" }, big("No answer", "warn"), h("p", {}, sound.problem));
  }
  return h("p", { class: "hint working" }, verdictOf(sound)[0]);
}

function meta({ classified, notes }) {
  if (!classified?.duration_s) return null;
  const facts = [`${classified.duration_s.toFixed(1)} s`, `${classified.rate_hz.toLocaleString("en")} Hz`,
    `model: ${classified.model}`, ...notes];
  return h("p", { class: "meta" }, facts.map((fact) => h("span", {}, fact)));
}

function answered(sound) {
  const { classified, segmented } = sound;
  const isJudged = classified.status === "ok";
  const it = classified.status === "error" ? null
    : player(sound.blob, { title: sound.name, marks: stateMarks(segmented.states) });
  return [
    h("div", { class: "summary" }, isJudged ? verdict(classified) : refusal(classified),
      isJudged ? shares(classified) : null),
    noticed(classified),
    isJudged ? rhythm(segmented) : null,
    it ? h("section", { class: "plain", "aria-label": "Sound" }, it.element,
      isJudged ? legend(segmented) : null) : null,
    isJudged ? why(sound, it) : null,
    isJudged && segmented.beats.length > 2 ? averageBeat(it.decoded, segmented.beats) : null,
  ];
}

/** What the quality gate, or whoever opened the file, remarked. */
function noticed({ notes }) {
  if (!notes.length) return null;
  return h("div", { class: "noticed" }, h("h3", {}, "Noticed"), h("ul", {}, notes.map((text) =>
    h("li", {}, `${text[0].toUpperCase()}${text.slice(1)}.`))));
}

function verdict(answer) {
  const { label } = answer;
  return h("div", { class: "verdict" },
    big(titleOf(label), roleOf(label)),
    h("p", {}, meaningOf(label)), h("p", { class: "hint" }, sureness(answer)));
}

function refusal(answer) {
  const [reason, advice] = reasonAndAdvice(answer);
  const title = answer.status === "refused" ? "Refused" : "Not readable";
  return h("div", { class: "verdict" }, big(title, "warn"), h("p", {}, reason),
    advice ? h("p", {}, h("strong", {}, "What to do: "), advice) : null,
    h("p", { class: "hint" }, answer.status === "refused"
      ? "A recording that cannot be judged gets no verdict; a guess would be worse than none."
      : "The file was not opened as a sound."));
}

function big(word, role) {
  return h("p", { class: "big" }, chip(word, role));
}

function shares(answer) {
  const sorted = Object.entries(answer.probabilities).sort(([, a], [, b]) => b - a);
  const further = furtherOf(answer);
  return h("div", { class: "shares" },
    h("h3", {}, "Probability"),
    sorted.map(([label, share]) => shareBar(titleOf(label), share, roleOf(label), label === answer.label)),
    further.length ? h("div", { class: "further" },
      h("h3", {}, "Also asked"),
      further.map(([text, share, role]) => shareBar(text, share, role)),
      answer.answers.refer ? h("p", { class: "hint" }, "“Examine further” was learnt from one collection and carries over less well; see ",
        h("a", { href: "#about" }, "the model’s card"), ".") : null) : null);
}

function rhythm({ rhythm: told, reason }) {
  if (!told.rate_bpm) return reason ? h("p", { class: "note" }, `No heart rate: ${reason}.`) : null;
  const whole = (value) => Math.round(value);
  const early = told.early_at_s.length;
  return tiles([
    ["Heart rate", whole(told.rate_bpm), told.rate_low_bpm ? `bpm, ${whole(told.rate_low_bpm)}–${whole(told.rate_high_bpm)}` : "bpm"],
    ["Beats", told.n_beats, early ? `${early} early` : "none early"],
    ["Systole", told.systole_ms ? whole(told.systole_ms) : "—", "ms"],
    ["Diastole", told.diastole_ms ? whole(told.diastole_ms) : "—", "ms"],
  ]);
}

function legend({ beats }) {
  if (!beats.length) return null;
  return h("p", { class: "hint legend" }, chip("S1", "s1"), chip("S2", "s2"),
    h("span", {}, "Waveform above, energy from 0 to 600 Hz below."));
}
