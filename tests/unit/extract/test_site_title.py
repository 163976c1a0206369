"""What a site is called, where its pages say several things."""

import pytest

from services.extract import site_title

URL = "https://www.harbourpost.example/2024/x"


@pytest.mark.parametrize(
    ("stated", "window", "url", "name"),
    [
        (["Harbour Post"], None, URL, "Harbour Post"),
        (["Northern Wire", "Harbour Post"], None, URL, "Harbour Post"),
        (["Northern Wire"], "Crane falls | The Harbour Post", URL, "The Harbour Post"),
        (["Northern Wire"], "Crane falls - a quay is shut", URL, "Northern Wire"),
        (["https://harbourpost.example", None, "Harbour Post"], None, URL, "Harbour Post"),
        (["Crane falls"], None, URL, None),
        ([], "Crane falls - Harbour Post", URL, "Harbour Post"),
        ([], "Crane falls", URL, None),
        (["Wire", "Harbour Evening Post"], None, "https://hep.example/x", "Harbour Evening Post"),
        (["Wire", "P\u00fablico"], None, "https://publico.example/x", "P\u00fablico"),
        (["News", "The Harbour News"], None, "https://harbournews.example/x", "The Harbour News"),
        (["\u6e2f\u6e7e\u65b0\u805e"], "X - \u6e2f\u6e7e\u65b0\u805e", URL, "\u6e2f\u6e7e\u65b0\u805e"),
        (["Harbour Post"], None, "no address", "Harbour Post"),
    ],
)
def test_the_name_that_the_host_bears_out_counts(
    stated: list[str | None], window: str | None, url: str, name: str | None
) -> None:
    """A name made of the host's letters goes before others; else the first counts, but no headline and no address."""
    assert site_title.settle(stated, window=window, title="Crane falls", url=url) == name
