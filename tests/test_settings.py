"""Settings from the environment and from a file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import CONFIG_VARIABLE, Settings


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mathdoodle.toml"
    file.write_text('port = 1234\nmax_strokes = 7\napi_keys = ["a", "b"]\n')
    monkeypatch.setenv(CONFIG_VARIABLE, str(file))
    monkeypatch.setenv("MATHDOODLE_PORT", "4321")
    monkeypatch.setenv("MATHDOODLE_CORS_ORIGINS", "https://a.example, https://b.example")
    settings = Settings(log_level="debug")
    assert (settings.port, settings.max_strokes, settings.log_level) == (4321, 7, "debug")
    assert [key.get_secret_value() for key in settings.api_keys] == ["a", "b"]
    assert settings.cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "70000"), ("PORT", "x"), ("WORKERS", "0"), ("LOG_LEVEL", "loud"), ("RATE_LIMIT", "often")],
)
def test_wrong_values_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"MATHDOODLE_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_misspelt_settings_and_missing_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mathdoodle.toml"
    monkeypatch.setenv(CONFIG_VARIABLE, str(file))
    with pytest.raises(FileNotFoundError, match=CONFIG_VARIABLE):
        Settings()
    file.write_text("max_stroke = 7\n")
    with pytest.raises(ValidationError, match="max_stroke"):
        Settings()


def test_what_is_printed_is_such_a_file_without_the_keys() -> None:
    printed = Settings(api_keys="secret-one,secret-two", max_pixels=99).as_toml()
    assert "secret" not in printed
    read = tomllib.loads(printed)
    assert read["max_pixels"] == 99
    assert len(read["api_keys"]) == 2
    named = {line.lstrip("# ").partition(" ")[0] for line in printed.splitlines()}
    assert named == set(Settings.model_fields)
