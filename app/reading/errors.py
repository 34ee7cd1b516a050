"""The one exception that reading raises for input it cannot read."""

from __future__ import annotations


class ReadingError(Exception):
    """The input cannot be read, for a reason that its sender can understand.

    Attributes:
        code: stable name of the reason: ``strokes_invalid``, ``no_ink``, ``too_much_ink``,
            ``inkml_invalid``, ``image_unreadable`` or ``image_too_large``.
        detail: one sentence for a person; it never quotes the input.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
