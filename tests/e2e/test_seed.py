"""The worked example: a site republishes a Press TV story that relays Sputnik, which relays an unnamed source."""

import json
from pathlib import Path

import pytest

from schemas.v1 import TaggedArticle
from tests.fakes.corpora import corpus
from tests.fakes.rig import rig
from tests.fakes.servers import EmbeddedServers
from tests.fakes.site import Site

PORT = 8999
"""The port that the example's feed names."""
PAGE = "/2021/02/13/western-intel-daesh-chiefs-meet.html"


@pytest.mark.slow
@pytest.mark.alone  # both kinds of broker need the one port that the feed names
@pytest.mark.parametrize("broker", ["embedded", "apache"])
async def test_the_worked_example_comes_out_tagged(servers: EmbeddedServers, tmp_path: Path, broker: str) -> None:
    """From its feed, through all services, the example becomes one record with outlet, date, countries and sources."""
    seed = corpus("seed")
    expected = json.loads((seed / "expected.json").read_text(encoding="utf-8"))
    async with Site(port=PORT) as site:
        site.serve("/feed.xml", (seed / "feed.xml").read_bytes(), content_type="application/rss+xml")
        page = (seed / "article.html").read_bytes()
        site.serve(PAGE, page)
        site.serve(f"{PAGE}?utm_source=rss&utm_medium=feed", page)
        async with rig(servers, tmp_path, [f"http://127.0.0.1:{PORT}/feed.xml"], broker=broker) as running:
            (record,) = await running.tagged(1)
    assert record.title == expected["title"]
    check_outlet(record)
    check_sources(record)
    assert record.tags.date is not None
    assert record.tags.date.published_at is not None
    assert record.tags.date.published_at.date().isoformat() == "2021-02-13"
    assert record.tags.regions is not None
    assert {country.code for country in record.tags.regions.countries[:2]} == {"SY", "IQ"}
    check_spans(record)


def check_outlet(record: TaggedArticle) -> None:
    """Check that the host is the republisher and the origin is Press TV."""
    assert record.tags.outlet is not None
    assert record.tags.outlet.host is not None
    assert record.tags.outlet.origin is not None
    assert record.tags.outlet.host.name == "Eastbound Bulletin"
    assert record.tags.outlet.origin.name == "Press TV"


def check_sources(record: TaggedArticle) -> None:
    """Check that among the sources are the agency, the unnamed source, and both named persons."""
    assert record.tags.sources is not None
    named = {source.name for source in record.tags.sources.sources}
    assert {"Sputnik", "Ebrahim Raeisi", "Sadiq al-Husseini"} <= named
    assert any("informed media source" in one.mention for one in record.tags.sources.sources if one.anonymous)


def check_spans(record: TaggedArticle) -> None:
    """Check that every span quotes exactly what stands at its offsets."""
    tags = record.tags
    assert tags.sources is not None
    assert tags.regions is not None
    spans = [span for one in tags.sources.attributions for span in (one.source, one.cue, one.content) if span]
    for span in [*spans, *tags.regions.places]:
        assert record.text[span.start : span.end] == span.text
