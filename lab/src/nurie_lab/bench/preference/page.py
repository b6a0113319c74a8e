"""The page of ``nurie prefer``: who may ask for what, and how it is answered."""

import re
import secrets
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, to_builtins
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from nurie.errors import NurieError, OptionError
from nurie.studio.app import PAGE
from nurie.studio.bodies import receive_json
from nurie.studio.guard import Guard
from nurie.studio.shapes import Limits, RefusedError, Shape
from nurie_lab.bench.preference.ballots import BallotServer

HOST = "127.0.0.1"
"""Votes are given on this machine alone."""

COOKIE = "nurie-judge"
"""A random name for who judges; it is sent to any port, so that a server started again knows it."""

_BALLOT = Path(__file__).parent / "ballot"
_SESSION = re.compile(r"[\w-]{22}", re.ASCII)
_YEAR = 31_536_000
_LIMITS = Limits(max_json=4096, body_seconds=20)


class Vote(Shape):
    """What a person chose of a pair."""

    pair: Annotated[str, Meta(max_length=64)]
    chosen: Literal["left", "right", "same"]
    seconds: Annotated[float, Meta(ge=0, le=1e6)]
    test: bool


def build(ballots: BallotServer) -> Starlette:
    """The application: the page, and a few functions below /api."""
    return Starlette(
        routes=[
            Mount("/api", routes=_api(ballots)),
            Mount("/css", StaticFiles(directory=PAGE / "css")),
            Mount("/js", StaticFiles(directory=PAGE / "js")),
            Route("/nurie.svg", _get_mark),
            Mount("/", StaticFiles(directory=_BALLOT, html=True)),
        ],
        middleware=[Middleware(Guard, host=HOST, token=None)],
        exception_handlers={HTTPException: _no_route, RefusedError: _refused, NurieError: _failed},
    )


def _api(ballots: BallotServer) -> list[Route]:
    def answer(state: dict[str, Any], session: str) -> Response:
        return JSONResponse(state, background=BackgroundTask(ballots.prepare, session))

    async def get_pair(request: Request) -> Response:
        session = _session(request) or secrets.token_urlsafe(16)
        return _known(answer(await ballots.show(session), session), session)

    async def post_person(request: Request) -> Response:
        await receive_json(request, Shape, _LIMITS)
        session = secrets.token_urlsafe(16)
        return _known(answer(await ballots.show(session), session), session)

    async def post_vote(request: Request) -> Response:
        vote = await receive_json(request, Vote, _LIMITS)
        # Every browser says where a request comes from; what does not is no person.
        page = request.headers.get("sec-fetch-site") == "same-origin"
        session = _session(request)
        state = await ballots.vote(session, to_builtins(vote), test=vote.test or not page)
        return answer(state, session)

    async def post_undo(request: Request) -> Response:
        await receive_json(request, Shape, _LIMITS)
        return JSONResponse(await ballots.undo(_session(request)))

    async def get_picture(request: Request) -> Response:
        data = ballots.picture(_session(request), request.path_params["name"])
        return Response(data, media_type="image/png")

    return [
        Route("/pair", get_pair),
        Route("/person", post_person, methods=["POST"]),
        Route("/votes", post_vote, methods=["POST"]),
        Route("/undo", post_undo, methods=["POST"]),
        Route("/pictures/{name}", get_picture),
    ]


async def _get_mark(_request: Request) -> Response:
    return FileResponse(PAGE / "nurie.svg")


def _session(request: Request) -> str:
    """Who asks; empty when that is not known."""
    given = request.cookies.get(COOKIE, "")
    return given if _SESSION.fullmatch(given) else ""


def _known(response: Response, session: str) -> Response:
    response.set_cookie(COOKIE, session, max_age=_YEAR, httponly=True, samesite="strict")
    return response


async def _no_route(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"error": "There is nothing here for that request."}, status)


async def _refused(_request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, RefusedError) else 500
    return JSONResponse({"error": str(error)}, status)


async def _failed(_request: Request, error: Exception) -> Response:
    if isinstance(error, OptionError):
        return JSONResponse({"error": str(error)}, 422)
    print(error, file=sys.stderr)
    return JSONResponse({"error": "This could not be done; the terminal says why."}, 500)


def serve(ballots: BallotServer, *, port: int | None, open_browser: bool) -> None:
    """Show the page until interrupted, at a free port for None.

    Raises:
        OptionError: the address cannot be had.
    """
    from nurie.studio.serve import announce, bind, run

    with bind(HOST, port) as listener:
        address = f"http://{HOST}:{listener.getsockname()[1]}/"
        ready = partial(announce, "The page", address, open_browser=open_browser)
        run(build(ballots), listener, ready)
