// What answers here, how well it does, what happens to a sound.

import { h } from "./element.js";
import { get } from "./service.js";
import { excerptOf } from "./words.js";

/** Return the page. */
export function about() {
  const place = h("div", { class: "models" }, h("p", { class: "hint" }, "Asking the service …"));
  get("v1/models").then(({ models }) => place.replaceChildren(...models.map(described)))
    .catch((problem) => place.replaceChildren(h("p", { class: "problem", role: "alert" }, problem.message)));
  return h("div", { class: "view" },
    h("div", { class: "lead" }, h("h1", {}, "About"), h("p", {}, "auscult is open source, and honest by default.")),
    h("div", { class: "pair" }, h("section", {}, h("h2", {}, "Your sounds"),
      h("p", {}, "They go to the service that sent you this page, usually on this very computer, are judged in memory and are "
        + "not kept. The page asks no other address for anything, sets no cookie, and counts nobody.")),
    h("section", {}, h("h2", {}, "Keys"), keys())),
    place,
    h("section", {}, h("h2", {}, "Made with"),
      h("p", {}, "Waveform and spectrogram: ", h("a", { href: "page/vendor/wavesurfer/LICENSE" }, "wavesurfer.js"),
        ", BSD 3-Clause, served from here. auscult itself: Apache 2.0.")));
}

function keys() {
  const rows = [["Tab", "from one control to the next"], ["Space", "play or pause, on the picture"],
    ["← →", "a tenth of a second back or on"], ["Page Up, Page Down", "a second on or back"], ["Home, End", "to either end"]];
  return h("table", { class: "plain-table" }, h("tbody", {}, rows.map(([key, does]) =>
    h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, key)), h("td", {}, does)))));
}

function described(model) {
  const card = h("pre", { tabindex: 0, "aria-label": `Card of ${model.name}` }, model.card);
  return h("section", {},
    h("h2", {}, model.task === "classify" ? `What is heard: ${model.name}` : `Where the beats are: ${model.name}`),
    h("p", {}, excerptOf(model.card)),
    h("p", { class: "meta" }, h("span", {}, model.classes.join(", ")), h("code", {}, model.digest.slice(0, 16))),
    h("details", {}, h("summary", {}, "Its card: data, figures, limits"), card));
}
