"""Ingest with an archive: documents of feeds are kept as they came, each once."""

import json
from pathlib import Path

from services.kit.archive import warc
from services.kit.archive.capture import FEED
from services.kit.archive.frames import frames
from services.kit.archive.places import chunks_of
from services.kit.archive.writer import opened as opened_archive
from tests.fakes.archives import documents, files, settings
from tests.fakes.feeds import rss, stories
from tests.fakes.newsdesk import opened, polls
from tests.fakes.site import etag_of


async def test_each_document_that_is_new_is_kept(database: str, tmp_path: Path) -> None:
    """A changed document is kept, an unchanged one is not, whether the server or its bytes say so."""
    first, second = rss(stories(3)), rss(stories(5))
    async with opened(database) as desk, opened_archive(settings(tmp_path), "ingest") as archive:
        desk.archive = archive
        url = await desk.add("/feed", first)
        lines = await desk.polled(times=2)
        desk.serve("/feed", second, etag=etag_of(second))
        lines += await desk.polled(times=2)
        feed_id = (await desk.feed()).feed_id
    assert polls(lines) == ["feed.polled", "feed.unchanged", "feed.polled", "feed.unchanged"]
    (path,) = files(tmp_path)
    assert [(document.url, document.body) for _, document in documents(path)] == [(url, first), (url, second)]
    beside = [warc.block(one.raw or b"") for one in frames(chunks_of(path)) if one.kind == "metadata"]
    assert [one.head["content-type"] for one in beside] == [FEED, FEED]
    assert {json.loads(one.data)["feed_id"] for one in beside} == {feed_id}


async def test_a_document_that_is_no_feed_is_kept_too(database: str, tmp_path: Path) -> None:
    """What could not be parsed is worth parsing again when the parser has become better."""
    async with opened(database) as desk, opened_archive(settings(tmp_path), "ingest") as archive:
        desk.archive = archive
        await desk.add("/feed", b"<rss><channel><item></rss>" * 3)
        await desk.add("/page", b"<!doctype html><title>No feed</title>", content_type="text/html")
        await desk.polled()
    (path,) = files(tmp_path)
    assert len([one for _, one in documents(path) if one.url.endswith("/page")]) == 1
