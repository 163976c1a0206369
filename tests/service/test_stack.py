"""The services of one machine as real processes: kept running, left alone where that cannot help, stopped for good.

They are given servers that do not exist. Services wait for those, which is all the life that these tests need.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.local.process import free_port
from services.local.stack import SERVICES, Stack

STOP_S = 20.0


class Said(list[str]):
    """What the stack told its user."""

    def of(self, service: str) -> list[str]:
        """Return what it told about a service."""
        return [text for text in self if text.startswith(service)]


@asynccontextmanager
async def kept(folder: Path, **settings: str) -> AsyncIterator[tuple[Stack, Said]]:
    """Start all services, keep them running, and stop them at the end."""
    environ = {
        "DATELINE_KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}",
        "DATELINE_DATABASE_URL": f"postgresql://u:p@127.0.0.1:{free_port()}/d",
        **settings,
    }
    said = Said()
    stack = Stack(folder, environ, said.append)
    await stack.start()
    try:
        yield stack, said
    finally:
        await stack.stop(SERVICES, deadline_s=STOP_S)


async def until(condition: Callable[[], object], *, timeout_s: float = 20) -> None:
    """Wait for something that other processes bring about."""
    async with asyncio.timeout(timeout_s):
        while not condition():  # noqa: ASYNC110 - other processes set no event of ours
            await asyncio.sleep(0.02)


def kill(stack: Stack, service: str) -> int:
    """Kill a service, and return which process it was."""
    pid = stack.pid(service)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def started_anew(stack: Stack, service: str, before: int) -> bool:
    """Tell whether a service runs as another process."""
    return stack.pid(service) not in (None, before)


def runs(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def waits(stack: Stack, service: str) -> bool:
    """Tell whether a service is up and waits for the servers that are not there."""
    return "dependency.lost" in stack.log(service).read_text(encoding="utf-8")


@pytest.mark.slow
async def test_a_service_that_dies_is_started_again_and_a_stop_ends_all(tmp_path: Path) -> None:
    """A killed service comes back as another process, its log goes on, and in the end nobody is left."""
    async with kept(tmp_path) as (stack, said):
        pids = {name: stack.pid(name) for name in SERVICES}
        assert None not in pids.values()
        await until(lambda: waits(stack, "store"))
        before = kill(stack, "store")
        await until(lambda: started_anew(stack, "store", before))
        assert said == ["store ended with exit code -9; it is started again in 1 s"]
        assert waits(stack, "store")
        assert [stack.pid(name) for name in ("ingest", "extract", "tag")] == [
            pids[name] for name in ("ingest", "extract", "tag")
        ]
        pids["again"] = stack.pid("store")
        await until(lambda: all(waits(stack, name) for name in SERVICES))
        await until(lambda: stack.log("store").read_text(encoding="utf-8").count("dependency.lost") == 2)
        began = time.monotonic()
    assert time.monotonic() - began < STOP_S
    assert [stack.pid(name) for name in SERVICES] == [None] * len(SERVICES)
    assert not [pid for pid in pids.values() if pid is not None and runs(pid)]
    drained = [name for name in SERVICES if '"exit_code": 0' in stack.log(name).read_text(encoding="utf-8")]
    assert drained == list(SERVICES)


@pytest.mark.slow
async def test_a_service_that_refuses_its_settings_is_not_started_again(tmp_path: Path) -> None:
    """Exit code 2 is said once, with where to look, and the other services go on."""
    async with kept(tmp_path, DATELINE_STORE_CONCURRENCY="many") as (stack, said):
        await until(lambda: said)
        assert said == [f"store refuses its settings and is not started again; see {stack.log('store')}"]
        assert "DATELINE_STORE_CONCURRENCY" in stack.log("store").read_text(encoding="utf-8")
        # somebody else's restart comes after the store's would have come
        before = kill(stack, "ingest")
        await until(lambda: started_anew(stack, "ingest", before))
        assert stack.pid("store") is None
        assert len(said.of("store")) == 1


@pytest.mark.slow
async def test_a_service_that_waits_for_its_restart_holds_up_no_other(tmp_path: Path) -> None:
    """The end of one service is met while another one waits, which may be for a quarter of a minute."""
    async with kept(tmp_path) as (stack, said):
        before = kill(stack, "store")
        await until(lambda: started_anew(stack, "store", before))
        kill(stack, "store")
        await until(lambda: len(said.of("store")) == 2)
        kill(stack, "ingest")
        await until(lambda: said.of("ingest"))
        assert stack.pid("store") is None, "the store, which waits for 2 s, was waited for"
