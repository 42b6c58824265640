// Runs on the audio thread: passes on what the microphone hears, in pieces of 2,048 samples.

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.piece = new Float32Array(2048);
    this.filled = 0;
  }

  process([channels]) {
    const heard = channels[0];
    if (!heard) return true;
    this.piece.set(heard, this.filled);
    this.filled += heard.length;
    if (this.filled === this.piece.length) {
      this.port.postMessage(this.piece.slice());
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("capture", Capture);
