"""The jars of Apache Kafka: tests that need them skip without, and fail where everything has to be tested."""

import os
from pathlib import Path

import pytest

from services.kit.errors import SettingsError
from services.local.apache import LIBS
from services.local.cluster import programs

ROOT = Path(__file__).parents[2]


def jars() -> Path:
    """Return the folder of the jars, or skip the test, saying why."""
    try:
        return programs(ROOT / LIBS)[1]
    except SettingsError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI tests Apache Kafka: {missing}")
        pytest.skip(f"no Apache Kafka: {missing}")
