"""What the tests of marking share."""

from __future__ import annotations

import pytest

from app.marking.marker import Marker
from app.reading.reader import Reader


@pytest.fixture(scope="session")
def marker(reader: Reader) -> Marker:
    """A marker with the reader that the service has loaded."""
    return Marker(reader)
