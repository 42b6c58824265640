// The first page: sounds come in, answers come out.

import { detail } from "./detail.js";
import { announce, button, h } from "./element.js";
import { saveCsv, saveJson } from "./export.js";
import { intake, samples } from "./intake.js";
import { closePlayers } from "./player.js";
import { printReport, saveReport } from "./report.js";
import { changes, clear, sounds } from "./sounds.js";
import { table } from "./table.js";

let shown = null;

/** Return the page. */
export function listen() {
  const results = h("div", { class: "results" });
  const entry = intake();
  const root = h("div", { class: "view listen" },
    h("div", { class: "lead" }, h("h1", {}, "Listen to a heart"),
      h("p", {}, "Give it a recording, or make one. You see what it sounds like, how sure that is, and where each beat lies.")),
    entry, ...samples(), results);
  let drawn = "";
  const draw = (toShow, isAsked) => {
    if (toShow) shown = toShow;
    if (!sounds.includes(shown)) shown = sounds[0] ?? null;
    root.classList.toggle("has-sounds", sounds.length > 0);
    if (!results.querySelector(".batch-place")) results.replaceChildren(h("div", { class: "batch-place" }), h("div", { class: "detail-place" }));
    const [batch, place] = results.children;
    keepFocus(batch, () => batch.replaceChildren(...(sounds.length > 1 ? [batchPanel((sound) => draw(sound, true))] : [])));
    // A player goes on while other sounds are being answered.
    const state = shown ? `${shown.id} ${shown.state}` : "";
    if (state !== drawn) {
      drawn = state;
      closePlayers();
      keepFocus(place, () => place.replaceChildren(...(shown ? [detail(shown, actions(shown))] : [])));
    }
    if (isAsked) document.getElementById("detail-title").focus();
  };
  const redraw = () => draw(newest());
  changes.addEventListener("change", redraw);
  root.leave = () => {
    changes.removeEventListener("change", redraw);
    entry.leave();
  };
  draw();
  return root;
}

/** Draw `place` anew; who stood on something in it by keyboard stands on the same thing afterwards. */
function keepFocus(place, redraw) {
  const name = place.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  redraw();
  if (name) [...place.querySelectorAll("button, [tabindex]")].find((it) => nameOf(it) === name)?.focus({ preventScroll: true });
}

function nameOf(element) {
  return element.id || element.getAttribute("aria-label") || element.textContent;
}

/** Forget the sounds; what was pressed goes with them. */
function forget(told) {
  clear();
  document.querySelector(".drop .main").focus();
  announce(told);
}

/** A sound that came alone is shown at once. */
let known = 0;
function newest() {
  const last = sounds.at(-1);
  const isNew = last && last.id > known;
  const n = sounds.filter(({ id }) => id > known).length;
  if (last) known = Math.max(known, last.id);
  return isNew && n === 1 ? last : null;
}

function batchPanel(show) {
  return h("section", { "aria-label": "All sounds" }, table(sounds, shown, show),
    h("div", { class: "actions" },
      button("All as CSV", () => saveCsv(sounds, "auscult")),
      button("All as JSON", () => saveJson(sounds, "auscult")),
      button("Clear", () => forget("All sounds are forgotten."), { class: "last" })));
}

function actions(sound) {
  const stem = sound.name.replace(/\.[a-z0-9]+$/i, "");
  const said = (what, act) => async () => {
    await act();
    announce(`${what} is ready.`);
  };
  return h("div", { class: "actions", role: "group", "aria-label": "Save" },
    ...(sound.classified?.status === "error" ? [] : [
      button("Print report or PDF", said("The report", () => printReport(sound))),
      button("Report as HTML", said("The report", () => saveReport(sound)))]),
    button("JSON", said("JSON", () => saveJson([sound], stem)), { "aria-label": "Save as JSON" }),
    button("CSV", said("CSV", () => saveCsv([sound], stem)), { "aria-label": "Save as CSV" }),
    button("Clear", () => forget("The sound is forgotten."), { class: "last" }));
}
