"""``GET /v1/models``, ``/healthz`` and ``/metrics``: what the service is, and how it is."""

from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from auscult.serve.answers import Health, Models
from auscult.serve.metrics import CONTENT_TYPE
from auscult.serve.problems import described
from auscult.serve.service import service_of

router = APIRouter(tags=["about"])
VERSION = version("auscult")


@router.get("/v1/models", responses={200: {"model": Models}, **described(401)})
async def models(request: Request) -> JSONResponse:
    """List the models that this service answers with, and how well they do."""
    return JSONResponse({"models": list(service_of(request).models)})


@router.get("/healthz", responses={200: {"model": Health}})
async def healthz() -> JSONResponse:
    """Say that the service runs; asks for no token."""
    return JSONResponse({"status": "ok", "version": VERSION})


@router.get(
    "/metrics",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        **described(401),
    },
)
async def metrics(request: Request) -> Response:
    """Tell the counts, in the text format of Prometheus."""
    return Response(service_of(request).metrics.text(), media_type=CONTENT_TYPE)
