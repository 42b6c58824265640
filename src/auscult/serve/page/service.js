// Asking the service: one function a route, problems as errors, a token where one is wanted.

import { askForToken } from "./token.js";
import { decodedToWav } from "./wav.js";

const MOST_TRIES = 8;
let known = "";

/** The token to be sent where a request has no header: in the first message of a socket. */
export function token() {
  return known;
}

/** Ask the reader for the token, or for another one; returns "" for no answer. */
export async function renewToken() {
  known = await askForToken(known !== "");
  return known;
}

/** Where live sound is heard. */
export function streamAddress() {
  const address = new URL("v1/stream", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  address.hash = "";
  return address;
}

/** Why the service gave no answer: its own sentence. */
export class Problem extends Error {
  constructor(title, status, detail) {
    super(detail);
    this.title = title;
    this.status = status;
  }
}

/** Ask for "classify" or "segment" of one sound. An unreadable sound is an answer too. */
export async function ask(task, blob, name) {
  const response = await send(`v1/${task}`, () => ({ method: "POST", body: form(blob, name) }));
  const told = await response.json();
  if (told.results?.length) {
    if (told.title !== "MissingExtraError") return told.results[0];
    // The service cannot decode this kind; the browser often can.
    const wav = await decodedToWav(blob).catch(() => null);
    return wav ? ask(task, wav, name) : told.results[0];
  }
  throw new Problem(told.title, response.status, told.detail);
}

/** Return what a GET route tells. */
export async function get(path) {
  const response = await send(path, () => ({}));
  if (response.ok) return response.json();
  const told = await response.json();
  throw new Problem(told.title, response.status, told.detail);
}

/** Return the take `seed` of a reference sound, as a blob. */
export async function referenceSound(name, seed = 1) {
  const response = await send(`v1/reference/${name}.wav?seed=${seed}`, () => ({}));
  if (!response.ok) throw new Problem("reference", response.status, "the sound could not be fetched");
  return response.blob();
}

function form(blob, name) {
  const data = new FormData();
  data.append("file", blob, name);
  return data;
}

async function send(path, request) {
  for (let tries = 1; ; tries += 1) {
    const response = await reach(path, request());
    if (response.status === 401) {
      if (!await renewToken()) return response;
    } else if (response.status === 503 && tries < MOST_TRIES) {
      await pause(Number(response.headers.get("Retry-After") ?? 1));
    } else {
      return response;
    }
  }
}

async function reach(path, request) {
  const headers = known ? { Authorization: `Bearer ${known}` } : {};
  try {
    return await fetch(path, { ...request, headers });
  } catch {
    throw new Problem("unreachable", 0, "the service cannot be reached; is auscult serve still running?");
  }
}

function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
