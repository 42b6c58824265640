// The sounds of this visit: sent to the service two at a time, kept until the page is closed.

import { announce } from "./element.js";
import { ask } from "./service.js";
import { spokenAnswer } from "./words.js";

const AT_ONCE = 2;
let number = 0;
let working = 0;

/** In the order in which they came. A sound is
 *  { id, name, blob, state: "waiting" | "working" | "done" | "failed", classified, segmented, problem, notes } */
export const sounds = [];

/** Tells "change" whenever a sound came, went or was answered. */
export const changes = new EventTarget();

/** Add sounds, each (blob, name, remarks about how it was made), and have them judged. */
export function add(items) {
  const added = items.map(({ blob, name, notes = [] }) => {
    number += 1;
    return { id: number, name: unique(name), blob, notes, state: "waiting" };
  });
  sounds.push(...added);
  changed();
  for (let i = working; i < AT_ONCE; i += 1) next();
  return added;
}

/** Forget all sounds. */
export function clear() {
  sounds.length = 0;
  changed();
}

function unique(name) {
  const taken = new Set(sounds.map((sound) => sound.name));
  if (!taken.has(name)) return name;
  let n = 2;
  while (taken.has(`${name} (${n})`)) n += 1;
  return `${name} (${n})`;
}

async function next() {
  const sound = sounds.find(({ state }) => state === "waiting");
  if (!sound) return;
  working += 1;
  sound.state = "working";
  changed();
  try {
    const [classified, segmented] = await Promise.all(
      ["classify", "segment"].map((task) => ask(task, sound.blob, sound.name)));
    Object.assign(sound, { classified, segmented, state: "done" });
  } catch (problem) {
    Object.assign(sound, { problem: problem.message, state: "failed" });
  }
  working -= 1;
  if (sounds.includes(sound)) announce(spokenAnswer(sound));
  changed();
  next();
}

function changed() {
  changes.dispatchEvent(new Event("change"));
}
