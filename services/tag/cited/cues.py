"""Words that say that somebody says something. One lexicon a language; a form maps to what it does.

English verbs are given by their base form and inflected here; what is irregular is listed.
"""

from dataclasses import dataclass
from typing import Final

from services.tag.words import words

_SAY: Final = words("""
say tell add note report announce suggest argue write tweet retweet post call describe explain acknowledge
declare claim state insist warn confirm deny reveal recall reply respond conclude admit concede assert reiterate stress
underline underscore emphasize emphasise maintain contend allege complain joke lament remark predict estimate disclose
testify indicate ask accuse criticize criticise blame promise vow pledge
threaten caution cite quote mention recount advise counter boast brag decry blast slam mock defend echo speculate hint
imply recommend proclaim rebut shout yell whisper quip muse elaborate clarify assure remind inform notify
question answer express voice refer point talk discuss offer order tout
rebuke assail deride interject comment observe stipulate rail chant attack portray liken
credit bemoan challenge outline recite relate retort scoff sneer shrug sigh snap vent vouch
show find signal forecast project document detail highlight reference wonder remember affirm assess
specify refute dispute laugh attribute opine inquire enquire retract continue
""")
_HOLD: Final = words("""
think believe hope want support oppose welcome favor favour prefer endorse agree disagree fear worry doubt know feel
expect seek propose regret
condemn denounce reject dismiss praise thank congratulate demand request decline
refuse applaud hail urge apologize apologise cheer commend
""")
_IRREGULAR: Final = {
    "say": "says said said saying",
    "tell": "tells told told telling",
    "write": "writes wrote written writing",
    "quote": "quotes quoted quoted quoting",
    "show": "shows showed shown showing",
    "find": "finds found found finding",
    "think": "thinks thought thought thinking",
    "know": "knows knew known knowing",
    "feel": "feels felt felt feeling",
    "seek": "seeks sought sought seeking",
    "forecast": "forecasts forecast forecast forecasting",
    "brag": "brags bragged bragged bragging",
    "refer": "refers referred referred referring",
    "rebut": "rebuts rebutted rebutted rebutting",
    "quip": "quips quipped quipped quipping",
    "snap": "snaps snapped snapped snapping",
    "plan": "plans planned planned planning",
    "regret": "regrets regretted regretted regretting",
    "answer": "answers answered answered answering",
    "offer": "offers offered offered offering",
    "order": "orders ordered ordered ordering",
    "remember": "remembers remembered remembered remembering",
    "counter": "counters countered countered countering",
    "whisper": "whispers whispered whispered whispering",
    "wonder": "wonders wondered wondered wondering",
    "signal": "signals signaled signaled signaling",
    "slam": "slams slammed slammed slamming",
    "admit": "admits admitted admitted admitting",
    "prefer": "prefers preferred preferred preferring",
    "outline": "outlines outlined outlined outlining",
}
_BASE_IS_NOUN: Final = words(
    "note report claim state praise promise pledge post email call attack mock order request demand question answer "
    "voice comment challenge credit signal detail forecast project document reference back favor favour fear doubt "
    "plan hope support welcome quote thank express point talk show find like love hate want order offer blast slam "
    "echo hint counter cheer chant vow cite snap sigh regret wonder estimate remark lament joke"
)
"""A base form that is mostly a noun, or too common, counts only behind a pronoun or a plural."""
_S_IS_NOUN: Final = words(
    "notes reports claims states promises pledges posts emails calls attacks orders requests demands questions answers "
    "voices comments challenges credits signals details forecasts projects documents references backs favors fears "
    "doubts plans hopes supports quotes estimates remarks jokes points talks cheers chants hints thanks"
)
_NEVER: Final = words("state states known thought read document documents project projects detail finding")
_VOWELS: Final = "aeiou"


@dataclass(frozen=True, slots=True)
class Cue:
    """What a form of a verb does. `shape` is `base`, `s`, `past` or `ing`; `stance` as in the records."""

    base: str
    shape: str
    stance: str
    doubtful: bool = False
    """True where the form is as often a noun."""


def _forms(base: str) -> tuple[str, str, str, str]:
    """Give third person, past, participle and -ing of a verb."""
    if base in _IRREGULAR:
        third, past, participle, ing = _IRREGULAR[base].split()
        return third, past, participle, ing
    if base.endswith("y") and base[-2] not in _VOWELS:
        return f"{base[:-1]}ies", f"{base[:-1]}ied", f"{base[:-1]}ied", f"{base}ing"
    third = f"{base}es" if base.endswith(("s", "sh", "ch", "x", "z")) else f"{base}s"
    if base.endswith("ee"):
        return third, f"{base}d", f"{base}d", f"{base}ing"
    if base.endswith("e"):
        return third, f"{base}d", f"{base}d", f"{base[:-1]}ing"
    return third, f"{base}ed", f"{base}ed", f"{base}ing"


def _english() -> dict[str, Cue]:
    lexicon: dict[str, Cue] = {}
    for stance, bases in (("attitude", _HOLD), ("assertion", _SAY)):
        for base in sorted(bases):
            third, past, participle, ing = _forms(base)
            lexicon[base] = Cue(base, "base", stance, base in _BASE_IS_NOUN)
            lexicon[third] = Cue(base, "s", stance, third in _S_IS_NOUN)
            lexicon[participle] = Cue(base, "past", stance)
            lexicon[past] = Cue(base, "past", stance)
            lexicon[ing] = Cue(base, "ing", stance)
    for form in _NEVER:
        lexicon.pop(form, None)
    return lexicon


ENGLISH: Final = _english()

INVERTIBLE: Final = words(
    "said says say wrote writes added adds asked asks explained noted argued replied recalled remarked reported "
    "declared continued announced tweeted warned concluded insisted stressed underlined emphasized emphasised affirmed "
    "indicated lamented stated claimed alleged explains notes stresses recalls quipped joked laughs acknowledged"
)
AFTER_QUOTE: Final = words("continue continued continues continuing went began read reads")
"""Verbs that speak only right behind a quotation."""
BE: Final = words("is are was were be been being get gets got 's")
AUXILIARIES: Final = BE | words(
    "has have had having did does do not never n't will would could should may might must can didn't doesn't don't "
    "hasn't haven't hadn't wasn't won't wouldn't couldn't"
)
ADVERBS: Final = words(
    "also later then now once again still often even just only already always earlier recently repeatedly publicly "
    "reportedly previously first further too instead soon long both all himself herself themselves itself separately "
    "thus likewise once twice never ever further privately"
)
TIMES: Final = words(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow tonight january february march "
    "april june july august september october november december morning afternoon evening night week month year "
    "weekend overnight recently earlier later"
)
