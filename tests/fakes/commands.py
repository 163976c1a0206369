"""The command line as a pipe uses it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 120


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What it wrote, one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def told(self) -> list[dict[str, Any]]:
        """What it told beside that, one JSON object a line."""
        return [json.loads(line) for line in self.err.splitlines()]


def dateline(*arguments: str, **settings: str) -> Done:
    """Run a command to its end, with these settings and no other."""
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    environ |= {f"DATELINE_{name}": value for name, value in settings.items()}
    done = subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments],
        env=environ,
        text=True,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
