"""What the C library is told about freed memory, in a process of its own: it cannot be taken back."""

import platform
import subprocess
import sys

import pytest

from app.memory import keep_freed_memory

_FAULTS_OF_A_PICTURE = """
import resource
from app.memory import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    picture = b"x" * (24 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

taken = faults(), faults()
told = keep_freed_memory()
faults()
print(told, min(taken), faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is told to keep what is freed")
def test_a_picture_is_written_where_the_one_before_was() -> None:
    done = subprocess.run([sys.executable, "-c", _FAULTS_OF_A_PICTURE], capture_output=True, text=True, check=True)
    told, before, after = done.stdout.split()
    assert told == "True"
    assert int(before) > 1000  # each page of memory taken anew, whenever a picture is made
    assert int(after) < 100


def test_other_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr("ctypes.CDLL", lambda name: pytest.fail("asked a library that may not be there"))
    assert keep_freed_memory() is False
