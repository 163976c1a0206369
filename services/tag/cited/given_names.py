"""First names by which people are mostly women or men, of many languages, small and without accents."""

from typing import Final

from services.tag.cited.mens_names import MEN
from services.tag.cited.womens_names import WOMEN
from services.tag.words import words

GIVEN: Final = WOMEN | MEN
_EITHER: Final = words(
    "kim andrea camille simone joan noor lee jan jean chris claude nicola michele gabriele robin alexis sasha shashi "
    "kiran gulshan marian jaime nur sina yuki ren jun aime nino nikita dominique morgan jordan marie ariel itai"
)
"""Names of women here, and of men or families there."""
ONLY_WOMEN: Final = WOMEN - MEN - _EITHER
ONLY_MEN: Final = MEN - WOMEN - _EITHER
