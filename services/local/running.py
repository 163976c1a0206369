"""How a command finds the broker and the database: in the settings, else from what `dateline up` left in its folder."""

import os
from pathlib import Path
from typing import Final

from services.kit.errors import SettingsError
from services.kit.settings import FILE_NAME

RUNNING: Final = "running.env"
_SAID: Final = ("DATELINE_FILE", "DATELINE_KAFKA_BOOTSTRAP", "DATELINE_DATABASE_URL")


def environment(folder: Path, *, needed: bool = True) -> dict[str, str]:
    """Return the environment, with the settings of what runs in `folder` where it says nothing of its own.

    Raises:
        SettingsError: nothing is said, nothing runs, and it is needed.

    """
    environ = dict(os.environ)
    file = folder / RUNNING
    if any(name in environ for name in _SAID):
        return environ
    if file.is_file():
        environ["DATELINE_FILE"] = str(file)
    elif needed and not Path(FILE_NAME).is_file():
        where = "or say where broker and database are: DATELINE_KAFKA_BOOTSTRAP, DATELINE_DATABASE_URL"
        raise SettingsError("settings.nothing_runs", f"nothing runs in {folder}; start `dateline up`, {where}")
    return environ


def tell(folder: Path, environ: dict[str, str]) -> Path:
    """Leave the settings of what runs here for other commands; only this user may read them."""
    file = folder / RUNNING
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={value}\n" for name, value in environ.items()), encoding="utf-8")
    return file
