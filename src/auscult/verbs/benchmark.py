"""Benchmark: a model, a dataset and a protocol → figures that can be compared.

Training goes through the code of ``auscult train``, fold by fold, and a broken run continues. A
bundle that comes as it is (:class:`auscult.verbs.zero_shot.ZeroShot`) is only asked. Where the
dataset's challenge judges patients, recordings that do not answer the question (murmur unknown,
murmur elsewhere) are divided and scored too, but nothing is learned from their labels.
"""

from dataclasses import replace
from pathlib import Path

from auscult.evaluation import Evaluation, evaluate
from auscult.evaluation.benchmark import Benchmark
from auscult.evaluation.contest import score_contest
from auscult.progress import Progress, Silent
from auscult.reports import benchmark_page, save_page
from auscult.splits import PROTOCOLS
from auscult.training.run_folder import RunFolder
from auscult.verbs.benchmark_task import Division, Options, Task, plan
from auscult.verbs.contests import Contest, Heard
from auscult.verbs.predictions import (
    audio_free_answers,
    guessers_for,
    known_without_hearing,
    model_answers,
    predictions_table,
)


def benchmark(
    path: str | Path,
    options: Options,
    out: str | Path,
    progress: Progress | None = None,
    *,
    division: Division | None = None,
    cache: str | Path | None = None,
    n_bootstrap: int = 1000,
) -> Benchmark:
    """Run ``options.model`` on the dataset at ``path``; leave everything found in ``out``.

    Parameters
    ----------
    division
        Files that say how to divide; by default ``options.protocol`` needs none.
    cache
        Folder in which the features of all recordings are kept for other runs; by default each run
        keeps its own.
    n_bootstrap
        Resamples behind each interval.

    Raises
    ------
    AuscultError
        If the dataset, the options, the files or the folder do not allow it.
    """
    progress = progress or Silent()
    task = plan(path, options, division or Division())
    folder, data, warnings = RunFolder(Path(out)), task.data(), task.warnings()
    folder.start(task.options, data)
    split_hash = folder.write_splits(task.splits, warnings)
    for sentence in warnings:
        progress.say(f"warning: {sentence}")
    place = folder.path if cache is None else Path(cache)
    scores, folds = task.ask(folder, place, data["hash"], progress)
    known = known_without_hearing(task.entries, task.rows, task.classes)
    answers = model_answers(task.options, task.splits, scores)
    answers += audio_free_answers(task.options, task.splits, known, guessers_for(known.values()))
    table = predictions_table(task.options, task.rows, answers, split_hash)
    table.write(folder.path / "predictions.csv")
    progress.say("scoring")
    title = f"{task.options.model} on {task.dataset.card.title}: {task.options.question}"
    recordings = evaluate(
        table,
        title=title,
        protocol=PROTOCOLS[task.options.protocol].words,
        warnings=tuple(warnings),
        n_bootstrap=n_bootstrap,
        facets=task.facets(),
    )
    result = Benchmark(
        dataset=task.dataset.card.name,
        question=task.options.question,
        model=task.options.model,
        cautions=tuple(warnings),
        recordings=recordings,
        hashes=_hashes(task, data["hash"], recordings),
    )
    if task.contest is not None:
        heard = Heard(task.options.model, task.options.classes, known, folds, table)
        result = _contested(result, task.contest, heard, folder, n_bootstrap)
    folder.write_json("result.json", result.to_json())
    save_page(benchmark_page(result), folder.path / "report.html")
    return result


def _hashes(task: Task, data_hash: str, recordings: Evaluation) -> dict[str, str]:
    told = {
        "data": data_hash,
        "split": recordings.split_hash,
        "model": recordings.model_hash,
    }
    return told | ({"published table": task.published.sha256} if task.published else {})


def _contested(
    result: Benchmark, contest: Contest, heard: Heard, folder: RunFolder, n_bootstrap: int
) -> Benchmark:
    """Enter the challenge; keep a table of patients where it judges those."""
    entered = contest.enter(heard)
    scored = score_contest(
        contest.challenge,
        entered.decisions,
        rule=contest.rule,
        remarks=entered.remarks,
        n_bootstrap=n_bootstrap,
    )
    if entered.patients is None:
        return replace(result, contest=scored)
    entered.patients.write(folder.path / "patients.csv")
    patients = evaluate(
        entered.patients,
        title=f"{result.recordings.title}, by patient",
        protocol=result.recordings.protocol,
        n_bootstrap=n_bootstrap,
    )
    return replace(result, contest=scored, patients=patients)
