// What the answers mean, in plain words.

import { percent } from "./element.js";

const VERDICTS = {
  normal: {
    title: "Normal",
    means: "Heart sounds without a murmur. Extra sounds and early beats count as normal here.",
  },
  murmur: {
    title: "Murmur",
    means: "A murmur: noise between the heart sounds, as turbulent blood makes it. Many murmurs are innocent; "
      + "only an examination can tell.",
  },
  artifact: {
    title: "Artifact",
    means: "Mostly something other than a heart: rubbing, voices, feedback or silence. Record again in a quiet "
      + "room, and hold the microphone still.",
  },
};
/** What a model is: the first sentence of its card. */
export function excerptOf(card) {
  const first = card.split("\n\n").find((part) => part && !part.startsWith("#")) ?? "";
  return plain(first.replace(/[^.]*:$/, "").trim().split(/(?<=\.)\s/)[0]);
}

/** The points of its card's section on limits. */
export function limitsOf(card) {
  const [, after = ""] = card.split(/^## Limits$/m);
  return after.split(/^## /m)[0].split(/^- /m).map((point) => plain(point.trim())).filter(Boolean);
}

/** A line of Markdown as it is read: lines joined, no marks of code. */
function plain(text) {
  return text.replace(/\s+/g, " ").replaceAll("`", "");
}

const POOR_FROM = 0.5;
const ROLES = ["normal", "murmur", "artifact", "extrahls", "extrastole"];

/** Title of a class. */
export function titleOf(label) {
  return VERDICTS[label]?.title ?? label;
}

/** Role in the palette of a class. */
export function roleOf(label) {
  return ROLES.includes(label) ? label : "spare-1";
}

/** What was answered, in a word, with its role. */
export function verdictOf(sound) {
  const answer = sound.classified;
  if (sound.state === "waiting") return ["Waiting", "unlabelled"];
  if (sound.state === "working") return ["Listening …", "unlabelled"];
  if (sound.state === "failed") return ["No answer", "warn"];
  if (answer.status === "refused") return ["Refused", "warn"];
  if (answer.status === "error") return ["Not readable", "warn"];
  return [`${titleOf(answer.label)}${answer.sure === false ? ", unsure" : ""}`, roleOf(answer.label)];
}

/** What the verdict means. */
export function meaningOf(label) {
  return VERDICTS[label]?.means ?? "";
}

/** What the probability means. The model says whether it is sure, if it knows. */
export function sureness({ confidence, sure }) {
  const of100 = Math.min(99, Math.round(confidence * 100));
  const advice = sure === false
    ? " The model is unsure: nine in ten recordings got a surer answer. Record again, or elsewhere on the chest." : "";
  return `Of 100 recordings judged this surely, about ${of100} are what the model says, as long as they are like `
    + `those it was tested on.${advice}`;
}

/** A refusal, split at what to do. */
export function reasonAndAdvice(answer) {
  const [reason, ...advice] = answer.reason.replace(`${answer.path}: `, "").split("; ");
  // The service's sentences begin with the file: "visit-3.wav: is empty …".
  const isAboutFile = answer.status === "error" && /^[a-z]+s /.test(reason);
  return [sentence(isAboutFile ? `the file ${reason}` : reason), sentence(advice.join("; "))];
}

/** How well the last seconds can be judged: (words, role). */
export function liveQuality({ status, reason, label, answers, notes }) {
  if (status !== "ok") return [briefly(reason), "warn"];
  if (label === "artifact") return ["No heart heard: move the microphone, hold still", "warn"];
  if (answers?.quality?.poor >= POOR_FROM) return ["Poor: press closer, or find a quieter room", "warn"];
  return notes.length ? [briefly(notes[0]), "artifact"] : ["Good", "normal"];
}

/** A finding of the quality gate ("kind: what was found; what to do") without its figures. */
function briefly(finding) {
  const kind = finding.split(": ")[0];
  const advice = finding.includes("; ") ? `: ${finding.split("; ").at(-1)}` : "";
  return `${kind[0].toUpperCase()}${kind.slice(1)}${advice}`;
}

/** The further answers, each (question, share, role, text). */
export function furtherOf(answer) {
  const { murmur, refer, quality, beats } = answer.answers ?? {};
  const told = [];
  if (murmur) told.push(["Murmur audible", murmur.present, "murmur"]);
  if (refer) told.push(["Examine further", refer.abnormal, "extrahls"]);
  if (quality) told.push(["Too poor to tell", quality.poor, "artifact"]);
  if (beats) told.push(["Beats unclear", beats.unclear, "artifact"]);
  return told;
}

/** One line for those who listen to the page. */
export function spokenAnswer(sound) {
  const answer = sound.classified;
  if (sound.state === "failed") return `${sound.name}: no answer. ${sound.problem}`;
  if (answer.status !== "ok") return `${sound.name}: ${verdictOf(sound)[0]}. ${answer.reason}`;
  return `${sound.name}: ${verdictOf(sound)[0]}, ${percent(answer.confidence)}`;
}

function sentence(text) {
  return text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "";
}
