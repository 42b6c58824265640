"""``serve``."""

import os
from pathlib import Path
from typing import Annotated

import typer

from auscult.cli.show import errors
from auscult.errors import ConfigError, MissingExtraError
from auscult.serve.settings import Settings

TOKEN_VARIABLE = "AUSCULT_TOKEN"  # noqa: S105 - the variable's name
USUAL = Settings()


def serve(
    host: Annotated[
        str, typer.Option(help="Address; 0.0.0.0 opens the service to other machines.")
    ] = USUAL.host,
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = USUAL.port,
    model: Annotated[
        str, typer.Option(help="A name that `auscult models` lists, or a bundle's folder.")
    ] = USUAL.model,
    segmenter: Annotated[
        str, typer.Option(help="network, envelope, or the folder of a segmenter's bundle.")
    ] = USUAL.segmenter,
    token_file: Annotated[
        Path | None,
        typer.Option(help=f"File with a token that clients must send; or set {TOKEN_VARIABLE}."),
    ] = None,
    workers: Annotated[
        int, typer.Option(help="Processes that judge sounds.", show_default="one a core")
    ] = USUAL.n_workers,
    max_requests: Annotated[
        int, typer.Option(help="Uploads taken in at once; the next is told to come back.")
    ] = USUAL.max_requests,
    max_files: Annotated[int, typer.Option(help="Sounds in one request.")] = USUAL.max_files,
    max_body_mb: Annotated[
        float, typer.Option(help="Size of one request, in million bytes.")
    ] = USUAL.max_body_mb,
    max_duration_s: Annotated[
        float, typer.Option(help="Length of one sound or stream, in seconds.")
    ] = USUAL.max_duration_s,
    max_memory_mb: Annotated[
        float, typer.Option(help="Memory of one worker, in million bytes.")
    ] = USUAL.max_memory_mb,
    upload_s: Annotated[
        float, typer.Option(help="Seconds in which a request must arrive.")
    ] = USUAL.upload_s,
    answer_s: Annotated[
        float, typer.Option(help="Seconds in which it is then answered.")
    ] = USUAL.answer_s,
    max_streams: Annotated[int, typer.Option(help="Live streams at once.")] = USUAL.max_streams,
    max_frame_kb: Annotated[
        float, typer.Option(help="Size of one message of a stream, in thousand bytes.")
    ] = USUAL.max_frame_kb,
    idle_s: Annotated[
        float, typer.Option(help="Seconds that a stream may be silent.")
    ] = USUAL.idle_s,
) -> None:
    """Answer over HTTP what `classify --json` and `segment --json` print; keep no sound.

    A page to drop or record sounds on: http://127.0.0.1:8000.

    Routes: POST /v1/classify, /v1/segment and /v1/explain (multipart, files named "file"), GET
    /v1/models, /v1/reference (synthetic sounds to compare with), /healthz, /metrics,
    /openapi.json; live sound: WS /v1/stream (docs/stream.md). One JSON line a request is logged on
    standard output, without names.

    For example: auscult serve, and elsewhere: curl -F file=@a.wav localhost:8000/v1/classify
    """
    settings = Settings(
        host=host,
        port=port,
        model=model,
        segmenter=segmenter,
        n_workers=workers,
        max_requests=max_requests,
        max_files=max_files,
        max_body_mb=max_body_mb,
        max_duration_s=max_duration_s,
        max_memory_mb=max_memory_mb,
        upload_s=upload_s,
        answer_s=answer_s,
        max_streams=max_streams,
        max_frame_kb=max_frame_kb,
        idle_s=idle_s,
        token=_token(token_file),
    )
    try:
        from auscult.serve.running import run  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingExtraError(error.name or "FastAPI", "web") from error
    if settings.is_for_all:
        _say(f"{host}: other machines can reach this service, and it asks for no token")
    run(settings, lambda url: _say(f"listening on {url}; Ctrl-C ends it"))


def _token(file: Path | None) -> str:
    """Return the token of the file, else of the environment; empty if neither is given."""
    if file is None:
        return os.environ.get(TOKEN_VARIABLE, "").strip()
    try:
        token = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: holds no token that can be read ({error})") from error
    if not token:
        raise ConfigError(f"{file}: is empty; it must hold the token")
    return token


def _say(sentence: str) -> None:
    errors.print(sentence, markup=False, soft_wrap=True)
