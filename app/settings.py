"""The service's settings: from the environment, from a TOML file, or the defaults below.

Every setting has an environment variable ``MATHDOODLE_<NAME>``, which wins over the file that
``MATHDOODLE_CONFIG`` names. ``mathdoodle config`` prints what is in force, as such a file.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from limits import parse_many
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

CONFIG_VARIABLE = "MATHDOODLE_CONFIG"


class Settings(BaseSettings):
    """What can be set; ``Settings()`` raises ``pydantic.ValidationError`` naming each wrong value.

    Raises:
        FileNotFoundError: ``MATHDOODLE_CONFIG`` names no file.
    """

    model_config = SettingsConfigDict(env_prefix="MATHDOODLE_", frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="TCP port to listen on")
    workers: int = Field(1, ge=1, le=64, description="processes; each loads the weights")
    weights_directory: Path | None = Field(None, description="trained weights, if not the packaged ones")
    device: Literal["auto", "cpu", "cuda"] = Field("cpu", description="what the networks run on; cuda needs PyTorch")
    model_threads: int = Field(
        1, ge=1, le=256, description="threads of one run of the network; more help only where cores are idle and real"
    )
    batching: Literal["auto", "on", "off"] = Field(
        "auto", description="whether requests in flight share runs of the networks; auto: on a GPU alone"
    )

    reading_threads: int = Field(
        os.cpu_count() or 1,
        ge=1,
        le=256,
        description="readings at once in each process, and rows of a worksheet",
    )
    queue_length: int = Field(32, ge=0, le=10_000, description="readings that may wait for a thread; more get 503")
    queue_seconds: float = Field(10.0, gt=0, le=600, description="longest wait for a thread; then 503")
    retry_after_seconds: int = Field(1, ge=1, le=3600, description="the Retry-After of a 503")
    body_seconds: float = Field(30.0, gt=0, le=600, description="longest time for a request's body to arrive")
    send_seconds: float = Field(30.0, gt=0, le=600, description="longest time for a client to take an answer")
    shutdown_seconds: int = Field(30, ge=0, le=600, description="time for requests in progress to end on shutdown")
    max_connections: int = Field(1000, ge=1, le=1_000_000, description="open connections in each process")

    max_body_bytes: int = Field(12 * 2**20, ge=1024, description="largest body of a request")
    max_pixels: int = Field(25_000_000, ge=1, description="largest image, width × height")
    max_strokes: int = Field(400, ge=1, description="most strokes of one ink, or connected pieces of an image")
    max_points: int = Field(100_000, ge=1, description="most points of one ink")
    max_symbols: int = Field(400, ge=1, description="most symbols of a correction")
    max_text: int = Field(1000, ge=1, description="most characters of an expression given as text")

    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="keys of which /v1 demands one, separated by commas in the environment; none: open to all"
    )
    rate_limit: str = Field(
        "", description="most requests to /v1 of one key or else address, as in 5/second;100/minute"
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.1", "::1"), description="addresses or networks whose X-Forwarded-For is believed"
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="origins whose pages may call /v1, separated by commas in the environment"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="least level that is logged")
    log_format: Literal["json", "text"] = Field("json", description="one JSON object a line, or plain text")

    @field_validator("rate_limit")
    @classmethod
    def _understood(cls, value: str) -> str:
        if value:
            parse_many(value)
        return value

    @field_validator("api_keys", "cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], **named: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        path = os.environ.get(CONFIG_VARIABLE)
        if path and not Path(path).is_file():
            raise FileNotFoundError(f"{CONFIG_VARIABLE} names no file: {path}")
        file = (TomlConfigSettingsSource(settings_cls, toml_file=path),) if path else ()
        return (named["init_settings"], named["env_settings"], *file)

    def as_toml(self) -> str:
        """The settings in force as a TOML file, keys masked."""
        lines = []
        for name, field in type(self).model_fields.items():
            value = self.model_dump(mode="json")[name]
            # JSON's strings, numbers, booleans and arrays are TOML's too; TOML has no null.
            line = f"# {name} =" if value is None else f"{name} = {json.dumps(value, ensure_ascii=False)}"
            lines.append(f"{line}  # {field.description}")
        return "\n".join(lines)
