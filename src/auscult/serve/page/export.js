// Answers as files: JSON with everything, CSV with one line a sound.

import { h } from "./element.js";

/** Save all that is known of `sounds` as JSON. */
export function saveJson(sounds, name) {
  const results = sounds.map(({ name: file, state, problem, notes, classified, segmented }) => (
    { file, state, ...(problem ? { problem } : {}), notes, classified, segmented }));
  save(`${name}.json`, "application/json", JSON.stringify({ made: new Date().toISOString(), results }, null, 2));
}

/** Save one line a sound: the columns of `auscult classify --beats --out`, then more of the rhythm. */
export function saveCsv(sounds, name) {
  const rows = sounds.map(rowOf);
  // A sound that was not opened has no probabilities: the columns between the others come from all.
  const scores = [...new Set(rows.flatMap(Object.keys))].filter((key) => /^p5?_/.test(key));
  const header = [...BEFORE, ...scores, ...AFTER];
  const lines = [header, ...rows.map((row) => header.map((key) => row[key] ?? ""))];
  save(`${name}.csv`, "text/csv", `${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`);
}

/** Save text as a file. */
export function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const BEFORE = ["path", "status", "reason", "label"];
const AFTER = ["heart_rate_bpm", "n_beats", "sure", "duration_s", "rate_hz", "model", "notes",
  "heart_rate_low_bpm", "heart_rate_high_bpm", "systole_ms", "diastole_ms"];

function rowOf({ name, state, problem, notes, classified, segmented }) {
  const { probabilities = {}, answers = {} } = classified ?? {};
  const { rhythm } = segmented ?? {};
  return {
    path: name,
    status: state === "done" ? classified.status : "error",
    reason: problem ?? classified?.reason,
    label: classified?.label,
    ...named("p", probabilities),
    ...(answers.refer ? { p_abnormal: answers.refer.abnormal } : {}),
    ...(answers.murmur ? { p_murmur_audible: answers.murmur.present } : {}),
    ...(answers.quality ? { p_poor_quality: answers.quality.poor } : {}),
    ...(answers.beats ? { p_unclear_beats: answers.beats.unclear } : {}),
    ...named("p5", answers.heard5 ?? {}),
    sure: { true: "yes", false: "no" }[classified?.sure],
    duration_s: classified?.duration_s,
    rate_hz: classified?.rate_hz,
    model: classified?.model,
    notes: classified && [...classified.notes, ...notes].join(" | "),
    heart_rate_bpm: rhythm?.rate_bpm,
    heart_rate_low_bpm: rhythm?.rate_low_bpm,
    heart_rate_high_bpm: rhythm?.rate_high_bpm,
    n_beats: rhythm?.n_beats,
    systole_ms: rhythm?.systole_ms,
    diastole_ms: rhythm?.diastole_ms,
  };
}

function named(prefix, shares) {
  return Object.fromEntries(Object.entries(shares).map(([label, share]) => [`${prefix}_${label}`, share]));
}

function cell(value) {
  const text = String(value);
  // A spreadsheet runs text that begins like this as a formula; a file name may.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
