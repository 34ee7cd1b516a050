"""A request's body within bounds: so many bytes, in so many seconds, of a type that the route takes; and its form."""

from __future__ import annotations

from typing import Any

import anyio
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import Problem
from app.settings import Settings


class BoundedBody:
    """ASGI middleware that refuses a body beyond its bounds with 413 or 408.

    The bounds hold while the body arrives, before any work starts: a slow client keeps a connection, and
    no thread.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, seconds: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "")
        too_large = Problem("payload_too_large", f"At most {self.max_bytes} bytes are accepted.")
        record = scope["state"]["record"]
        deadline = anyio.current_time() + self.seconds
        complete = False

        async def receive_bounded() -> Message:
            nonlocal complete
            if complete:
                return await receive()
            if declared.isdigit() and int(declared) > self.max_bytes:
                raise too_large
            with anyio.move_on_at(deadline):
                message = await receive()
                record.body_bytes += len(message.get("body", b""))
                if record.body_bytes > self.max_bytes:
                    raise too_large
                complete = not message.get("more_body", False)
                return message
            raise Problem("request_timeout", f"The body did not arrive within {self.seconds:g} s.")

        await self.app(scope, receive_bounded, send)


def media_type(request: Request, *accepted: str) -> str:
    """The media type of the request's body.

    Raises:
        Problem: ``unsupported_media_type``, where it is none of the accepted ones or the body is compressed.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if given in accepted and encoding == "identity":
        return given
    raise Problem(
        "unsupported_media_type",
        f"Send {', '.join(accepted[:-1])}{' or ' if accepted[1:] else ''}{accepted[-1]}, not compressed.",
    )


async def json_only(request: Request) -> None:
    """Dependency of the routes that take JSON alone.

    Raises:
        Problem: ``unsupported_media_type``.
    """
    media_type(request, "application/json")


class _MemoryParser(MultiPartParser):
    """Keeps uploads in memory, whose size is bounded, rather than in files: photos are not stored."""

    def __init__(self, *args: Any, max_bytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spool_max_size = max_bytes + 1


async def form_of(request: Request, settings: Settings) -> tuple[bytes, dict[str, str]]:
    """The bytes of the form's ``file``, and its other fields.

    Raises:
        Problem: ``form_invalid``.
    """
    parser = _MemoryParser(
        request.headers, request.stream(), max_files=1, max_fields=10, max_bytes=settings.max_body_bytes
    )
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeDecodeError) as error:
        raise Problem("form_invalid", "The form is damaged, or has more than one file.") from error
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Problem("form_invalid", "The form has no file by the name of file.")
    return await file.read(), {name: value for name, value in form.items() if isinstance(value, str)}
