"""Settings: read once, checked, unknown names refused, secrets masked."""

from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field, ValidationError

from services.kit.errors import SettingsError
from services.kit.settings import DatabaseSettings, HttpSettings, KafkaSettings, ProcessSettings


class Example(ProcessSettings, KafkaSettings, DatabaseSettings, HttpSettings):
    """Settings of a service that does not exist."""

    section: ClassVar[str] = "TAG_"
    tag_size: int = Field(3, ge=1)


def load(**environ: str) -> Example:
    """Load settings from names without their prefix."""
    return Example.load({f"DATELINE_{name}": value for name, value in environ.items()})


def test_values_come_from_the_environment() -> None:
    """A variable with the prefix sets its field, in the field's type."""
    settings = load(TAG_SIZE="7", HTTP_ALLOWED_NETWORKS="127.0.0.0/8, ::1/128")
    assert settings.tag_size == 7
    assert settings.http_allowed_networks == (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize("name", ["DATELINE_TAG_SISE", "DATELINE_KAFKA_BOOTSTRAPS", "DATELINE_INGST_INTERVAL_S"])
def test_a_name_that_nobody_knows_is_refused(name: str) -> None:
    """A misspelt name is refused by name: somebody believes it to be in force."""
    with pytest.raises(SettingsError, match=name):
        Example.load({name: "1"})


def test_the_other_services_names_are_passed_over() -> None:
    """One environment can hold the settings of all services."""
    assert load(INGEST_INTERVAL_S="5", CORPORA="/elsewhere").tag_size == 3


@pytest.mark.parametrize(("name", "value"), [("TAG_SIZE", "0"), ("TAG_SIZE", "many"), ("KAFKA_TOPIC_PREFIX", "a b")])
def test_a_wrong_value_is_one_readable_line(name: str, value: str) -> None:
    """A value that does not fit is told in one line that names the variable."""
    with pytest.raises(SettingsError) as refused:
        load(**{name: value})
    assert refused.value.message.startswith(f"DATELINE_{name}: ")
    assert "\n" not in refused.value.message


def test_settings_are_frozen() -> None:
    """Nobody changes a setting after the start."""
    with pytest.raises(ValidationError):
        load().tag_size = 4  # type: ignore[misc] # that it is refused is the claim


def test_secrets_are_masked() -> None:
    """The database's address holds a password, which no log may show."""
    shown = str(load(DATABASE_URL="postgresql://u:topsecret@h/d").masked())
    assert "topsecret" not in shown


def test_the_file_fills_what_the_environment_lacks(tmp_path: Path) -> None:
    """The settings file holds the same names; the environment wins."""
    file = tmp_path / "some.env"
    file.write_text("DATELINE_TAG_SIZE=5\nDATELINE_DRAIN_S=9\n", encoding="utf-8")
    settings = load(FILE=str(file), TAG_SIZE="6")
    assert (settings.tag_size, settings.drain_s) == (6, 9.0)


@pytest.mark.parametrize(
    ("text", "said"), [("DATELINE_NOPE=1\n", "DATELINE_NOPE"), ("PATH=/bin\n", "PATH"), (None, "no file")]
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str | None, said: str) -> None:
    """A file with unknown names, with foreign names, or that is not there is refused."""
    file = tmp_path / "some.env"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load(FILE=str(file))
