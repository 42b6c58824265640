"""``POST /v1/classify``, ``/v1/segment``, ``/v1/explain``: some files in, one answer each out.

The answer is 200 if any sound could be opened; each result says what became of it. If none could,
the status is that of the first one's error, and the results stand in the problem.
"""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import JSONResponse

from auscult import errors
from auscult.serve.answers import ClassifyResults, SegmentResults
from auscult.serve.explained import ExplainResults
from auscult.serve.names import shown_name
from auscult.serve.pool import Question
from auscult.serve.problems import described, response_of
from auscult.serve.service import service_of

router = APIRouter(prefix="/v1", tags=["hearing"])
_PROBLEMS = described(400, 401, 408, 413, 415, 422, 500, 503, 504)
Sounds = Annotated[
    list[UploadFile],
    File(
        min_length=1,
        description="Sound files: WAV, FLAC, OGG, MP3, AIFF, M4A, WebM. Names are only shown.",
    ),
]


@router.post("/classify", responses={200: {"model": ClassifyResults}, **_PROBLEMS})
async def classify(request: Request, file: Sounds) -> JSONResponse:
    """Say what each heart sound is: its class, how sure, or why it cannot be judged."""
    return await _answered(request, "classify", file)


@router.post("/segment", responses={200: {"model": SegmentResults}, **_PROBLEMS})
async def segment(request: Request, file: Sounds) -> JSONResponse:
    """Find S1 and S2 in each heart sound, and tell the heart rate and the rhythm."""
    return await _answered(request, "segment", file)


@router.post("/explain", responses={200: {"model": ExplainResults}, **_PROBLEMS})
async def explain(request: Request, file: Sounds) -> JSONResponse:
    """Say what the answer to each sound rests on, and describe its average beat and its murmur."""
    return await _answered(request, "explain", file)


async def _answered(request: Request, task: str, uploads: list[UploadFile]) -> JSONResponse:
    service, replies = service_of(request), []
    deadline_s = service.pool.deadline_s()
    for upload in uploads:
        question = Question(task, shown_name(upload.filename), upload)
        reply = await service.pool.answer(question, deadline_s, request.is_disconnected)
        outcome = "error" if reply.error else reply.data.get("status", "ok")
        service.metrics.sounds.labels(task, outcome).inc()
        replies.append(reply)
    results = [reply.data for reply in replies]
    if all(reply.error for reply in replies):
        kind = getattr(errors, str(replies[0].error))
        return response_of(kind(results[0]["reason"]), results)
    return JSONResponse({"results": results})
