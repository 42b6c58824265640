// What is dropped: files, and the sounds in folders, however deep.

const SOUND = /\.(wav|flac|ogg|oga|opus|mp3|m4a|mp4|aac|aif|aiff|aifc|caf|webm|mka|amr|3gp)$/i;

/** Return the files of a drop. Files are taken as they are; of a folder only what is called as sounds are. */
export async function filesOf(dataTransfer) {
  // Both are asked for before anything is awaited: the browser takes them back after the event.
  const entries = [...dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [...dataTransfer.files];
  if (!entries.some(({ isDirectory }) => isDirectory)) return files;
  return (await Promise.all(entries.map(inside))).flat();
}

async function inside(entry) {
  if (entry.isFile) return [await asked((...answers) => entry.file(...answers))];
  const found = [];
  const reader = entry.createReader();
  // A reader tells a hundred at a time, and nothing when it has told all.
  for (let some = null; some === null || some.length;) {
    some = await asked((...answers) => reader.readEntries(...answers));
    found.push(...some);
  }
  const wanted = found.filter(({ isDirectory, name }) => isDirectory || (SOUND.test(name) && !name.startsWith(".")));
  wanted.sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(wanted.map(inside))).flat();
}

/** Turn a function with two callbacks into a promise. */
function asked(ask) {
  return new Promise((resolve, reject) => { ask(resolve, reject); });
}
