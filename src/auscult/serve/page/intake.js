// How sounds come in: dropped, chosen, recorded.

import { filesOf } from "./dropped.js";
import { announce, button, h } from "./element.js";
import { recorder } from "./recorder.js";
import { referenceSound } from "./service.js";
import { add } from "./sounds.js";

const SAMPLES = [
  ["normal", "A normal heart", "Two sounds a beat, silence between them"],
  ["mitral-regurgitation", "A leaking mitral valve", "Blows through the whole of systole"],
  ["continuous", "An open ductus", "Like a machine, without a break"],
  ["artifact-speech", "No heart at all", "Somebody speaks"],
];

/** Return the two panels; call `leave` when they go. */
export function intake() {
  const record = recorder((made) => add([made]));
  const field = h("input", {
    type: "file", multiple: true, id: "files", class: "unseen", tabindex: -1, "aria-hidden": "true",
    accept: "audio/*,.wav,.flac,.ogg,.mp3,.m4a,.aac,.aif,.aiff,.webm", onchange: () => {
      take(field.files);
      field.value = "";
    },
  });
  const panels = h("div", { class: "intake" },
    h("div", { class: "panel drop" },
      h("h2", {}, "Recordings"),
      h("p", {}, "Drop sound files or whole folders anywhere on this page."),
      h("p", { class: "hint" }, "WAV, FLAC, OGG, MP3, AIFF, M4A or WebM. Ten seconds are plenty."),
      h("p", { class: "problem", role: "alert", hidden: true }),
      h("div", { class: "actions" },
        button("Choose files", () => field.click(), { class: "main" }), field)),
    record);
  panels.leave = record.leave;
  return panels;
}

/** Return a row of synthetic sounds, for whoever has none: one press judges it. */
export function samples() {
  return [h("h2", { class: "samples-title" }, "No recording at hand? These are synthetic."),
    h("ul", { class: "samples" }, SAMPLES.map(([name, title, about]) => h("li", {}, h("button", {
      type: "button",
      onclick: async () => {
        add([{ blob: await referenceSound(name), name: `${name}.wav`, notes: ["synthetic"] }]);
        document.getElementById("detail-title")?.focus(); // the samples make room for it
      },
    }, title, h("small", {}, about)))))];
}

/** Take what is dropped anywhere. */
export function takeDrops() {
  const isFiles = (event) => event.dataTransfer?.types.includes("Files");
  const mark = (on) => document.body.classList.toggle("dropping", on);
  document.addEventListener("dragover", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  document.addEventListener("drop", (event) => {
    if (!isFiles(event)) return;
    event.preventDefault();
    mark(false);
    Promise.all([filesOf(event.dataTransfer), firstPage()])
      .then(([files]) => take(files), () => tell("What was dropped could not be read. Choose the files instead."));
  });
}

/** Go to the page where sounds are listed; resolves when it is shown. */
function firstPage() {
  if (["", "#listen"].includes(location.hash)) return null;
  const shown = new Promise((resolve) => { addEventListener("hashchange", resolve, { once: true }); });
  location.hash = "#listen";
  return shown;
}

function take(files) {
  tell(files.length ? "" : "No sound files were found in what was dropped.");
  if (!files.length) return;
  add([...files].map((file) => ({ blob: file, name: file.name })));
  announce(files.length === 1 ? `${files[0].name} is being judged.` : `${files.length} sounds are being judged.`);
}

/** Say what went wrong, or with "" that nothing did. */
function tell(problem) {
  const place = document.querySelector(".drop .problem");
  if (place) Object.assign(place, { textContent: problem, hidden: !problem });
}
