"""Worker processes, from the service's side: a sound goes to the first that is free.

A worker has one sound at a time. One that is too slow, dies, or is left in the middle of an answer
is ended and started afresh, so that no sound holds a worker for longer than an answer may take.

Differences from ``ProcessPoolExecutor``
----------------------------------------
That cannot end one task without breaking the pool, starts workers as copies of the caller's program
(all of the command line, or the server), and unpickles what they say.
"""

import asyncio
import json
import os
import sys
from asyncio import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from math import ceil
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from auscult.serve.logs import say
from auscult.serve.problems import BusyError, ServeError, SlowAnswerError, WorkerError
from auscult.serve.settings import MB, Settings
from auscult.serve.worker import LENGTH_BYTES, framed

_COMMAND = (sys.executable, "-P", "-m", "auscult.serve.worker")
_THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
_FIRST_GUESS_S, _MEMORY = 0.1, 0.05


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked ("classify" or "segment"), of which sound, and what to call it."""

    task: str
    name: str
    sound: UploadFile


@dataclass(frozen=True, slots=True)
class Reply:
    """What a worker said: the answer, and the class of what kept the sound from being opened."""

    data: dict[str, Any]
    error: str | None


class Worker:
    """One process, started when it is first asked and again after it was ended."""

    def __init__(self, setup: dict[str, Any]) -> None:
        self._setup = framed(setup)
        self._process: subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process unless it runs; it loads its models while nobody waits."""
        if self._process is not None and self._process.returncode is None:
            return
        self._process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **_THREADS},
        )
        self._pipe(self._process)[0].write(self._setup)

    async def ask(self, task: str, name: str, data: bytes) -> Reply:
        """Return the answer for one sound.

        Raises
        ------
        WorkerError
            If the process dies of it.
        """
        await self.start()
        assert self._process is not None  # noqa: S101 - it has been started
        questions, answers = self._pipe(self._process)
        try:
            questions.write(framed({"task": task, "name": name, "n_bytes": len(data)}))
            questions.write(data)
            await questions.drain()
            length = int.from_bytes(await answers.readexactly(LENGTH_BYTES), "big")
            return Reply(**json.loads(await answers.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            raise WorkerError(
                "the process that opened the sound died of it; the sound may be damaged in a way "
                "that crashes its decoder: export it as WAV"
            ) from None

    async def end(self) -> None:
        """End the process at once."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        self._pipe(process)[0].close()
        await process.wait()

    @staticmethod
    def _pipe(process: subprocess.Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        assert process.stdin is not None  # noqa: S101 - both were asked for
        assert process.stdout is not None  # noqa: S101
        return process.stdin, process.stdout


class Pool:
    """All workers, and how busy they are.

    Parameters
    ----------
    settings
        How many, how large, how patient.
    lost
        Told the class of the error each time a worker had to be replaced.
    """

    def __init__(self, settings: Settings, lost: Callable[[str], None]) -> None:
        setup = {
            "model": settings.model,
            "segmenter": settings.segmenter,
            "max_duration_s": settings.max_duration_s,
            "max_memory_bytes": int(settings.max_memory_mb * MB),
        }
        self.n_inside = 0
        self._answer_s = settings.answer_s
        self._workers = [Worker(setup) for _ in range(settings.n_workers)]
        self._free: asyncio.Queue[Worker] = asyncio.Queue()
        self._lost = lost
        self._mean_s = _FIRST_GUESS_S

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start every worker, and end them all."""
        for worker in self._workers:
            await worker.start()
            self._free.put_nowait(worker)
        try:
            yield
        finally:
            for worker in self._workers:
                await worker.end()

    def wait_s(self) -> int:
        """Return in how many seconds those inside will have been answered."""
        left_s = self.n_inside * self._mean_s / len(self._workers)
        return max(1, min(ceil(left_s), ceil(self._answer_s)))

    def deadline_s(self) -> float:
        """Return until when, by the loop's clock, a request that is whole now must be answered."""
        return asyncio.get_running_loop().time() + self._answer_s

    async def answer(
        self, question: Question, deadline_s: float, is_gone: Callable[[], Awaitable[bool]]
    ) -> Reply:
        """Return the answer for one sound; its bytes are read when a worker is free for it.

        Raises
        ------
        BusyError
            If no worker is free before the deadline.
        ClientDisconnect
            If by then whoever asked ``is_gone``.
        SlowAnswerError, WorkerError
            If the worker is not done by then, or dies.
        """
        try:
            async with asyncio.timeout_at(deadline_s):
                worker = await self._free.get()
        except TimeoutError:
            raise BusyError(self.wait_s()) from None
        try:
            if await is_gone():
                raise ClientDisconnect
            return await self._asked(worker, question, deadline_s)
        finally:
            self._free.put_nowait(worker)

    async def _asked(self, worker: Worker, question: Question, deadline_s: float) -> Reply:
        """Ask ``worker``; whatever happens, it is fit to be asked again afterwards."""
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        try:
            async with asyncio.timeout_at(deadline_s):
                reply = await worker.ask(question.task, question.name, await question.sound.read())
        except BaseException as error:
            await self._replace(worker, error)
            if isinstance(error, TimeoutError):
                raise SlowAnswerError(
                    f"no answer within {self._answer_s:g} s; send fewer or shorter sounds"
                ) from None
            raise
        self._mean_s += _MEMORY * (loop.time() - start_s - self._mean_s)
        return reply

    async def _replace(self, worker: Worker, error: BaseException) -> None:
        kind = type(error).__name__ if isinstance(error, ServeError) else "SlowAnswerError"
        self._lost(kind)
        say("worker replaced", error=kind)
        await worker.end()
        await worker.start()
