"""Topics as commands see them: what the table wants, what the broker has, and creating what is missing."""

from collections.abc import Mapping

from rich.table import Table

from schemas.topics import TOPICS
from services.kit.kafka.admin import Step, create_topics, existing_topics, plan
from services.kit.settings import KafkaSettings
from services.local.show import inert


async def steps(environ: Mapping[str, str], *, replication: int) -> list[Step]:
    """Compare the topic table with the broker's topics.

    Raises:
        DependencyDown: no broker answers.

    """
    settings = KafkaSettings.load(environ)
    return plan(TOPICS, await existing_topics(settings, TOPICS), settings, replication=replication)


async def apply(environ: Mapping[str, str], *, replication: int) -> list[Step]:
    """Create what is missing, and return how things stand then. What differs is left as it is.

    Raises:
        DependencyDown: no broker answers, or it refuses a topic.

    """
    missing = [step.topic for step in await steps(environ, replication=replication) if step.missing]
    if missing:
        await create_topics(KafkaSettings.load(environ), missing, replication=replication)
    return await steps(environ, replication=replication)


def table(planned: list[Step]) -> Table:
    """Return the steps as a table for a terminal."""
    shown = Table("topic", "partitions", "kept", "state", box=None)
    for step in planned:
        state = "to be created" if step.missing else "; ".join(step.differences) or "as it should be"
        shown.add_row(inert(step.name), str(step.topic.partitions), f"{step.topic.kept.days} days", inert(state))
    return shown
