// The service listens along: samples go out as they are recorded, an answer comes every second.
//
// docs/stream.md describes the socket. The recording does not depend on it: whatever goes wrong here
// is told, tried again a few times, and costs only the live figures.

import { renewToken, streamAddress, token } from "./service.js";

const BEHIND_S = 5; // more than this still to be sent, and the answers would be about the past
const PAUSES_S = [1, 2, 4];
const FORMAT = "s16le";
const BYTES = 2;

/** Hears pieces of samples (Float32Array) at `rateHz`. `update` is given every answer, its times in
 *  seconds of the recording; `trouble` a sentence, or "" when the trouble is over. */
export class Live {
  constructor(rateHz, { update, trouble }) {
    Object.assign(this, { rateHz, update, trouble, nTries: 0, nHeard: 0, isOver: false, isListening: false });
    this.open();
  }

  open() {
    const socket = new WebSocket(streamAddress());
    this.socket = socket;
    this.problem = null;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ rate_hz: this.rateHz, format: FORMAT, token: token() }));
    socket.onmessage = ({ data }) => this.take(JSON.parse(data));
    socket.onclose = () => this.closed(socket);
  }

  take(message) {
    if (message.type === "listening") {
      this.fromS = this.nHeard / this.rateHz;
      this.isListening = true;
    } else if (message.type === "problem") {
      this.problem = message;
    } else {
      this.nTries = 0;
      this.trouble("");
      const onsets = message.onsets.map(({ sound, at_s }) => ({ sound, atS: this.fromS + at_s }));
      this.update({ ...message, onsets, heardS: this.fromS + message.heard_s });
    }
  }

  /** Send a piece, if anybody listens; what is not heard live is in the recording all the same. */
  hear(piece) {
    this.nHeard += piece.length;
    if (!this.isListening || this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > BEHIND_S * this.rateHz * BYTES) {
      this.problem = { title: "behind", detail: "the connection is too slow for them" };
      this.socket.close();
      return;
    }
    this.socket.send(asIntegers(piece));
  }

  closed(socket) {
    if (this.isOver || socket !== this.socket) return;
    this.isListening = false;
    if (this.problem?.title === "TokenError") {
      renewToken().then((given) => (given ? this.open() : this.stop("no token was given")));
    } else if (this.nTries < PAUSES_S.length && this.problem?.title !== "behind") {
      this.trouble(`${why(this.problem)} Trying again; the recording goes on.`);
      this.timer = setTimeout(() => this.open(), 1000 * PAUSES_S[this.nTries]);
      this.nTries += 1;
    } else {
      this.stop(this.problem?.detail);
    }
  }

  stop(reason) {
    if (this.isOver) return;
    this.close();
    this.trouble(`${why(reason ? { detail: reason } : null)} The recording goes on, and is judged when you stop.`);
  }

  close() {
    this.isOver = true;
    clearTimeout(this.timer);
    this.socket.close();
  }
}

function why(problem) {
  return problem ? `No live figures: ${problem.detail}.` : "No live figures: the connection to the service was lost.";
}

/** Return samples in [-1, 1] as 16-bit integers, little-endian as every browser's machine is. */
function asIntegers(samples) {
  return Int16Array.from(samples, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32767)).buffer;
}
