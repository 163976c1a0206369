"""Fixtures that all tests share."""

from tests.fakes.servers import database, servers

__all__ = ["database", "servers"]
