"""How commands find what `dateline up` runs: by its note, unless the environment says otherwise."""

import stat
from pathlib import Path

import pytest

from services.kit.errors import SettingsError
from services.kit.settings import DatabaseSettings, KafkaSettings
from services.local.running import RUNNING, environment, tell

RUNS = {"DATELINE_KAFKA_BOOTSTRAP": "127.0.0.1:4711", "DATELINE_DATABASE_URL": "postgresql://u:s3=c%23r@127.0.0.1/d"}


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the environment say nothing of ours."""
    for name in ("DATELINE_FILE", "DATELINE_KAFKA_BOOTSTRAP", "DATELINE_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_the_settings_of_what_runs_are_found(tmp_path: Path) -> None:
    """A second terminal reaches the same broker and database, with the password as it is."""
    tell(tmp_path, RUNS)
    environ = environment(tmp_path)
    assert KafkaSettings.load(environ).kafka_bootstrap == "127.0.0.1:4711"
    assert DatabaseSettings.load(environ).database_url.get_secret_value() == RUNS["DATELINE_DATABASE_URL"]


def test_without_a_note_the_environment_is_left_as_it_is(tmp_path: Path) -> None:
    """Where nothing runs, nothing is added."""
    assert "DATELINE_FILE" not in environment(tmp_path, needed=False)


@pytest.mark.parametrize("name", ["DATELINE_FILE", "DATELINE_KAFKA_BOOTSTRAP", "DATELINE_DATABASE_URL"])
def test_the_environment_wins_as_a_whole(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a broker means that one: its database is not taken from what happens to run in a folder."""
    tell(tmp_path, RUNS)
    monkeypatch.setenv(name, "elsewhere")
    environ = environment(tmp_path)
    assert environ[name] == "elsewhere"
    assert environ.get("DATELINE_FILE") != str(tmp_path / RUNNING)


def test_other_settings_of_the_environment_stay_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What says nothing of servers does not hide those that run."""
    tell(tmp_path, RUNS)
    monkeypatch.setenv("DATELINE_KAFKA_TOPIC_PREFIX", "mine")
    settings = KafkaSettings.load(environment(tmp_path))
    assert (settings.kafka_topic_prefix, settings.kafka_bootstrap) == ("mine", "127.0.0.1:4711")


def test_only_the_user_may_read_the_note(tmp_path: Path) -> None:
    """It holds the password of the database."""
    file = tell(tmp_path, RUNS)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_note_with_open_rights_is_replaced_by_a_closed_one(tmp_path: Path) -> None:
    """The password is never written into a file that somebody has opened already."""
    left = tmp_path / RUNNING
    left.write_text("old")
    left.chmod(0o666)
    with left.open() as reader:
        file = tell(tmp_path, RUNS)
        assert reader.read() == "old"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_where_something_is_needed_and_nothing_runs_the_way_to_start_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that needs a broker or a database and knows none says how to start them."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="start `dateline up`"):
        environment(tmp_path)
