// A short listening quiz: a take never heard before, four names, the truth with its marks afterwards.

import { announce, button, h } from "./element.js";
import { onsetMarks } from "./marks.js";
import { closePlayers, player } from "./player.js";
import { get, referenceSound } from "./service.js";

const N_QUESTIONS = 8;
const N_CHOICES = 4;
const MAX_SEED = 999;

/** Return the page. */
export function quiz() {
  const place = h("div", { class: "quiz" });
  const start = async () => {
    const { sounds } = await get("v1/reference");
    const asked = shuffled(sounds).slice(0, N_QUESTIONS);
    new Round(place, sounds, asked).ask();
  };
  place.append(
    h("p", {}, `${N_QUESTIONS} sounds, four names each. Every take is new: rhythm, breath and noise are drawn afresh. `
      + "Headphones help; so does “Small speakers”."),
    h("div", { class: "actions" }, button("Start", start, { class: "main" })));
  return h("div", { class: "view" }, h("div", { class: "lead" }, h("h1", {}, "Listening quiz"),
    h("p", {}, "Train the ear on sounds whose truth is known.")), h("section", {}, place));
}

class Round {
  constructor(place, all, asked) {
    Object.assign(this, { place, all, asked, number: 0, nRight: 0, missed: [] });
  }

  async ask() {
    const lesson = this.asked[this.number];
    const seed = 2 + Math.floor(Math.random() * (MAX_SEED - 1));
    const blob = await referenceSound(lesson.name, seed);
    closePlayers();
    const choices = shuffled([lesson, ...shuffled(this.all.filter((it) => it !== lesson)).slice(0, N_CHOICES - 1)]);
    const after = h("div", { class: "after" });
    const title = h("h2", { tabindex: -1 }, `Sound ${this.number + 1} of ${this.asked.length}`);
    const buttons = choices.map((choice) => button(choice.title, () => this.answer(choice, lesson, seed, blob, buttons, after),
      { "data-name": choice.name }));
    this.place.replaceChildren(
      h("div", { class: "row" }, title, h("span", { class: "clock" }, `${this.nRight} right`)),
      h("progress", { max: this.asked.length, value: this.number, "aria-label": "Progress" }),
      player(blob, { title: "the sound" }).element,
      h("div", { class: "choices", role: "group", "aria-label": "What is it?" }, buttons), after);
    title.focus();
  }

  async answer(choice, lesson, seed, blob, buttons, after) {
    const isRight = choice === lesson;
    if (isRight) this.nRight += 1;
    else this.missed.push(lesson);
    for (const it of buttons) {
      it.disabled = true;
      if (it.dataset.name === lesson.name) it.classList.add("right");
      else if (it.dataset.name === choice.name) it.classList.add("wrong");
    }
    const said = isRight ? "Right." : `Not quite: it is ${lesson.title}.`;
    announce(said);
    const isLast = this.number + 1 === this.asked.length;
    const next = button(isLast ? "See the result" : "Next sound", () => {
      this.number += 1;
      if (isLast) this.end();
      else this.ask();
    }, { class: "main" });
    after.replaceChildren(h("p", {}, h("strong", {}, said), ` ${lesson.about}`), h("div", { class: "actions" }, next));
    next.focus();
    const { marks } = await get(`v1/reference/${lesson.name}?seed=${seed}`);
    const old = this.place.querySelector(".player");
    if (!old || !after.isConnected) return;
    closePlayers();
    old.replaceWith(player(blob, { title: lesson.title, marks: onsetMarks(marks) }).element);
  }

  end() {
    closePlayers();
    const title = h("h2", { tabindex: -1 }, `${this.nRight} of ${this.asked.length} right`);
    this.place.replaceChildren(title,
      this.missed.length ? h("p", {}, "Worth hearing again:") : h("p", {}, "Every one. The noisy ones too."),
      h("ul", {}, this.missed.map((lesson) => h("li", {}, h("strong", {}, lesson.title), ` – ${lesson.about}`))),
      h("div", { class: "actions" },
        button("Again", () => new Round(this.place, this.all, shuffled(this.all).slice(0, N_QUESTIONS)).ask(), { class: "main" }),
        h("a", { class: "button", href: "#library" }, "Reference sounds")));
    title.focus();
  }
}

function shuffled(items) {
  const drawn = items.map((item) => [Math.random(), item]);
  return drawn.sort(([a], [b]) => a - b).map(([, item]) => item);
}
