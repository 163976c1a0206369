"""What polls work with."""

import secrets
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from services.ingest.budget import Budget
from services.ingest.leases import Leases
from services.ingest.ledger import Ledger
from services.ingest.reach import Reach
from services.ingest.settings import IngestSettings
from services.ingest.timetable import Timetable
from services.kit.archive.writer import Archive
from services.kit.clock import Clock
from services.kit.db import Database
from services.kit.http.answer import Fetched
from services.kit.http.fetch import Gate
from services.kit.kafka.ports import Producer
from services.kit.outage import Outages

T = TypeVar("T")


class Fetches(Protocol):
    """What a poll needs of `services.kit.http.fetch.Fetcher`."""

    async def get(
        self, url: str, *, body_max_bytes: int, headers: Mapping[str, str] | None = None, gate: Gate | None = None
    ) -> Fetched:
        """Fetch a URL."""


class Isolates(Protocol):
    """What a poll needs of `services.kit.pool.WorkerPool`."""

    async def run(self, function: Callable[..., T], /, *args: object) -> T:
        """Call a function in a process that can be killed."""


@dataclass(frozen=True)
class Tools:
    """What polls work with. The second half is this process's own view of what it polls, and made here."""

    fetcher: Fetches
    pool: Isolates
    producer: Producer
    database: Database
    outages: Outages
    settings: IngestSettings
    clock: Clock
    counts: Counter[str]
    """What the summary prints: each terminal event by its name, also those that are not logged one by one."""
    archive: Archive | None = None
    owner: str = field(default_factory=lambda: secrets.token_hex(8))
    """Name of this process on its leases."""
    reach: Reach = field(default_factory=Reach)
    leases: Leases = field(init=False)
    ledger: Ledger = field(init=False)
    timetable: Timetable = field(init=False)
    budget: Budget = field(init=False)

    def __post_init__(self) -> None:
        limits = self.settings.limits
        made = {
            "leases": Leases(self.database, self.owner, lease_s=self.settings.ingest_lease_s),
            "ledger": Ledger(self.database, self.outages, self.clock),
            "timetable": Timetable(host_gap_s=self.settings.ingest_host_gap_s),
            "budget": Budget(limits.mean_s, least_s=limits.least_s, most_s=limits.most_s),
        }
        for name, part in made.items():
            object.__setattr__(self, name, part)
