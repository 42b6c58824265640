// Synthetic sounds to compare by ear, with marks that are exact because the sounds were made.

import { button, h } from "./element.js";
import { onsetMarks, stateMarks } from "./marks.js";
import { closePlayers, player } from "./player.js";
import { get, referenceSound } from "./service.js";
import { add, sounds } from "./sounds.js";

/** Return the page. */
export function library() {
  const list = h("nav", { class: "shelf", "aria-label": "Reference sounds" });
  const place = h("div", { class: "lesson", "aria-live": "polite" });
  get("v1/reference").then(({ sounds: lessons }) => {
    const choose = (lesson) => {
      for (const it of list.querySelectorAll("button")) it.setAttribute("aria-pressed", it.dataset.name === lesson.name);
      return show(place, lesson);
    };
    list.append(...shelves(lessons, choose));
    choose(lessons[0]);
  }).catch((problem) => place.append(h("p", { class: "problem", role: "alert" }, problem.message)));
  return h("div", { class: "view" },
    h("div", { class: "lead" }, h("h1", {}, "Reference sounds"),
      h("p", {}, "Made by auscult’s synthesiser, so every mark is exact. They are drawn from textbooks, not recorded from "
        + "patients. Use headphones, or switch on “Small speakers”.")),
    h("div", { class: "lessons" }, list, place));
}

function shelves(lessons, choose) {
  return [...new Set(lessons.map(({ group }) => group))].map((group) => h("div", {},
    h("h2", {}, group[0].toUpperCase() + group.slice(1)),
    h("ul", {}, lessons.filter((lesson) => lesson.group === group).map((lesson) => h("li", {},
      button(lesson.title, () => choose(lesson), { "data-name": lesson.name, "aria-pressed": "false" }))))));
}

async function show(place, lesson) {
  closePlayers();
  const [blob, truth] = await Promise.all([referenceSound(lesson.name), get(`v1/reference/${lesson.name}`)]);
  closePlayers();
  place.replaceChildren(
    h("h2", {}, lesson.title),
    h("p", {}, lesson.about),
    h("p", { class: "meta" }, lesson.where ? h("span", {}, `${lesson.where}.`) : null,
      lesson.heart_rate_bpm ? h("span", {}, `${lesson.heart_rate_bpm} beats a minute`) : null),
    player(blob, { title: lesson.title, marks: onsetMarks(truth.marks) }).element,
    h("div", { class: "actions" }, button("Ask the model about it", () => {
      add([{ blob, name: `${lesson.name}.wav`, notes: ["synthetic"] }]);
      location.hash = "#listen";
    })),
    comparison());
}

/** Put one of the reader's own sounds under the reference. */
function comparison() {
  const own = sounds.filter(({ classified }) => classified && classified.status !== "error");
  if (!own.length) return null;
  const place = h("div");
  const choose = (event) => {
    const sound = own.find(({ id }) => id === Number(event.target.value));
    place.replaceChildren(...(sound
      ? [player(sound.blob, { title: sound.name, marks: stateMarks(sound.segmented.states) }).element] : []));
  };
  return h("section", { class: "plain compare" },
    h("label", { for: "own" }, "Compare with"),
    h("select", { id: "own", onchange: choose }, h("option", { value: 0 }, "nothing"),
      own.map(({ id, name }) => h("option", { value: id }, name))), place);
}
