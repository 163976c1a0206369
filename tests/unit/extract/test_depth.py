"""Depth: pages nested deeper than parsers follow."""

import pytest

from services.extract.depth import shallow
from services.kit.errors import Rejected

TEXT = "The old bridge over the harbour was opened to traffic on Friday evening. " * 5


def test_ordinary_pages_pass_untouched() -> None:
    """A page with many elements side by side is not deep, though some are never closed."""
    page = "<html><body>" + "<p>one<br><img src=x><li>two<div>three</div>" * 5000
    assert shallow(page) is page


def test_bytes_are_counted_as_characters_are() -> None:
    """A page gives the same with and without its bytes."""
    flat, deep = f"<p>{TEXT}</p>" * 3000, f"<html><body><p>{TEXT}</p>" + "<div>" * 20_000
    assert shallow(flat, encoded=flat.encode()) is flat
    assert shallow(deep, encoded=deep.encode()) == shallow(deep) != deep


def test_text_below_the_limit_is_refused() -> None:
    """Text at depth 100,000 cannot be read, and that is said."""
    with pytest.raises(Rejected, match=r"page\.too_deep"):
        shallow("<html><body>" + "<div>" * 100_000 + f"<p>{TEXT}</p>")


def test_depth_without_text_is_cut() -> None:
    """Where the deep part holds nothing, the page is cut and read."""
    assert TEXT.strip() in shallow(f"<html><body><p>{TEXT}</p>" + "<div>" * 20_000 + "</body></html>")
