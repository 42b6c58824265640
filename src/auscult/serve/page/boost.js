// Heart sounds on small speakers.
//
// Most of a heart sound lies below 150 Hz, where a laptop or a phone is silent. Rectifying that
// band doubles its pitch (|sin x| repeats twice as often), in step with the original; what lies
// above is raised and passed on. It is for the ear only: no picture and no answer changes.

const BAND_HZ = 180;

/** Put a switch between the media element and the speakers: `set(true)` turns the boost on. */
export class Boost {
  constructor(media) {
    this.media = media;
    this.isOn = false;
  }

  set(isOn) {
    this.isOn = isOn;
    // A sound that was never boosted goes straight to the speakers, untouched.
    if (!this.context) {
      if (!isOn) return;
      this.build();
    }
    this.context.resume();
    this.plain.gain.value = isOn ? 0 : 1;
    this.boosted.gain.value = isOn ? 1 : 0;
  }

  build() {
    const context = new AudioContext();
    const make = (kind, settings) => {
      const node = context[`create${kind}`]();
      for (const [key, value] of Object.entries(settings)) {
        if (node[key] instanceof AudioParam) node[key].value = value;
        else node[key] = value;
      }
      return node;
    };
    const chain = (...nodes) => nodes.reduce((from, to) => from.connect(to));
    const source = context.createMediaElementSource(this.media);
    this.context = context;
    this.plain = make("Gain", { gain: 1 });
    this.boosted = make("Gain", { gain: 0 });
    const limiter = make("DynamicsCompressor", { threshold: -14, ratio: 12, attack: 0.002, release: 0.12 });
    chain(source, this.plain, context.destination);
    chain(source,
      make("BiquadFilter", { type: "lowpass", frequency: BAND_HZ }),
      make("WaveShaper", { curve: rectifier(), oversample: "4x" }),
      make("BiquadFilter", { type: "highpass", frequency: 40 }), // rectifying leaves a constant behind
      make("Gain", { gain: 5 }),
      limiter);
    chain(source, make("BiquadFilter", { type: "highshelf", frequency: BAND_HZ, gain: 12 }), limiter);
    chain(limiter, this.boosted, context.destination);
  }

  close() {
    this.context?.close();
  }
}

function rectifier() {
  const n = 1025;
  return Float32Array.from({ length: n }, (_, i) => Math.abs((2 * i) / (n - 1) - 1));
}
