"""Settings: read once from the environment and one file, checked, frozen, passed down.

Each service composes its settings from the groups below and adds its own, whose names begin with the service's name.
All names carry the prefix `DATELINE_`; a name with that prefix that nobody knows is refused, because it is a setting
that somebody believes to be in force. The file (``DATELINE_FILE``, else ``dateline.env`` in the working directory)
holds the same names; the environment wins.
"""

import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import ClassVar, Final, Literal, Self

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from services.kit.errors import SettingsError

PREFIX: Final = "DATELINE_"
FILE_NAME: Final = "dateline.env"
SECTIONS: Final = ("INGEST_", "EXTRACT_", "TAG_", "STORE_")
"""Beginnings of names that belong to one service each; the others pass over them."""
OUTSIDE: Final = frozenset({"DATELINE_FILE", "DATELINE_CORPORA"})
"""Names with our prefix that are no settings: where the file is, and the tests' folder of outside sets."""


class Settings(BaseSettings):
    """Base of all settings. Build with `load`, which turns what is wrong into one readable line."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix=PREFIX)
    section: ClassVar[str] = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - see above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from the call alone: `load` has already merged environment and file."""
        return (init_settings,)

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read and check the settings.

        Raises:
            SettingsError: a value is wrong, a name is unknown, or the file cannot be read.

        """
        given = said(os.environ if environ is None else environ)
        _refuse_unknown(given, cls)
        values = {name: given[PREFIX + name.upper()] for name in cls.model_fields if PREFIX + name.upper() in given}
        try:
            return cls(**values)  # type: ignore[arg-type] # pydantic turns the strings into the fields' types
        except ValidationError as error:
            raise SettingsError("settings.invalid", _first_problem(error)) from None

    def masked(self) -> dict[str, object]:
        """Return all values as they can be logged: secrets as stars."""
        return self.model_dump(mode="json")


class ProcessSettings(Settings):
    """What every long-running process has."""

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    health_host: str = Field("127.0.0.1", description="Address of `/healthz`, `/readyz` and `/metrics`.")
    health_port: int = Field(0, ge=0, le=65535, description="Port of the same; 0 leaves it out.")
    drain_s: float = Field(20.0, gt=0, description="Time to finish what is in flight after a stop was asked for.")
    stall_s: float = Field(60.0, gt=0, description="A loop that does not turn for this long is unhealthy.")
    summary_s: float = Field(60.0, gt=0, description="Time between two summaries in the log.")


class KafkaSettings(Settings):
    """Where the broker is and how records are sent to it."""

    kafka_bootstrap: str = Field(
        "127.0.0.1:9092", description="Comma-separated `host:port` of the first brokers to ask."
    )
    kafka_topic_prefix: str = Field(
        "news", pattern=r"^[a-z0-9][a-z0-9.-]*$", description="First part of all topic names."
    )
    kafka_group_prefix: str = Field("dateline", min_length=1, description="First part of all consumer groups' names.")
    kafka_idempotence: bool = Field(
        default=True, description="Idempotent producer. Off only for the embedded broker, which has none."
    )
    kafka_send_timeout_s: float = Field(30.0, gt=0, description="An unacknowledged record is a lost broker after this.")
    kafka_session_timeout_s: float = Field(
        45.0, gt=1, description="A silent consumer is expelled from its group after this."
    )
    kafka_stuck_s: float = Field(
        300.0, gt=0, description="A consumer that moves nothing for this long although records wait ends itself."
    )
    kafka_max_bytes: int = Field(4 * 1024 * 1024, gt=0, description="Largest record that is sent, uncompressed.")


class DatabaseSettings(Settings):
    """Where PostgreSQL is."""

    database_url: SecretStr = Field(
        SecretStr("postgresql://dateline@127.0.0.1:5432/dateline"), description="PostgreSQL connection address."
    )
    database_pool: int = Field(5, ge=1, le=100, description="Connections that one process may hold.")


class HttpSettings(Settings):
    """How pages and feeds are asked for."""

    http_contact: str = Field(
        "https://dateline.invalid/contact",
        min_length=3,
        description="Web or mail address in the User-Agent, for site owners.",
    )
    http_allowed_networks: tuple[IPv4Network | IPv6Network, ...] = Field(
        (),
        description="Comma-separated private networks that may be fetched all the same, for example `127.0.0.0/8`.",
    )
    http_timeout_s: float = Field(30.0, gt=0, description="Hard limit for one fetch with all its redirects.")

    @field_validator("http_allowed_networks", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class ArchiveSettings(Settings):
    """Where what was fetched is kept."""

    archive: str = Field(
        "", description="Folder, or `s3://bucket/prefix`, in which pages and feeds are kept as they came; empty: none."
    )
    archive_file_max_bytes: int = Field(256 * 1024 * 1024, gt=0, description="A file of the archive ends at this size.")
    archive_file_max_s: float = Field(3600.0, gt=0, description="A file of the archive ends at this age.")
    archive_spool: str = Field(
        "",
        description="Folder for files on their way to the bucket, and to no other; it has to outlive the process. "
        "Needed with `s3://`.",
    )
    archive_spool_max_bytes: int = Field(
        2 * 1024 * 1024 * 1024,
        gt=0,
        description="With this much of a process waiting for the bucket, its work waits too.",
    )
    archive_s3_endpoint: str = Field("", description="Address of a store that speaks S3; empty: Amazon's.")
    archive_s3_region: str = Field("us-east-1", min_length=1, description="Region of the bucket.")
    archive_s3_key_id: str = Field("", description="Access key; empty: what AWS's own variables or the machine say.")
    archive_s3_secret: SecretStr = Field(SecretStr(""), description="Secret of the access key.")
    archive_s3_plain_http: bool = Field(
        default=False, description="Let the endpoint be `http://`, over which others can read along."
    )


def said(environ: Mapping[str, str]) -> dict[str, str]:
    """Return all settings by their full names, of the file and the environment together; the environment wins.

    Raises:
        SettingsError: the file cannot be read, or holds other names.

    """
    return {**_file_values(environ), **_prefixed(environ)}


def _file_values(environ: Mapping[str, str]) -> dict[str, str]:
    """Values of the settings file. The file that `DATELINE_FILE` names must exist; the default one need not."""
    named = environ.get("DATELINE_FILE")
    path = Path(named or FILE_NAME)
    if not path.is_file():
        if named:
            raise SettingsError("settings.file_missing", f"DATELINE_FILE names {named}, which is no file")
        return {}
    values = dotenv_values(path, interpolate=False)
    foreign = [name for name in values if not name.startswith(PREFIX)]
    if foreign:
        raise SettingsError("settings.unknown", f"{path} holds {foreign[0]}, but settings begin with {PREFIX}")
    return {name: value or "" for name, value in values.items()}


def _prefixed(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(PREFIX)}


def _refuse_unknown(given: Mapping[str, str], settings: type[Settings]) -> None:
    groups: tuple[type[Settings], ...] = (
        ProcessSettings,
        KafkaSettings,
        DatabaseSettings,
        HttpSettings,
        ArchiveSettings,
    )
    known = {PREFIX + name.upper() for group in (*groups, settings) for name in group.model_fields} | OUTSIDE
    others = tuple(PREFIX + section for section in SECTIONS if section != settings.section)
    for name in sorted(given):
        if name not in known and not name.startswith(others):
            raise SettingsError("settings.unknown", f"{name} is no setting; see docs/settings.md for those there are")


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    name = PREFIX + str(problem["loc"][0]).upper()
    return f"{name}: {problem['msg']}"
