"""Marks sources, cues and contents in English text with the packaged model, on one processor core.

The file of the model is checked against the hash in its card before it is loaded; docs/models/cited-sources.md tells
what it was fitted to and what it cannot do.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final, Self

import numpy as np
import onnxruntime
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from services.kit.errors import ServiceFailed
from services.tag.cited.candidates import may_attribute
from services.tag.cited.labels import ENDS, GOES_ON, LABELS, LAYERS, NEVER, OUTSIDE, Scores, marked
from services.tag.cited.marks import Mark, Marks
from services.tag.cited.pieces import Pieces, cut, windows

MODEL: Final = "source_model.onnx"
CARD: Final = "source_model.json"
VOCABULARY: Final = "source_model_pieces.txt"
WINDOW_PIECES: Final = 150
"""Pieces that the model reads at a time. Attention costs by the square; longer windows read no better."""
INPUTS: Final = ("ids", "casing", "quoting")
OPENS_WINDOW: Final = 101
ENDS_WINDOW: Final = 102
"""Ids of the marks around a window."""


PIECES_MAX: Final = 40_000
"""Pieces of one text that are read, two seconds' worth: a book would hold up the articles behind it and fill memory."""
SILENT: Final = 20
"""The score of `outside` where nobody can speak."""
IN_ONE_LINE: Final = frozenset({"sources", "cues"})
"""Layers whose spans never run on into the next paragraph."""


@dataclass(frozen=True, slots=True)
class Card:
    """What has to be known to use the model: figures set on documents that it was not fitted to."""

    sha256: str
    reluctance: Mapping[str, float]
    """Added to the score of `outside`, by layer: more gives fewer and surer spans."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what the card's file holds."""
        data = json.loads(text)
        return cls(data["sha256"], data["reluctance"])


class SourceModel:
    """The model, loaded. One instance serves one thread."""

    def __init__(self, model: bytes, card: Card, tokenizer: Tokenizer) -> None:
        if hashlib.sha256(model).hexdigest() != card.sha256:
            raise ServiceFailed(
                "tag.model_damaged", f"{MODEL} is not the file that {CARD} describes: install the package anew"
            )
        self._card = card
        self._tokenizer = tokenizer
        self._session = onnxruntime.InferenceSession(model, _options(), providers=["CPUExecutionProvider"])

    @classmethod
    def packaged(cls) -> Self:
        """Load the model that comes with the package.

        Raises:
            ServiceFailed: `tag.model_missing`: a file of it cannot be read; `tag.model_damaged`: it is another file.

        """
        folder = files("services.tag") / "data"
        try:
            card, vocabulary = ((folder / name).read_text(encoding="utf-8") for name in (CARD, VOCABULARY))
            model = (folder / MODEL).read_bytes()
        except OSError as error:
            raise ServiceFailed("tag.model_missing", f"{error}: install the package anew") from None
        return cls(model, Card.read(card), tokenizer_of(vocabulary))

    def marks(self, text: str) -> Marks:
        """Mark a text up to `PIECES_MAX`. Spans are offsets into it."""
        pieces = cut(text, self._tokenizer, PIECES_MAX)
        scores = self.scores(pieces)
        return Marks(**{name: tuple(self._marked(name, scores[layer], pieces)) for layer, name in enumerate(LAYERS)})

    def scores(self, pieces: Pieces) -> Scores:
        """Give logarithms of probabilities: layers, pieces, labels."""
        joined = np.zeros((len(pieces), len(LAYERS) * len(LABELS)), dtype=np.float32)
        joined[:, OUTSIDE :: len(LABELS)] = SILENT
        for start, end in windows(pieces, WINDOW_PIECES):
            if may_attribute(pieces.text[pieces.starts[start] : pieces.ends[end - 1]]):
                joined[start:end] = self._window(pieces, start, end)
        layers = joined.reshape(-1, len(LAYERS), len(LABELS)).transpose(1, 0, 2)
        top = layers.max(axis=2, keepdims=True)
        scores: Scores = layers - top - np.log(np.exp(layers - top).sum(axis=2, keepdims=True))
        return scores

    def _window(self, pieces: Pieces, start: int, end: int) -> Scores:
        inputs = np.zeros((len(INPUTS), 1, end - start + 2), dtype=np.int32)
        inputs[0, 0, 0], inputs[0, 0, -1] = OPENS_WINDOW, ENDS_WINDOW
        for row, values in zip(inputs, (pieces.ids, pieces.casing, pieces.quoting), strict=True):
            row[0, 1:-1] = values[start:end]
        answers = self._session.run(None, dict(zip(INPUTS, inputs, strict=True)))
        scores: Scores = answers[0][0, 1:-1]
        return scores

    def _marked(self, name: str, scores: Scores, pieces: Pieces) -> list[Mark]:
        """Spell out one layer."""
        shifted = scores.copy()
        shifted[:, OUTSIDE] += self._card.reluctance[name]
        if name in IN_ONE_LINE:
            shifted[np.ix_(sorted(pieces.paragraphs), [GOES_ON, ENDS])] = NEVER
        return marked(shifted, pieces.starts, pieces.ends)


def _options() -> onnxruntime.SessionOptions:
    """One thread: the service runs as many processes as it may use cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # plans for one length of window; ours differ
    # Beyond BASIC, Add and LayerNormalization become one operator that is ten times slower.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return options


def tokenizer_of(vocabulary: str) -> Tokenizer:
    """Make a tokenizer of its vocabulary, a piece a line: BERT's, which knows neither capitals nor accents."""
    tokenizer = Tokenizer(
        models.WordPiece(
            vocab={piece: number for number, piece in enumerate(vocabulary.rstrip("\n").split("\n"))},
            unk_token="[UNK]",  # noqa: S106 - a piece, not a password
            max_input_chars_per_word=100,
        )
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


@lru_cache(maxsize=1)
def packaged() -> SourceModel:
    """Return the model that comes with the package, loaded once a process."""
    return SourceModel.packaged()
