"""Lists of feeds in and out."""

import pytest

from services.ingest import opml
from services.ingest.opml import Subscription
from services.kit.errors import Rejected
from tests.fakes.feeds import NOW

LIST = """<?xml version="1.0"?>
<opml version="1.0">
  <head><title>Mine</title></head>
  <body>
    <outline text="News">
      <outline text="World">
        <outline type="rss" text="Wire &amp; Co" xmlUrl="https://wire.example/feed" htmlUrl="https://wire.example/"/>
      </outline>
      <outline TITLE="Gazette" xmlurl=" https://gazette.example/rss "/>
    </outline>
    <outline text="Wire again" xmlUrl="https://wire.example/feed"/>
    <outline text="Local" xmlUrl="file:///etc/passwd"/>
    <outline text="A link" type="link" url="https://elsewhere.example/"/>
  </body>
</opml>
"""


def test_nested_outlines_are_read_with_their_folders() -> None:
    """Feeds come back in their order, once each, with the folders around them; attribute names in any case."""
    found = opml.read(LIST.encode())
    assert list(found) == [
        Subscription("https://wire.example/feed", "Wire & Co", "https://wire.example/", ("News", "World")),
        Subscription("https://gazette.example/rss", "Gazette", None, ("News",)),
    ]
    assert len(found) == 2


def test_an_outline_that_is_no_feed_is_told_with_its_line() -> None:
    """An address that cannot be polled does not spoil the list, and the problem names its line."""
    (problem,) = opml.read(LIST.encode()).problems
    assert problem.startswith("line 12: 'file:///etc/passwd' is no feed address: scheme is 'file'")


def test_a_written_list_reads_back_as_it_was() -> None:
    """Titles, addresses and folders survive a round trip, with everything that XML must escape."""
    given = (
        Subscription("https://w.example/?a=1&b=2", 'Q & "A" <b>', "https://w.example/", ("News", "World")),
        Subscription("https://x.example/feed"),
    )
    back = opml.read(opml.write(given, title="Mine & yours", now=NOW).encode())
    assert back.problems == ()
    assert back.subscriptions == (given[0], Subscription("https://x.example/feed", "https://x.example/feed"))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("<opml><body>\n<outline></opml>", "line 2: mismatched tag"),
        ("", "line 1: no element found"),
        ("<html/>", "line 1: the document is <html>, not <opml>"),
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "line 1: a document type"),
        ('<?xml version="1.0"?>\n<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>', "line 2: a document type"),
        ("<opml>" + "<outline>\n" * 200, "line 100: nested deeper"),
        ("\x00", "line 1"),
        ("not xml", "line 1"),
    ],
    ids=["mismatch", "empty", "html", "entity", "dtd", "deep", "nul", "text"],
)
def test_a_bad_list_is_refused_with_its_line(document: str, message: str) -> None:
    """What is no OPML, or could hide something, is refused in one sentence that names the line."""
    with pytest.raises(Rejected) as caught:
        opml.read(document.encode())
    assert caught.value.code == "opml.invalid"
    assert caught.value.message.startswith(message)


def test_a_list_in_another_encoding_is_read() -> None:
    """The declared encoding counts."""
    text = (
        '<?xml version="1.0" encoding="iso-8859-1"?><opml><outline text="Größe" xmlUrl="https://g.example/f"/></opml>'
    )
    assert opml.read(text.encode("iso-8859-1")).subscriptions[0].title == "Größe"
