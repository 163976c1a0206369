"""A `Process` for tests that run a service's loop inside the test's own event loop."""

from services.kit.run import Process
from services.kit.settings import ProcessSettings


def process() -> Process:
    """Return a process that nobody has asked to stop."""
    return Process(ProcessSettings.load({}))
