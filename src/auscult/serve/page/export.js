// Answers as files: JSON with everything, CSV with one line a sound.

import { h } from "./element.js";

/** Save all that is known of `sounds` as JSON. */
export function saveJson(sounds, name) {
  const results = sounds.map(({ name: file, state, problem, notes, classified, segmented }) => (
    { file, state, ...(problem ? { problem } : {}), notes, classified, segmented }));
  save(`${name}.json`, "application/json", JSON.stringify({ made: new Date().toISOString(), results }, null, 2));
}

/** Save one line a sound. */
export function saveCsv(sounds, name) {
  const rows = sounds.map(rowOf);
  const header = [...new Set(rows.flatMap(Object.keys))];
  const lines = [header, ...rows.map((row) => header.map((key) => row[key] ?? ""))];
  save(`${name}.csv`, "text/csv", `${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`);
}

/** Save text as a file. */
export function save(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The columns of `auscult classify --out`, and the rhythm. */
function rowOf({ name, state, problem, classified, segmented }) {
  const { probabilities = {}, answers = {} } = classified ?? {};
  const { rhythm } = segmented ?? {};
  return {
    path: name,
    status: state === "done" ? classified.status : "error",
    reason: problem ?? classified?.reason,
    label: classified?.label,
    confidence: classified?.confidence,
    ...Object.fromEntries(Object.entries(probabilities).map(([label, share]) => [`p_${label}`, share])),
    p_murmur_audible: answers.murmur?.present,
    p_abnormal: answers.refer?.abnormal,
    duration_s: classified?.duration_s,
    rate_hz: classified?.rate_hz,
    model: classified?.model,
    heart_rate_bpm: rhythm?.rate_bpm,
    heart_rate_low_bpm: rhythm?.rate_low_bpm,
    heart_rate_high_bpm: rhythm?.rate_high_bpm,
    n_beats: rhythm?.n_beats,
    systole_ms: rhythm?.systole_ms,
    diastole_ms: rhythm?.diastole_ms,
  };
}

function cell(value) {
  const text = String(value);
  // A spreadsheet runs text that begins like this as a formula; a file name may.
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
