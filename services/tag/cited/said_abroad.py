"""Where a text says that somebody says something, in other languages than English. One engine; `tongues` has the words.

Speakers are names and noun phrases that can speak. A subject that is only in the ending of a verb is no speaker.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from services.tag.cited.attribution import Said
from services.tag.cited.speakers_abroad import is_bare_name, read_common
from services.tag.cited.tongues import TONGUES
from services.tag.cited.tongues.contents import content_after, content_before, has_that
from services.tag.cited.tongues.listeners import told
from services.tag.cited.tongues.nominals import apposed_name, phrase_end, places_behind, subjects, with_apposition
from services.tag.cited.tongues.tokens import Tokens
from services.tag.words import Words

LANGUAGES: Final = frozenset(TONGUES)
FOUND_MAX: Final = 1000
"""No article says more; a text made to stall us may."""
PART_MAX_WORDS: Final = 16
"""A verb and the part that belongs to it stand no farther from each other: `hat ... gesagt`, `teilte ... mit`."""
_BEHIND_CHARS: Final = 120
_RECENT: Final = 6
Phrase = tuple[int, int]
"""A half-open range of words."""


def find_said_abroad(text: Words, language: str) -> Iterator[Said]:
    """Yield the attributions of a text in one of `LANGUAGES`, in the order of the text."""
    reader = _Reader(text, language)
    tokens = reader.tokens
    said: dict[tuple[int, int], Said] = {}
    recent: deque[tuple[int, int]] = deque(maxlen=_RECENT)
    open_citation: tuple[int, int] | None = None
    for place in range(len(tokens)):
        if len(said) >= FOUND_MAX:
            break
        if tokens.ends_sentence(place):
            reader.speaker = open_citation = None
        if not tokens.is_word(place) or tokens.quote(place):
            continue
        for one in reader.read(place):
            if any(start < one.source[1] and one.source[0] < end for start, end in recent):
                continue
            said[one.source] = one
            recent.append(one.source)
            if reader.is_citing(place):
                open_citation = one.source if one.via is None else None
            elif open_citation:
                said[open_citation] = replace(said[open_citation], via=one.source, content=None)
                open_citation = None
    yield from (said[place] for place in sorted(said))


class _Reader:
    """One text, read word by word. `speaker` is who spoke last in the sentence."""

    def __init__(self, text: Words, language: str) -> None:
        self.tokens = Tokens(text, TONGUES[language])
        self.speaker: tuple[int, int] | None = None
        self._language = language

    def is_citing(self, place: int) -> bool:
        """Tell whether words such as `citing` start here."""
        return self.tokens.phrase_at(place, self.tokens.tongue.citing) > place

    def read(self, place: int) -> Iterator[Said]:
        """Yield what the word at this place attributes, if anything."""
        t, tongue = self.tokens, self.tokens.tongue
        key = t.keys[place]
        if (end := t.phrase_at(place, tongue.citing)) > place:
            found = self._cited(place, end)
        elif (end := t.phrase_at(place, tongue.by)) > place:
            found = self._by(place, end)
        elif (end := t.phrase_at(place, tongue.after)) > place:
            found = self._after(place, end)
        elif key in tongue.by_opening and self._opens_sentence(place):
            found = self._for(place)
        elif (key in tongue.by_document and self._kind_from(place + 1) == "document") or (
            key in tongue.by_behind and self._behind_mark(place)
        ):
            found = self._by(place, place + 1)
        else:
            found = None
        if found is None and key in tongue.relaying:
            found = self._relayed(place)
        if found is None and (t.forms[place] in tongue.says or t.forms[place] in tongue.said):
            found = self._verb(place)
        if found:
            if not self.is_citing(place):
                self.speaker = found.source
            yield found

    def _opens_sentence(self, place: int) -> bool:
        return place == 0 or self.tokens.ends_sentence(place - 1)

    def _behind_mark(self, place: int) -> bool:
        return place > 0 and (self.tokens.is_comma(place - 1) or self.tokens.words[place - 1] in '"\u2014-!?')

    def _span(self, phrase: Phrase, *, joined: bool = False) -> tuple[int, int]:
        """Give the characters of a phrase; `joined` leaves out a preposition written together with it."""
        start, end = self.tokens.span(*phrase)
        to, word = self.tokens.tongue.to, self.tokens.words[phrase[0]]
        return start + (joined and bool(to) and word.startswith(to) and not word.startswith(to * 2)), end

    def _named(self, phrase: Phrase, *, joined: bool = False) -> bool | None:
        """Tell whether a phrase that can speak is a name only; null where it cannot speak."""
        t = self.tokens
        if t.forms[phrase[0]] in t.tongue.pronouns:
            return False
        start, end = self._span(phrase, joined=joined)
        words_of = t.text.text[start:end]
        if is_bare_name(words_of, self._language):
            return True
        if phrase[1] - phrase[0] <= 2 and t.tongue.capital_nouns and self._is_surname(phrase):  # noqa: PLR2004 - with `von`
            return True
        if t.tongue.caseless and phrase[1] - phrase[0] == 1 and not t.is_repeated(phrase[0]) and not self._kind(phrase):
            return None
        behind = t.text.text[end : end + _BEHIND_CHARS].partition(".")[0]
        return False if read_common(words_of, self._language, behind) else None

    def _is_surname(self, phrase: Phrase) -> bool:
        t, last = self.tokens, phrase[1] - 1
        alone = last == phrase[0] or t.keys[phrase[0]] in t.tongue.binding
        return alone and t.is_capital(last) and t.is_surname(last) and not t.tongue.nouns.kind(t.keys[last])

    def _kind(self, phrase: Phrase) -> str | None:
        speaker = read_common(self.tokens.text.text[slice(*self._span(phrase))], self._language, "")
        return speaker.kind if speaker else None

    def _kind_from(self, place: int) -> str | None:
        phrase = self._phrase_from(place)
        return self._kind(phrase) if phrase else None

    def _phrase_from(self, place: int, *, joined: bool = False) -> Phrase | None:
        """Give the phrase that starts here, with what renames it, if it can speak."""
        t = self.tokens
        if place >= len(t) or not t.is_word(place) or t.quote(place):
            return None
        if t.forms[place] in t.tongue.pronouns:
            return place, place + 1
        end = phrase_end(t, place, loose=joined and t.tongue.caseless)
        if end == place:
            return None
        longer = with_apposition(t, place, end)
        for stop in (longer, end):
            if self._named((place, stop), joined=joined) is not None:
                return place, stop
        return None

    def _said(self, phrase: Phrase, cue: Phrase, content: tuple[int, int] | None, *, joined: bool = False) -> Said:
        named = bool(self._named(phrase, joined=joined))
        source = self._span(phrase, joined=joined)
        return Said(source, self.tokens.span(*cue), content, "assertion", named=named)

    def _cited(self, place: int, end: int) -> Said | None:
        """Read `X, citing Y, said`: Y is the source and X relays it."""
        phrase = self._phrase_from(end, joined=True)
        if phrase is None:
            return None
        content = None if self.speaker else content_before(self.tokens, place)
        return replace(self._said(phrase, (place, end), content, joined=True), via=self.speaker)

    def _by(self, place: int, end: int) -> Said | None:
        """Read `according to X`, and `according to X, cited by Y`."""
        t = self.tokens
        if (
            place + 1 < end and t.forms[place + 1] in t.tongue.pronouns
        ):  # a pronoun stands inside the phrase: by his words
            leads = self._leads(place)
            content = content_after(t, end) if leads else content_before(t, place)
            return self._said((place + 1, place + 2), (place + 2, end), content)
        phrase = self._phrase_from(end, joined=True)
        if phrase is None:
            return None
        leads = self._leads(place)
        content = content_after(t, phrase[1]) if leads else content_before(t, place)
        said = self._said(phrase, (place, end), content, joined=True)
        cited_by = t.phrase_at(phrase[1], t.tongue.cited_by) if phrase[1] < len(t) else phrase[1]
        if cited_by > phrase[1] and (relay := self._phrase_from(cited_by)):
            return replace(said, via=self._span(relay))
        return said

    def _leads(self, place: int) -> bool:
        """Tell whether what is said follows: a clause opens here, and no comma stands before it."""
        t = self.tokens
        if self._opens_sentence(place):
            return True
        return t.keys[place - 1] in t.tongue.joins or t.words[place - 1] in {":", "\u2014"}

    def _for(self, place: int) -> Said | None:
        """Read `For X, ...` at the start of a sentence, where X is a person."""
        phrase = self._phrase_from(place + 1)
        if phrase is None or not self.tokens.is_comma(phrase[1]):
            return None
        if not self._named(phrase) and self._kind(phrase) not in {"person", "group"}:
            return None
        return self._said(phrase, (place, place + 1), content_after(self.tokens, phrase[1]))

    def _after(self, place: int, end: int) -> Said | None:
        """Read `der Polizei zufolge`, `aus Kreisen hieß es`."""
        t = self.tokens
        for first in range(max(0, place - PART_MAX_WORDS), place):
            opens = first == 0 or not t.is_word(first - 1) or t.keys[first - 1] in t.tongue.loosely
            if opens and phrase_end(t, first) == place and self._named((first, place)) is not None:
                start = first - (first > 0 and t.is_word(first - 1))
                content = content_after(t, end) if self._leads(start) else content_before(t, start)
                return self._said((first, place), (place, end), content)
        return None

    def _relayed(self, place: int) -> Said | None:
        """Read `نقلت وكالة رويترز عن مصدر`: the agency relays what the source says."""
        t = self.tokens
        relay = self._phrase_from(place + 1)
        if relay is None or t.keys[relay[1] : relay[1] + 1] != [t.tongue.relaying[t.keys[place]]]:
            return None
        phrase = self._phrase_from(relay[1] + 1)
        if phrase is None:
            return None
        said = self._said(phrase, (place, place + 1), content_after(t, phrase[1]))
        return replace(said, via=self._span(relay))

    def _verb(self, place: int) -> Said | None:
        """Read a verb with its subject on either side."""
        t, tongue = self.tokens, self.tokens.tongue
        form = t.forms[place]
        auxiliary = place - 1
        while auxiliary > place - PART_MAX_WORDS and t.is_word(auxiliary) and t.keys[auxiliary] in tongue.between:
            auxiliary -= 1
        if t.is_word(auxiliary) and form in tongue.said and t.forms[auxiliary] in tongue.auxiliaries:
            return self._with_subject(auxiliary, place, (auxiliary, place + 1))
        if form in tongue.says:
            part = self._part(place) if form in tongue.parted else place + 1
            return self._with_subject(place, place, (place, part)) if part else None
        if place > 2 and t.words[place - 2][0] == "-" and t.forms[place - 3] in tongue.auxiliaries:  # noqa: PLR2004
            return self._said((place - 1, place), (place, place + 1), content_before(t, place - 3))
        return self._in_brackets(place) if tongue.capital_nouns else None

    def _part(self, place: int) -> int:
        """Find the part of `teilte ... mit`; the end of the cue, 0 without it."""
        t = self.tokens
        part = t.tongue.parted[t.forms[place]]
        if place and t.forms[place - 1] == part:
            return place + 1
        for number in range(place + 1, min(len(t), place + PART_MAX_WORDS)):
            if t.ends_sentence(number):
                break
            if t.forms[number] == part and not t.is_word(number + 1):
                return number + 1 if number == place + 1 else place + 1
        return 0

    def _in_brackets(self, place: int) -> Said | None:
        """Read `hat die Ministerin der dpa gesagt`: subject and listener stand between auxiliary and participle."""
        t = self.tokens
        for number in range(place - 1, max(-1, place - PART_MAX_WORDS), -1):
            if t.ends_sentence(number):
                break
            if t.forms[number] in t.tongue.auxiliaries:
                return self._with_subject(number, number, (place, place + 1))
        return None

    def _with_subject(self, first: int, last: int, cue: Phrase) -> Said | None:
        """Find the subject left of the verb group `first` to `last`, else right of it."""
        t = self.tokens
        if first and t.keys[first - 1] in t.tongue.impersonal:
            return None
        for phrase in subjects(t, first):
            if self._named(phrase) is not None and (t.forms[last] not in t.tongue.weak or self._surely(phrase, cue)):
                content = self._content_of_subject(phrase, max(cue[1], last + 1))
                return told(self.tokens, self._said(phrase, cue, content), first, max(cue[1], phrase[1]))
        if t.forms[last] in t.tongue.transitive or not (t.tongue.inverts_freely or self._inverts(first)):
            return None
        phrase_behind = self._behind(last)
        if phrase_behind is None:
            name = apposed_name(t, first)
            return self._said(name, cue, content_after(t, last + 1)) if name and self._named(name) else None
        end = max(cue[1], phrase_behind[1])
        leads = self._opens_sentence(first) or not self._has_content_before(first) or has_that(t, end)
        content = content_after(t, end) if leads else content_before(t, first)
        return told(self.tokens, self._said(phrase_behind, cue, content), first, last + 1)

    def _surely(self, phrase: Phrase, cue: Phrase) -> bool:
        """Tell whether a weak verb says something here: `that` or a quotation follows, or a quotation stands before."""
        t, end = self.tokens, max(phrase[1], cue[1])
        mark = end < len(t) and t.words[end] in ':"'
        return mark or has_that(t, end) or (phrase[0] > 0 and t.words[phrase[0] - 1] == '"')

    def _inverts(self, first: int) -> bool:
        t = self.tokens
        before = first - 1
        while before >= 0 and t.keys[before] in t.tongue.between:
            before -= 1
        return before >= 0 and (self._behind_mark(before + 1) or t.keys[before] in t.tongue.how | t.tongue.that)

    def _has_content_before(self, first: int) -> bool:
        """Tell whether a clause or a quotation ends before the verb; not where `as` opens the sentence."""
        t = self.tokens
        return self._behind_mark(first) or (t.keys[first - 1] in t.tongue.how and not self._opens_sentence(first - 1))

    def _content_of_subject(self, phrase: Phrase, end: int) -> tuple[int, int] | None:
        t = self.tokens
        first = phrase[0]
        how = first > 0 and t.keys[first - 1] in t.tongue.how
        behind = content_after(t, end)
        if how and not self._opens_sentence(first - 1):
            return content_before(t, first - 1)
        if behind is None and first > 0:
            return content_before(t, first)
        return behind

    def _behind(self, last: int) -> Phrase | None:
        t = self.tokens
        for place in places_behind(t, last):
            if phrase := self._phrase_from(place):
                return phrase
            many = t.keys[last].endswith("ли")
            if many and t.keys[place] in t.tongue.inside and (inner := self._phrase_from(place + 1)):
                return inner
        return None
