"""How a record ends: the one place where an outcome is decided. Handled, postponed, or failed with a reason."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from services.kit.clock import Clock, utc_now
from services.kit.errors import (
    BrakePulled,
    DatelineError,
    DependencyDown,
    ServiceFailed,
    SettingsError,
    UnitFailed,
)
from services.kit.events import BrakeEngaged, Event, RecordFailed, RecordPostponed
from services.kit.kafka.brake import Brake
from services.kit.kafka.delays import Delay, attempts, next_delay, postponed
from services.kit.kafka.failures import failure, reason_only, without_value
from services.kit.kafka.messages import Outgoing, Received
from services.kit.kafka.ports import Producer
from services.kit.log import emit
from services.kit.outage import Outages

Handle = Callable[[Received], Awaitable[Event]]
"""Does the work for one record and returns its terminal event. Raises `UnitFailed` when it cannot be done."""

OURS: Final = (DependencyDown, ServiceFailed, SettingsError)
"""Errors that are about this process and not about the record: it stays where it is."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a consumer is for, as failure records and the log name it."""

    stage: str
    group: str
    failures_topic: str
    delays: tuple[Delay, ...] = ()
    """Where a record waits whose trouble may pass, shortest first; without any it fails at once."""


class Outcomes:
    """Brings records to their ends."""

    def __init__(
        self, handle: Handle, producer: Producer, role: Role, outages: Outages, *, clock: Clock = utc_now
    ) -> None:
        self._handle = handle
        self._producer = producer
        self._role = role
        self._outages = outages
        self._clock = clock
        self._brake = Brake()

    async def of(self, record: Received) -> Event:
        """Handle a record to its end. A dependency that is down is waited for here: the record moves nowhere.

        Raises:
            DependencyDown: the process is to stop while a dependency is down.
            ServiceFailed: the process has to end.
            SettingsError: a dependency refuses our settings.

        """
        started = time.monotonic()
        try:
            event = await self._outages.ride_out(lambda: self._handle(record))
        except OURS:
            raise
        except DatelineError as error:
            return await self._without_success(record, error, started)
        except Exception as error:  # noqa: BLE001 - the boundary of a unit of work: whatever happens is its outcome
            unexpected = UnitFailed("unexpected", f"{type(error).__name__}: {error}"[:200])
            unexpected.suspicious = True
            return await self._without_success(record, unexpected, started)
        self._brake.note(suspicious=False)
        return event

    def check(self) -> None:
        """Stop where too much failed.

        Raises:
            BrakePulled: the brake is engaged.

        """
        if self._brake.engaged:
            emit(BrakeEngaged(consecutive=self._brake.consecutive, share=round(self._brake.share, 2)))
            raise BrakePulled(
                "brake.engaged", f"{self._brake.consecutive} in a row, {self._brake.share:.0%} of the last"
            )

    async def _without_success(self, record: Received, error: DatelineError, started: float) -> Event:
        self._brake.note(suspicious=error.suspicious)
        delay = next_delay(record, self._role.delays) if error.retryable else None
        if delay is not None:
            return await self._postponed(record, error, delay)
        if record.partition.topic != self._role.failures_topic:  # a failure that fails stays where it is
            await self._to_failures(record, error)
        return RecordFailed(
            topic=record.partition.topic,
            partition=record.partition.number,
            offset=record.offset,
            error_code=error.code,
            error_message=error.message[:200],
            error_stage=error.stage,
            retryable=error.retryable,
            duration_ms=round((time.monotonic() - started) * 1000),
        )

    async def _to_failures(self, record: Received, error: DatelineError) -> None:
        message = failure(
            record,
            error,
            topic=self._role.failures_topic,
            stage=self._role.stage,
            group=self._role.group,
            version=version("dateline"),
            now=self._clock(),
        )
        try:
            await self._sent(message)
        except UnitFailed:
            # larger than we may send: its reason is worth more than nothing, and its bytes stand on its topic
            try:
                await self._sent(without_value(message))
            except UnitFailed:
                await self._sent(reason_only(message))

    async def _sent(self, message: Outgoing) -> None:
        await self._outages.ride_out(lambda: self._producer.send(message))

    async def _postponed(self, record: Received, error: DatelineError, delay: Delay) -> Event:
        message = postponed(record, delay, code=error.code, now=self._clock())
        await self._sent(message)
        return RecordPostponed(
            topic=record.partition.topic,
            partition=record.partition.number,
            offset=record.offset,
            error_code=error.code,
            error_message=error.message[:200],
            attempt=attempts(record) + 1,
            delay_topic=delay.topic,
            wait_s=delay.wait.total_seconds(),
        )
