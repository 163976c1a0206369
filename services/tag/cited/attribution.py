"""One place where a text says that somebody said something, as finders of all kinds give it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One attribution. Spans are half-open character ranges of the text."""

    source: tuple[int, int]
    cue: tuple[int, int]
    content: tuple[int, int] | None
    stance: str
    via: tuple[int, int] | None = None
    """The speaker who relays the source: `X, citing SOURCE, said`."""
    listener: tuple[int, int] | None = None
    """Who was told; a relay if it is an outlet: `SOURCE told Reuters`."""
    named: bool = True
    """False for a phrase of another language than English without a name."""
    sure: float | None = None
    """How probable it is that source and cue are right; null where rules found it."""
