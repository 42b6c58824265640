"""Files as phones and browsers write them, made by PyAV while the tests run."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import av
import numpy as np
import pytest

Encode = Callable[..., bytes]


@pytest.fixture(scope="session")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> Encode:
    """Encode float samples, shape (n,) or (n, channels), with a codec into a container."""

    def encode(
        samples: np.ndarray,
        rate_hz: int,
        container: str,
        codec: str,
        muxer: Mapping[str, str] | None = None,
        **options: str,
    ) -> bytes:
        channels = samples.reshape(len(samples), -1).astype(np.float32)
        layout = "mono" if channels.shape[1] == 1 else "stereo"
        place = tmp_path_factory.mktemp("encoded") / "sound"  # some muxers open it a second time
        with av.open(str(place), "w", format=container, options=dict(muxer or {})) as out:
            stream = out.add_stream(codec, rate=rate_hz, layout=layout, options=options)
            frame = av.AudioFrame.from_ndarray(channels.T.copy(), format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate_hz, 0
            frame.time_base = Fraction(1, rate_hz)
            resampler = av.AudioResampler(
                stream.codec_context.format, layout, rate_hz, stream.codec_context.frame_size
            )
            for piece in [*resampler.resample(frame), *resampler.resample(None)]:
                out.mux(stream.encode(piece))
            out.mux(stream.encode(None))
        return place.read_bytes()

    return encode
