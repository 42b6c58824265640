"""The pictures of the page that README and docs show, taken in headless Chromium.

``page.png`` and ``page-dark.png``: a synthetic murmur judged and explained, 1,216 px wide.
``page-phone.png``: the beginning of the same on a phone. ``page-recording.png``: a phone while it
records. Nothing in them is drawn by hand; make them anew whenever page or model change.

Run: python benchmarks/pictures.py
"""

import argparse
import re
import tempfile
from pathlib import Path
from typing import Any

from browser import Bench, benches, explain, judge
from PIL import Image

WIDE_PX = {"width": 1216, "height": 900}
PHONE_PX = {"width": 390, "height": 844}
PHONE_SCALE = 1.5
PHONE_SHOWN_PX = 1210
HEARD_S = 6.0
COLOURS = 256


def judged(page: Any, sound: Path) -> None:
    """Show a sound with its explanation, the cursor at its beginning."""
    judge(page, sound)
    explain(page)
    page.locator(".average path.middle").wait_for()
    page.wait_for_timeout(500)  # the spectrogram is painted after it is laid out


def recorded(page: Any) -> None:
    """Show a recording under way, with some beats found."""
    page.get_by_role("button", name="Record", exact=True).click()
    page.locator(".live-rate", has_text=re.compile(r"\d")).wait_for()
    page.wait_for_timeout(1000 * HEARD_S)


def take(bench: Bench, out: Path) -> list[Path]:
    """Take the pictures; return their files."""
    sound = bench.sound("mitral-regurgitation", 4_000)
    heart = bench.sound("normal", 48_000)
    made = []
    for name, scheme in (("page.png", "light"), ("page-dark.png", "dark")):
        with bench.page(heart, viewport=WIDE_PX, color_scheme=scheme) as page:
            judged(page, sound)
            page.screenshot(path=out / name, full_page=True)
        made.append(out / name)
    phone = {"viewport": PHONE_PX, "device_scale_factor": PHONE_SCALE}
    with bench.page(heart, **phone) as page:
        judged(page, sound)
        clip = {"x": 0, "y": 0, "width": PHONE_PX["width"], "height": PHONE_SHOWN_PX}
        page.screenshot(path=out / "page-phone.png", full_page=True, clip=clip)
    with bench.page(heart, color_scheme="dark", **phone) as page:
        recorded(page)
        page.screenshot(path=out / "page-recording.png", full_page=True, clip=clip)
    return [*made, out / "page-phone.png", out / "page-recording.png"]


def main() -> None:
    """Take them and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/img"), help="folder for pictures")
    out = parser.parse_args().out
    with tempfile.TemporaryDirectory() as place, benches(Path(place)) as bench:
        for path in take(bench, out):
            Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
            print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
