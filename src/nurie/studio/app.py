"""The application: its settings, its routes, and how errors are answered."""

import contextlib
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from nurie.errors import ExistsError, NurieError, TooLargeError
from nurie.models.registry import DEFAULT
from nurie.studio.api import OPERATIONS, Call, Handlers
from nurie.studio.bodies import (
    FileAnswer,
    answered,
    let_pass,
    receive_file,
    receive_json,
    while_wanted,
)
from nurie.studio.files import Cache, Folder
from nurie.studio.guard import Guard
from nurie.studio.jobs import job_table
from nurie.studio.openapi import BYTES, Operation
from nurie.studio.shapes import Error, Limits, RefusedError
from nurie.studio.workers import BusyError, FailedError, GoneError, Jobs, Pool

PAGE = Path(__file__).parent / "static"
"""The page's files."""

_STATUS = ((TooLargeError, 413), (ExistsError, 409), (NurieError, 422))
"""Of errors whose own sentence is the answer."""

_UNREAD = frozenset({413, 415, 429})
"""Answers that may come before the whole body was read."""


@dataclass(frozen=True)
class Settings:
    """How a server is set up."""

    host: str = "127.0.0.1"
    """What it is bound to."""
    model: str = DEFAULT
    """Name or path of the model."""
    token: str | None = None
    """Asked for by the API, when given."""
    folder: Path | None = None
    """Drawings that the page lists, and where it may save."""
    film: float = 0
    """Frames a second where the page opens that folder as a film at once, else 0."""
    page: bool = True
    """Whether the page is served beside the API."""
    public: tuple[str, ...] = ()
    """Addresses under which proxies serve it."""
    shared: Path | None = None
    """A folder for the cache that it shares with other servers."""
    limits: Limits = field(default_factory=Limits)
    """What is allowed."""
    jobs: Jobs = job_table
    """Makes the jobs of the workers."""


def build(settings: Settings) -> Starlette:
    """The application; its workers start and end with it."""
    folder = Folder(settings.folder) if settings.folder else None
    handlers = Handlers(settings.limits, settings.model, folder, film=settings.film)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.cache = handlers.cache = Cache(settings.limits.cache, settings.shared)
        limits = settings.limits
        app.state.pool = handlers.pool = Pool(settings.jobs, settings.model, limits)
        # One worker, which keeps the film in memory; a long one takes its time to be matched.
        alone = replace(limits, workers=1, seconds=12 * limits.seconds)
        handlers.film_pool = Pool(settings.jobs, settings.model, alone, late=True)
        try:
            yield
        finally:
            handlers.pool.close()
            handlers.film_pool.close()
            handlers.cache.close()

    watch = _Watch()
    answers = _Answers(handlers, settings.limits, watch)
    paths: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.verb] = operation
    # One route for each path, whatever the verb.
    api = [
        Route(path, partial(answers.answer, verbs), methods=list(verbs))
        for path, verbs in paths.items()
    ]
    routes: list[BaseRoute] = [Mount("/api", routes=api), *watch.routes]
    if settings.page:
        routes.append(Mount("/", _Page(directory=PAGE, html=True, check_dir=False)))
    return Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(Guard, host=settings.host, token=settings.token, public=settings.public)
        ],
        exception_handlers={HTTPException: _no_route},
    )


class _Watch:
    """What machines ask about the server: whether it lives and is ready, and its figures."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Gauge, Histogram

        self._registry = CollectorRegistry()
        self.requests = Histogram(
            "nurie_request_seconds",
            "Seconds from a request to its answer's head.",
            ("operation", "status"),
            registry=self._registry,
            buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300),
        )
        gauges = {
            "nurie_workers_ready": "Workers that have the model in memory.",
            "nurie_requests_waiting": "Requests that wait for a worker.",
            "nurie_cache_bytes": "Bytes of the drawings that are kept.",
        }
        self._gauges = [Gauge(name, says, registry=self._registry) for name, says in gauges.items()]
        self.routes = [
            Route("/healthz", self._get_healthz),
            Route("/readyz", self._get_readyz),
            Route("/metrics", self._get_metrics),
        ]

    async def _get_healthz(self, _request: Request) -> Response:
        return answered({"status": "ok"})

    async def _get_readyz(self, request: Request) -> Response:
        if request.app.state.pool.ready:
            return answered({"status": "ready"})
        return _error(503, "The model is not in memory yet; try again in a moment.")

    async def _get_metrics(self, request: Request) -> Response:
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        pool, cache = request.app.state.pool, request.app.state.cache
        for gauge, value in zip(self._gauges, (pool.ready, pool.waiting, cache.size), strict=True):
            gauge.set(value)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)


class _Answers:
    """Requests become calls of handlers, and what these give or raise becomes an answer."""

    def __init__(self, handlers: Handlers, limits: Limits, watch: _Watch) -> None:
        self._handlers, self._limits, self._watch = handlers, limits, watch
        self._arriving = 0

    async def answer(self, verbs: dict[str, Operation], request: Request) -> Response:
        start = time.perf_counter()
        operation = verbs["GET" if request.method == "HEAD" else request.method]
        response = await self._caught(operation, request)
        known = self._watch.requests.labels(operation.name, str(response.status_code))
        known.observe(time.perf_counter() - start)
        return response

    async def _caught(self, operation: Operation, request: Request) -> Response:
        try:
            return await self._answer(operation, request)
        except ClientDisconnect:
            # Nobody hears this.
            return Response(status_code=499)
        except FailedError as error:
            print(error, file=sys.stderr)
            return _error(500, "Something is wrong in nurie itself; its terminal says what.")
        except FileNotFoundError:
            return _error(GoneError.status, GoneError.sentence, gone=True)
        except (RefusedError, NurieError) as error:
            kinds = (status for kind, status in _STATUS if isinstance(error, kind))
            status = error.status if isinstance(error, RefusedError) else next(kinds)
            if status in _UNREAD:
                await let_pass(request)
            return _error(status, str(error), gone=isinstance(error, GoneError))

    async def _answer(self, operation: Operation, request: Request) -> Response:
        with contextlib.ExitStack() as stack:
            call: Call[Any] = Call(None, self._handlers.cache, stack)
            if operation.body is not None:
                call.sent = await self._receive(operation.body, request, call)
            handler = getattr(self._handlers, operation.name)
            found = await while_wanted(request, handler(call, **request.path_params))
            if not isinstance(found, FileAnswer):
                return answered(found, operation.status)
            # What it reads may lie in the folder of the call.
            found.done = stack.pop_all().close
            return found

    async def _receive(self, shape: Any, request: Request, call: Call[Any]) -> Any:
        """A body, while not too many are on their way."""
        if self._arriving >= self._limits.waiting:
            raise BusyError
        self._arriving += 1
        try:
            if shape == BYTES:
                return await receive_file(request, call.room(), self._limits)
            return await receive_json(request, shape, self._limits)
        finally:
            self._arriving -= 1


def _error(status: int, sentence: str, *, gone: bool = False) -> Response:
    headers = {"retry-after": "1"} if status in (429, 503) else {}
    if status == 408:
        headers["connection"] = "close"
    return answered(Error(sentence, gone), status, headers)


async def _no_route(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = {
        404: "There is nothing of that name here; the API's document is /api/openapi.json.",
        405: "This address does not answer that method; the API's document is /api/openapi.json.",
    }.get(status, "This cannot be answered; the API's document is /api/openapi.json.")
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return answered(Error(sentence), status, headers)


class _Page(StaticFiles):
    """The page's files, asked for anew each time so that an update is seen."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["cache-control"] = "no-cache"
        return response
