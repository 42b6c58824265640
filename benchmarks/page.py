"""The page of `auscult serve` as a browser has it, in headless Chromium.

- Hearts of known rate and kind, recorded through the fake microphone: the heart rate shown live,
  and that and the verdict of the finished recording.
- What axe-core says of every view, light and dark, at 390 and 1,440 px; what is wider than the
  screen; what is fetched, and from whom.
- Unless `--untimed`: how long a reader waits. Medians of five; the machine should be idle.

Prints tables and writes ``page.json`` and ``page.md``. Needs `make setup-browser`.

Run: python benchmarks/page.py
"""

import argparse
import json
import os
import platform
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from browser import Bench, benches, explain, judge, ready

from auscult.pool import n_cores
from auscult.training.card import markdown_table

RATE_HZ = 48_000
HEARTS = (
    ("normal", 52, "normal"),
    ("normal", 72, "normal"),
    ("normal-child", 118, "normal"),
    ("mitral-regurgitation", 80, "murmur"),
    ("artifact-music", None, "artifact"),
)
HEARD_S = 12.0
VIEWS = ("#listen", "#library", "#quiz", "#about")
SCREENS_PX = ((390, 844), (1440, 900))
ROUNDS = 5
ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "tests" / "page" / "vendor" / "axe.min.js"
BPM = re.compile(r"\d+\s+bpm")


def live(bench: Bench) -> list[dict[str, Any]]:
    """Return what the page shows of each heart while it records, and afterwards."""
    told = []
    for preset, rate_bpm, label in HEARTS:
        changed: dict[str, float] = {"duration_s": 2 * HEARD_S}
        if rate_bpm is not None:
            changed["heart_rate_bpm"] = rate_bpm
        sound, true_bpm = bench.sound_and_rate(preset, RATE_HZ, **changed)
        with bench.page(sound) as page:
            page.get_by_role("button", name="Record", exact=True).click()
            page.get_by_role("button", name="Stop").wait_for()
            page.wait_for_timeout(1_000 * HEARD_S)
            shown = [page.locator(name).inner_text() for name in (".live-rate", ".live-quality")]
            page.get_by_role("button", name="Stop").click()
            page.locator(".detail .verdict").wait_for()
            tiles = page.locator(".detail .tiles")
            after = tiles.inner_text() if tiles.count() else ""
            verdict = page.locator(".verdict .big").inner_text()
        after_bpm = re.search(r"Heart rate\s*(\d+)", after)
        told.append(
            {
                "sound": preset,
                "true_bpm": true_bpm,
                "live_bpm": bpm_of(shown[0]),
                "quality": shown[1],
                "after_bpm": int(after_bpm[1]) if after_bpm else None,
                "verdict": verdict,
                "right": verdict.lower() == label,
            }
        )
    return told


def bpm_of(text: str) -> int | None:
    """Return the number in front of “bpm”."""
    return int(text.split(maxsplit=1)[0]) if BPM.search(text) else None


def looked_at(bench: Bench, sound: Path) -> list[dict[str, Any]]:
    """Return what axe finds in every view, and what is wider than the screen."""
    told = []
    for scheme in ("light", "dark"):
        for width, height in SCREENS_PX:
            size = {"width": width, "height": height}
            with bench.page(sound, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
                page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
                for view in (*VIEWS, "a sound judged and explained"):
                    if view in VIEWS:
                        page.evaluate("name => { location.hash = name; }", view)
                        page.wait_for_timeout(300)
                    else:
                        page.evaluate("() => { location.hash = '#listen'; }")
                        judge(page, sound)
                        explain(page)
                    told.append({"view": view, "scheme": scheme, "width": width, **faults(page)})
    return told


def faults(page: Any) -> dict[str, Any]:
    """Return how many rules axe finds broken and kept, and how far the view is too wide."""
    run = """async () => {
      const { violations, passes } = await axe.run(document);
      const { scrollWidth, clientWidth } = document.documentElement;
      return { broken: violations.map(({ id, impact }) => `${impact}: ${id}`),
               kept: passes.length, over_px: scrollWidth - clientWidth };
    }"""
    found: dict[str, Any] = page.evaluate(run)
    return found


def fetched(bench: Bench, sound: Path) -> dict[str, Any]:
    """Return what a first visit fetches until a sound is judged: requests, kilobytes, hosts."""
    with bench.page(sound) as page:
        asked: list[Any] = []
        page.on("requestfinished", lambda request: asked.append(request))  # noqa: PLW0108
        page.reload()
        ready(page)
        page.wait_for_timeout(300)
        n_opening = len(asked)
        n_bytes = sum(request.sizes()["responseBodySize"] for request in asked[:n_opening])
        judge(page, sound)
    hosts = {request.url.split("/")[2] for request in asked if request.url.startswith("http")}
    return {
        "requests": n_opening,
        "kb": round(n_bytes / 1000),
        "other_hosts": sorted(hosts - {bench.address.split("/")[2]}),
    }


def waits(bench: Bench, sound: Path) -> dict[str, float]:
    """Return the median seconds of what a reader waits for."""

    def opened_anew(page: Any) -> None:
        page.reload()
        ready(page)

    def first_live(page: Any) -> None:
        page.get_by_role("button", name="Record", exact=True).click()
        page.locator(".live-rate", has_text=BPM).wait_for()

    steps: Mapping[str, Callable[[Any], object]] = {
        "the page, opened anew": opened_anew,
        "a file of ten seconds: verdict and marked picture": lambda page: judge(page, sound),
        "why this answer": explain,
        "Record: the first heart rate": first_live,
    }
    took: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        with bench.page(sound) as page:
            for name, step in steps.items():
                start_s = time.perf_counter()
                step(page)
                took[name].append(time.perf_counter() - start_s)
    return {name: statistics.median(seconds) for name, seconds in took.items()}


def report(told: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    hearts = [
        [
            "–" if one[key] is None else str(one[key])
            for key in ("sound", "true_bpm", "live_bpm", "after_bpm", "quality", "verdict")
        ]
        for one in told["live"]
    ]
    views = told["looked_at"]
    broken = sorted({f"{each} ({one['view']})" for one in views for each in one["broken"]})
    fetched = told["fetched"]
    waited = (
        [f"- {name}: {seconds:.1f} s" for name, seconds in told["waits"].items()]
        if "waits" in told
        else ["- not measured; `python benchmarks/page.py` on an idle machine does."]
    )
    return f"""# The page in a browser

Headless Chromium {told["chromium"]}, synthetic sounds, everything on one machine.

## Hearts recorded through the page

{HEARD_S:g} s each. Live: as shown when Stop is pressed; after: of the finished recording.

{markdown_table(["sound", "true bpm", "live", "after", "live quality", "verdict"], hearts)}

## Every view, light and dark, at {" and ".join(str(w) for w, _ in SCREENS_PX)} px

- {len(views)} views looked at; axe-core's rules broken: {", ".join(broken) or "none"}; kept, on \
average: {statistics.mean(one["kept"] for one in views):.0f}.
- Wider than the screen: {sum(one["over_px"] > 0 for one in views)} of {len(views)}.
- Opening it fetches {fetched["requests"]} files, {fetched["kb"]} kB; from other hosts, up to the \
verdict on a sound: {", ".join(fetched["other_hosts"]) or "nothing"}.

## What a reader waits for

{chr(10).join(waited)}

{told["machine"]}; load average over the quarter of an hour before: {told["busy_before"]:.1f}.

Written by `python benchmarks/page.py`.
"""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("docs/results"), help="folder for results")
    parser.add_argument("--untimed", action="store_true", help="leave out how long things take")
    options = parser.parse_args()
    told: dict[str, Any] = {
        "busy_before": os.getloadavg()[2],
        "machine": f"{n_cores()} cores, {platform.machine()}, Python {platform.python_version()}",
    }
    with tempfile.TemporaryDirectory() as place, benches(Path(place)) as bench:
        sound = bench.sound("mitral-regurgitation", 4_000)
        if not options.untimed:
            told["waits"] = waits(bench, sound)
        told |= {
            "live": live(bench),
            "looked_at": looked_at(bench, sound),
            "fetched": fetched(bench, sound),
        }
        told["chromium"] = bench.version
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "page.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    (options.out / "page.md").write_text(report(told), encoding="utf-8")
    print(report(told))
    if any(one["broken"] or one["over_px"] for one in told["looked_at"]):
        sys.exit("a view has faults")


if __name__ == "__main__":
    main()
