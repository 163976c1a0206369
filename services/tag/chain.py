"""The way that the main claim of an article came: from the outlet whose story it is outward to who said it first."""

from schemas.v1.tagged import Attribution, ChainLink, OutletTag, Source
from services.tag.folding import even, fold
from services.tag.story import Story


def trace_chain(
    story: Story,
    outlet: OutletTag,
    sources: list[Source],
    attributions: list[Attribution],
    outlet_ids: dict[str, str],
) -> list[ChainLink]:
    """Trace the main claim: its first source, those who relay it, and the outlet that tells it.

    `outlet_ids` gives the directory's id of the sources that are outlets. Without a cited source there is no chain.
    """
    first = _main(story, sources, attributions)
    if first is None:
        return []
    by_id = {source.id: source for source in sources}
    path = [first]
    while relay := next((s for s in sources if path[0].id in s.cites and s not in path), None):
        path.insert(0, relay)
    while further := next((by_id[i] for i in path[-1].cites if i in by_id and by_id[i] not in path), None):
        path.append(further)
    links = [ChainLink(name=s.name or s.mention, source_id=s.id, outlet_id=outlet_ids.get(s.id)) for s in path]
    teller = outlet.origin or outlet.host
    if teller is None or (links and links[0].outlet_id and links[0].outlet_id == teller.id):
        return links
    return [ChainLink(name=teller.name, outlet_id=teller.id), *links]


def _main(story: Story, sources: list[Source], attributions: list[Attribution]) -> Source | None:
    """Pick the source of the main claim: the one that the headline names behind a colon, else the first cited."""
    _, colon, credit = even(story.title or "").rpartition(": ")
    if colon:
        for source in sources:
            if source.name and fold(source.name) == fold(credit.strip()):
                return source
    listed = {source.id: source for source in sources}
    for attribution in attributions:
        if attribution.stance == "assertion" and attribution.source_id in listed:
            return listed[attribution.source_id]
    return None
