"""Whether a cue tells what somebody says, or only what somebody wants, thinks or does about it. English."""

from bisect import bisect_left, bisect_right
from typing import Final

from services.tag.cited.cues import ENGLISH
from services.tag.cited.said import stance_of
from services.tag.words import Words, words

_ATTITUDES: Final = words("""
thought known think hope hopes hopeful belief beliefs view views viewed viewing see sees saw seen seeing seem seems
seemed seemingly appear appears appeared plan plans planned planning decide decides decided deciding decision
decisions consider considers considered considering regard regards regarded intend intends intended intention
intentions aim aims aimed wish wishes wished desire desires like likes liked love loves loved hate hates hated mind
eager willing ready unwilling reluctant confident concern concerns concerned worry worries worried fear fears afraid
angry angered glad happy proud opposition opponent opponents opposed support supporter supporters supportive favorite
favourite endorsement refusal understand understands understood understanding realize realizes realized realise
realised suspect suspects suspected anticipate anticipates anticipated imagine imagined deem deems deemed trust trusts
trusted welcome welcomes welcomed embrace embraced accept accepts accepted ignore ignored learn learned learnt notice
noticed recognize recognizes recognized recognise recognised vote votes voted voting sign signed pass passed approve
approved nominate nominated appoint appointed guess doubts confidence skeptical sceptical optimistic pessimistic
determined committed divided split look looks looked looking search searches searched searching try tries tried trying
appeal appeals appealed appealing refrain refrains refrained
""")
_EXPRESSING: Final = words("express voice signal show offer feel")
"""Verbs that tell no more than the noun behind them: `expressed hope`."""
_STANDING: Final = words(
    "reject condemn demand request urge apologize apologise thank praise commend applaud decline refuse"
)
"""Verbs of judging, asking and refusing: they tell where somebody stands, not what is so."""
_SILENT: Final = words("say mention comment answer respond reply specify elaborate disclose confirm verify")
_NEGATIONS: Final = words("not n't didn't doesn't don't wouldn't won't couldn't hasn't haven't never neither")


def stance_of_cue(text: Words, cue: tuple[int, int]) -> str:
    """Give `assertion` or `attitude` for a cue, a half-open range of characters.

    The first verb of the lexicon decides; without one, any word of wanting or thinking; else something is asserted.
    Silence, judging and calling for something assert nothing.
    """
    first, end = bisect_right(text.ends, cue[0]), bisect_left(text.starts, cue[1])
    said = text.lower[first:end]
    verbs = [number for number in range(first, end) if text.lower[number] in ENGLISH]
    felt = not _ATTITUDES.isdisjoint(said)
    if not verbs:
        if said[-1:] in (["learned"], ["learnt"]) and (len(said) > 1 or text.lower[end : end + 1] == ["from"]):
            return "assertion"
        return "attitude" if felt else "assertion"
    place = next((number for number in verbs if not ENGLISH[text.lower[number]].doubtful), verbs[0])
    base = ENGLISH[text.lower[place]].base
    after = text.lower[place + 1 : place + 3]
    silent = base in _SILENT and not _NEGATIONS.isdisjoint(said)
    calls = base == "call" and after[:1] in (["for"], ["on"], ["upon"])
    expresses = base in _EXPRESSING and (felt or not _ATTITUDES.isdisjoint(after))
    if silent or calls or expresses or base in _STANDING:
        return "attitude"
    return stance_of(text, place, ENGLISH[text.lower[place]])
