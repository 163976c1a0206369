"""Fixtures of the tests that run a service as a whole."""

from collections.abc import AsyncIterator

import pytest_asyncio

from services.extract.page import warm
from services.kit.pool import WorkerPool
from tests.fakes.site import Site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[WorkerPool]:
    """Give two workers that read pages."""
    async with WorkerPool(workers=2, deadline_s=20, warm=warm, name="page") as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    """Give a site that serves what a test tells it to."""
    async with Site() as started:
        yield started
