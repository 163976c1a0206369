"""What one phrase tells about who speaks."""

from dataclasses import dataclass

from services.tag.outlet import Entry


@dataclass(frozen=True, slots=True)
class Speaker:
    """What one phrase tells. `definite` phrases (`the source`) may speak of somebody named before by `head`."""

    kind: str
    words: str
    """The phrase without its article."""
    name: str | None = None
    role: str | None = None
    affiliation: str | None = None
    country: str | None = None
    outlet: Entry | None = None
    head: str = ""
    definite: bool = False
    abroad: bool = False
    """True where the phrase is of another language than English, and was read as one that speaks."""
    plural: bool = False
    gender: str | None = None
    """`f` or `m` where a title or a noun tells."""
    guessed: bool = False
    """True for a name that nothing but its capitals tells to be a person's."""
    owner: str | None = None
    """Whose: `its`, `ministry`; the affiliation where that is somebody known."""
