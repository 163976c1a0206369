"""What a reader of attributions marks in a text: who speaks, the word that says so, and what is said."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mark:
    """A half-open range of characters, with how sure the reader is of it, from 0 to 1."""

    start: int
    end: int
    sure: float


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a text, each kind in the order of the text and without overlap."""

    sources: tuple[Mark, ...]
    cues: tuple[Mark, ...]
    contents: tuple[Mark, ...]


class Marker(Protocol):
    """Whoever marks texts: the packaged model, or another."""

    def marks(self, text: str) -> Marks:
        """Mark a text. Spans are offsets into it."""
        ...
