// 16-bit WAV, one channel: written here so that the service needs no codec for its own page.

const HEADER_BYTES = 44;

/** Return `samples` (Float32Array in [-1, 1]) at `rateHz` as a WAV blob. */
export function wavOf(samples, rateHz) {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + 2 * samples.length));
  const text = (at, letters) => [...letters].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true); // bytes of the format that follows
  view.setUint16(20, 1, true); // PCM
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, rateHz, true);
  view.setUint32(28, 2 * rateHz, true); // bytes a second
  view.setUint16(32, 2, true); // bytes a frame
  view.setUint16(34, 16, true); // bits a sample
  text(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, i) => {
    const value = Math.round(Math.max(-1, Math.min(1, sample)) * 32767);
    view.setInt16(HEADER_BYTES + 2 * i, value, true);
  });
  return new Blob([view], { type: "audio/wav" });
}

/** Decode whatever this browser can, and return it as WAV: the mean of its channels. */
export async function decodedToWav(blob) {
  const context = new OfflineAudioContext(1, 1, 48000);
  const sound = await context.decodeAudioData(await blob.arrayBuffer());
  const mean = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel += 1) {
    sound.getChannelData(channel).forEach((sample, i) => { mean[i] += sample / sound.numberOfChannels; });
  }
  return wavOf(mean, sound.sampleRate);
}
