"""The parts put together: routes, door and watch around them, workers while it runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from auscult.serve import about, browser, hearing, problems, reference, streaming
from auscult.serve.door import Door
from auscult.serve.logs import say
from auscult.serve.service import make_service
from auscult.serve.settings import Settings
from auscult.serve.watch import Watch

_ROUTERS = (hearing.router, streaming.router, reference.router, about.router)
_TEXT = (
    "Listens to a heart sound and says what it hears, how sure it is, and when it cannot tell. "
    "No sound is kept. Not a medical device: an answer is no diagnosis."
)


def create_app(settings: Settings) -> FastAPI:
    """Return the service as an ASGI application; its workers run while its lifespan lasts.

    Raises
    ------
    BundleError
        If a model cannot be loaded.
    """
    service = make_service(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.pool.running():
            say("started", workers=settings.n_workers, models=[m["name"] for m in service.models])
            yield
        say("stopped")

    app = FastAPI(
        title="auscult",
        version=about.VERSION,
        description=_TEXT,
        lifespan=lifespan,
        # subtle: both pages would fetch their program from a CDN; the schema needs nothing.
        docs_url=None,
        redoc_url=None,
        form_limits={"max_files": settings.max_files, "max_fields": settings.max_files},
    )
    app.state.service = service
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router)
    browser.install(app)
    problems.describe(app)
    app.add_middleware(Door, settings=settings, pool=service.pool)
    app.add_middleware(Watch, metrics=service.metrics, paths=_paths(app))
    return app


def _paths(app: FastAPI) -> list[str]:
    return [*app.openapi()["paths"], app.openapi_url or ""]
