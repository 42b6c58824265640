// One sound on paper: fields to fill in by hand, the answer, the rhythm, the picture, the limits.
// Printing it, or saving it as PDF, is the browser's; it can also be saved as one HTML file.

import { h, percent, shareBar, tiles } from "./element.js";
import { save } from "./export.js";
import { stateMarks } from "./marks.js";
import { stillPicture } from "./picture.js";
import { get } from "./service.js";
import { excerptOf, furtherOf, limitsOf, meaningOf, roleOf, sureness, titleOf, verdictOf } from "./words.js";

const BLANK = ["Name or number", "Date of birth", "Recorded by", "Place on the chest", "Position, breathing", "Remarks"];
const LIMITS = "Not a medical device. This answer is for research and teaching; it must not be used to diagnose, to treat, "
  + "or to decide whether somebody needs care.";

/** Print the report of `sound`. */
export async function printReport(sound) {
  const sheet = await report(sound);
  document.body.append(sheet);
  document.body.classList.add("printing");
  addEventListener("afterprint", () => {
    sheet.remove();
    document.body.classList.remove("printing");
  }, { once: true });
  await Promise.all([...sheet.querySelectorAll("img")].map((image) => image.decode()));
  print();
}

/** Save the report of `sound` as one file that needs no other. */
export async function saveReport(sound) {
  const sheet = await report(sound);
  const styles = await Promise.all(["palette", "page", "viewer", "report"].map((name) =>
    fetch(`page/${name}.css`).then((response) => response.text())));
  const page = h("html", { lang: "en", "data-theme": "light" },
    h("head", {}, h("meta", { charset: "utf-8" }), h("meta", { name: "viewport", content: "width=device-width" }),
      h("title", {}, `${sound.name} · auscult`), h("style", {}, styles.join("\n"))),
    h("body", { class: "printing saved" }, sheet));
  save(`${sound.name}.html`, "text/html", `<!doctype html>\n${page.outerHTML}\n`);
}

async function report(sound) {
  const { classified, segmented } = sound;
  const isJudged = classified.status === "ok";
  const picture = classified.status === "error" ? null
    : await stillPicture(sound.blob, isJudged ? stateMarks(segmented.states) : []);
  return h("article", { class: "sheet on-paper", "aria-label": `Report on ${sound.name}` },
    h("header", {}, h("p", { class: "wordmark" }, "auscult"), h("h1", {}, "Heart sound report"),
      h("p", { class: "meta" }, h("span", {}, sound.name), h("span", {}, new Date().toLocaleString("en-GB")),
        classified.duration_s ? h("span", {}, `${classified.duration_s.toFixed(1)} s at ${classified.rate_hz} Hz`) : null)),
    h("dl", { class: "blank" }, BLANK.map((name) => h("div", {}, h("dt", {}, name), h("dd", {})))),
    h("section", {}, h("h2", {}, verdictOf(sound)[0], isJudged ? `, ${percent(classified.confidence)}` : ""),
      isJudged ? answer(classified) : h("p", {}, classified.reason)),
    classified.notes.length ? h("ul", { class: "points" }, classified.notes.map((text) => h("li", {}, `Noticed: ${text}.`))) : null,
    isJudged && segmented.rhythm.rate_bpm ? rhythm(segmented.rhythm) : null,
    picture ? h("figure", {}, h("img", { src: picture, alt: `Waveform and spectrogram of ${sound.name}` }),
      h("figcaption", {}, `0 to ${classified.duration_s.toFixed(1)} s. Waveform above, energy from 0 to 600 Hz below; `
        + "S1 in blue, S2 in orange.")) : null,
    await model(classified.model), h("p", { class: "limits" }, LIMITS));
}

function answer(classified) {
  const sorted = Object.entries(classified.probabilities).sort(([, a], [, b]) => b - a);
  return h("div", { class: "two" },
    h("div", {}, h("p", {}, meaningOf(classified.label)), h("p", {}, sureness(classified))),
    h("div", {}, sorted.map(([label, share]) => shareBar(titleOf(label), share, roleOf(label))),
      furtherOf(classified).map(([text, share, role]) => shareBar(text, share, role))));
}

function rhythm(told) {
  const whole = (value) => (value ? Math.round(value) : "—");
  return tiles([["Heart rate, bpm", whole(told.rate_bpm)], ["Beats", told.n_beats],
    ["Systole, ms", whole(told.systole_ms)], ["Diastole, ms", whole(told.diastole_ms)]]);
}

async function model(name) {
  const { models } = await get("v1/models");
  const described = models.find((it) => it.task === "classify");
  if (!described) return null;
  return h("section", {}, h("h2", {}, `Judged by the model “${name}”`), h("p", {}, excerptOf(described.card)),
    h("h3", {}, "Its limits"), h("ul", { class: "points" }, limitsOf(described.card).map((point) => h("li", {}, point))),
    h("p", { class: "hint" }, `Model ${described.digest.slice(0, 16)}`));
}
