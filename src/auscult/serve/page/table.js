// Many sounds at a glance: a table that sorts by any column; a name opens the sound.

import { button, chip, h, percent } from "./element.js";
import { verdictOf } from "./words.js";

const COLUMNS = [
  { name: "Sound", key: (sound) => sound.name.toLowerCase() },
  { name: "Verdict", key: (sound) => verdictOf(sound)[0] },
  { name: "Probability", short: "Sure", key: (sound) => sound.classified?.confidence, text: percent },
  { name: "Murmur audible", short: "Murmur", key: (sound) => judged(sound)?.answers?.murmur?.present, text: percent },
  { name: "Examine further", short: "Examine", key: (sound) => judged(sound)?.answers?.refer?.abnormal, text: percent },
  { name: "Heart rate", key: (sound) => sound.segmented?.rhythm.rate_bpm, text: (bpm) => `${Math.round(bpm)} bpm` },
  { name: "Length", key: (sound) => sound.classified?.duration_s, text: (s) => `${s.toFixed(1)} s` },
];
const order = { column: -1, sign: 1 };

/** Return the table of `sounds`; `show` opens one, `shown` is open now. */
export function table(sounds, shown, show) {
  const redraw = () => region.replaceChildren(whole(sounds, shown, show, redraw));
  const region = h("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": "Table of all sounds" });
  redraw();
  return region;
}

function whole(sounds, shown, show, redraw) {
  const n = sounds.filter(({ state }) => state === "done" || state === "failed").length;
  const told = n < sounds.length ? `${n} of ${sounds.length} judged` : `${n} sounds`;
  return h("table", { class: "batch" },
    h("caption", {}, `${told}. Choose a heading to sort, a name to look closer.`),
    h("thead", {}, h("tr", {}, COLUMNS.map((column, i) => heading(column, i, redraw)))),
    h("tbody", {}, sorted(sounds).map((sound) => row(sound, sound === shown, show))));
}

function heading({ name }, i, redraw) {
  const isSorted = order.column === i;
  const sort = () => {
    Object.assign(order, { column: i, sign: isSorted ? -order.sign : 1 });
    redraw();
    document.querySelectorAll("table.batch thead button")[i].focus();
  };
  return h("th", { scope: "col", "aria-sort": isSorted ? (order.sign > 0 ? "ascending" : "descending") : null },
    button(name, sort));
}

function row(sound, isShown, show) {
  const [word, role] = verdictOf(sound);
  const [, , ...measured] = COLUMNS;
  return h("tr", { class: isShown ? "shown" : null },
    h("th", { scope: "row" }, button(sound.name, () => show(sound), { class: "link", "aria-current": isShown || null })),
    h("td", {}, chip(word, role)),
    measured.map(({ name, short, key, text }) => {
      const value = key(sound);
      const isNone = value === null || value === undefined;
      return h("td", { "data-name": short ?? name, class: isNone ? "none" : null }, isNone ? "—" : text(value));
    }));
}

/** Sounds in the chosen order; those without a value come last whichever way it goes. */
function sorted(sounds) {
  const column = COLUMNS[order.column];
  if (!column) return sounds;
  const isNone = (value) => value === null || value === undefined;
  return [...sounds].sort((a, b) => {
    const [x, y] = [column.key(a), column.key(b)];
    if (isNone(x) || isNone(y)) return isNone(x) - isNone(y);
    return order.sign * (x < y ? -1 : Number(x > y));
  });
}

function judged(sound) {
  return sound.classified?.status === "ok" ? sound.classified : null;
}
