"""A member of a group as a program: says a line for each record that it takes, finishes none, and never leaves.

Arguments: the group and the topic; its settings come from the environment.
"""

import asyncio
import sys
from typing import NoReturn

from services.kit.kafka.client import KafkaConsumer
from services.kit.settings import KafkaSettings
from tests.contract.steps import nothing


async def take(group: str, topic: str) -> NoReturn:
    """Take records until killed."""
    consumer = KafkaConsumer(KafkaSettings.load(), group, [topic])
    await consumer.start(assigned=nothing, revoked=nothing)
    while True:
        for record in await consumer.poll(timeout_s=0.1, limit=10):
            sys.stdout.write(f"{record.partition} @{record.offset}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(take(*sys.argv[1:]))
