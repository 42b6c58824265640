// The microphone, as it is: voice processing off, and checked to be off.
//
// Browsers shape a microphone for speech. With Chromium's defaults the path loses 66 dB at 20 Hz and
// 29 dB at 40 Hz, where the heart is; with the three switches off it is flat
// (docs/results/microphone.md).

const PROCESSING = {
  echoCancellation: "echo cancellation",
  noiseSuppression: "noise suppression",
  autoGainControl: "automatic gain",
};

/** Open it. `hear` is given pieces of samples (Float32Array).
 *  Returns { rateHz, warnings, close }; throws an Error whose message says what to do. */
export async function openMicrophone(hear) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Error("This address may not use the microphone: browsers allow it on https:// and on localhost only. "
      + "Record with another app and choose the file.");
  }
  const off = Object.fromEntries(Object.keys(PROCESSING).map((name) => [name, false]));
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { ...off, channelCount: 1 } }).catch(refused);
  const [track] = stream.getAudioTracks();
  const context = new AudioContext();
  await context.audioWorklet.addModule(new URL("./capture-worklet.js", import.meta.url)).catch(() => {
    track.stop();
    throw new Error("The recorder could not be loaded; is auscult serve still running?");
  });
  const capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
  capture.port.onmessage = ({ data }) => hear(data);
  context.createMediaStreamSource(stream).connect(capture);
  await context.resume();
  return {
    rateHz: context.sampleRate,
    warnings: warningsOf(track.getSettings()),
    close() {
      track.stop();
      return context.close();
    },
  };
}

/** What the track says of itself, as sentences to be shown; none if all is well. */
export function warningsOf(settings) {
  const those = (test) => Object.entries(PROCESSING).filter(([key]) => test(settings[key])).map(([, name]) => name);
  const on = those((value) => value === true || typeof value === "string");
  const unknown = those((value) => value === undefined);
  const warnings = [];
  if (on.length) {
    const named = list(on);
    warnings.push(`${named[0].toUpperCase()}${named.slice(1)} could not be switched off. Heart sounds lie where such processing cuts; `
      + "do not trust the answer. Another browser may help.");
  }
  if (unknown.length) warnings.push(`This browser does not tell whether ${list(unknown)} is off.`);
  return warnings;
}

function list(names) {
  return new Intl.ListFormat("en").format(names);
}

function refused(error) {
  const told = {
    NotAllowedError: "The microphone was not allowed. Allow it in the address bar and try again.",
    NotFoundError: "No microphone was found. Plug one in and try again.",
    NotReadableError: "The microphone is in use by another program. Close that and try again.",
  };
  throw new Error(told[error.name] ?? `The microphone could not be opened (${error.name}).`);
}
