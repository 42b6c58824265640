"""A benchmark run as one page: the challenge's figures first, then patients, then recordings.

The page shows values that ``auscult.evaluation`` made and computes none itself.
"""

from auscult.evaluation.benchmark import Benchmark
from auscult.evaluation.contest import ContestResult
from auscult.reports.evaluation import add_figures, add_warnings, cell, deaf, provenance
from auscult.reports.markup import Html, element, join, note, table, text
from auscult.reports.page import Page


def benchmark_page(benchmark: Benchmark) -> str:
    """Return the page as HTML.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    page = Page(benchmark.recordings.title, benchmark.recordings.protocol)
    add_warnings(page, benchmark.cautions)
    if benchmark.contest is not None:
        page.section(benchmark.contest.title, *_contest(benchmark.contest))
    if benchmark.patients is not None:
        add_figures(page, benchmark.patients, "patients")
        add_figures(page, benchmark.recordings, "recordings")
    else:
        add_figures(page, benchmark.recordings)
    hashes = (
        text(element("strong", name.capitalize()), ": ", element("code", value))
        for name, value in benchmark.hashes.items()
    )
    page.section("Provenance", *hashes, *provenance(benchmark.recordings)[3:])
    return page.html()


def _contest(contest: ContestResult) -> list[Html]:
    undefined = _undefined(contest)
    model, *guessers = contest.systems
    rows = (
        [
            join(label, element("small", f"{contest.better[name]} is better")),
            *(cell(figures[name]) for figures in contest.systems.values()),
        ]
        for name, label in contest.labels.items()
        if name not in undefined
    )
    counts = f"{contest.n_rows:,} rows (a row is {contest.row}) of {contest.n_groups:,} groups"
    return [
        text("From scores to answers: ", contest.rule, "."),
        table(
            f"The challenge's own figures, {counts}",
            ["Figure", model, *map(deaf, guessers)],
            rows,
        ),
        _confusion(contest),
        *(note(reason) for reason in undefined.values()),
        *(note(remark) for remark in contest.remarks),
    ]


def _undefined(contest: ContestResult) -> dict[str, str]:
    """Return figure → reason, of figures that no system has; one note says it for all of them."""
    return {
        name: next(iter(contest.systems.values()))[name].reason
        for name in contest.labels
        if all(figures[name].value is None for figures in contest.systems.values())
    }


def _confusion(contest: ContestResult) -> Html:
    name, counts = next(iter(contest.confusion.items()))
    header = ["Truth", *(f"answered {label}" for label in next(iter(counts.values())))]
    rows = ([truth, *(f"{n:,}" for n in row.values())] for truth, row in counts.items())
    return table(f"{name}: truth and answer, over all repeats", header, rows)
