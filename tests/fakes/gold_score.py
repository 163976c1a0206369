"""How much of a gold article a sources tag gets right. Counts, to add up over articles; pure."""

from collections import Counter
from collections.abc import Iterable

from schemas.v1.tagged import Attribution, Outlet, OutletTag, Source, SourcesTag
from services.tag.cited.relays import with_relays
from services.tag.cited.said import Said, find_said
from services.tag.directory import Directory, outlet_of
from services.tag.folding import fold
from services.tag.story import Story
from services.tag.words import Words
from tests.fakes.gold import GoldArticle, GoldAttribution, GoldSource, GoldSpan

_TRIMMED = " \t\r\n\"\u201c\u201d\u2018\u2019'.,;:!?()[]-\u2013\u2014"
_ARTICLES = ("the ", "a ", "an ")
POINTING = frozenset({"pronoun", "description"})

Place = tuple[int, int]


def story_of(article: GoldArticle) -> Story:
    """Give what a tagger reads of an article."""
    return Story(text=article.text, title=article.title)


def outlet_tag_of(article: GoldArticle, directory: Directory) -> OutletTag:
    """Give the outlets of an article; those that the directory does not know by name only."""

    def outlet(name: str | None) -> Outlet | None:
        entry = directory.credited(name) if name else None
        return outlet_of(entry) if entry else Outlet(name=name) if name else None

    return OutletTag(host=outlet(article.host), origin=outlet(article.origin))


def said_of(article: GoldArticle) -> list[Said]:
    """Give the attributions of an article as a perfect reader of spans would, with the relays that rules find."""
    read = [
        Said(
            source=(said.source.start, said.source.end),
            cue=(said.cue.start, said.cue.end),
            content=(said.content.start, said.content.end) if said.content else None,
            stance=said.stance,
        )
        for said in article.attributions
    ]
    read.sort(key=lambda said: (said.cue, said.source))
    text = Words(article.text)
    return [said for said, _ in with_relays(text, [(said, 1.0) for said in read], list(find_said(text)))]


def count(article: GoldArticle, tag: SourcesTag, directory: Directory) -> Counter[str]:
    """Count what is right, found and wanted of each thing; `share` and `f1` make figures of sums.

    Names are the same when they are equal but for article and accents, when one of a person ends in the other, or when
    both mean one outlet of the directory.
    """
    counts = _spans(article, tag)
    by_id = {source.id: source for source in tag.sources}
    wanted = {source.id: source for source in article.sources}
    for said in article.attributions:
        if said.who is None:
            continue
        got = _at(article.text, tag.attributions, said)
        source = by_id.get(got.source_id) if got else None
        _entity(counts, wanted[said.who], source, found=got is not None)
        if said.mention in POINTING:
            counts["pointing wanted"] += 1
            counts["pointing found"] += got is not None
            counts["pointing right"] += source is not None and is_same(source, wanted[said.who], directory)
        if got:
            relay, right = by_id.get(got.via or ""), wanted.get(said.via or "")
            counts["via wanted"] += 1
            counts["via right"] += (
                is_same(relay, right, directory) if relay and right else got.via is None and right is None
            )
    counts["chain wanted"] += bool(article.chain)
    counts["chain right"] += bool(article.chain) and is_chain(article, tag, directory)
    return counts


def f1(counts: Counter[str], what: str) -> float:
    """Give F1 of spans: `source` or `cue`."""
    return 2 * counts[f"{what} right"] / max(1, counts[f"{what} found"] + counts[f"{what} wanted"])


def share(counts: Counter[str], what: str, of: str = "wanted") -> float:
    """Give the share that is right of what was wanted or found."""
    return counts[f"{what} right"] / max(1, counts[f"{what} {of}"])


def is_chain(article: GoldArticle, tag: SourcesTag, directory: Directory) -> bool:
    """Tell whether the chain has the links of the article, all of them."""
    people = {s.name or s.mention for s in article.sources if s.kind == "person"}
    return len(tag.chain) == len(article.chain) and all(
        _same_name(link.name, name, directory, person=name in people)
        for link, name in zip(tag.chain, article.chain, strict=True)
    )


def is_same(source: Source, wanted: GoldSource, directory: Directory) -> bool:
    """Tell whether a source of a tag is one of the article: by name, or by its fullest words."""
    return _same_name(
        source.name or source.mention, wanted.name or wanted.mention, directory, person=wanted.kind == "person"
    )


def _same_name(one: str, other: str, directory: Directory, *, person: bool) -> bool:
    a, b = _plain(one), _plain(other)
    if a == b or (person and (f" {a}".endswith(f" {b}") or f" {b}".endswith(f" {a}"))):
        return True
    entry = directory.credited(one)
    return entry is not None and entry is directory.credited(other)


def _plain(name: str) -> str:
    plain = " ".join(fold(name).split())
    return next((plain[len(article) :] for article in _ARTICLES if plain.startswith(article)), plain)


def _entity(counts: Counter[str], wanted: GoldSource, source: Source | None, *, found: bool) -> None:
    """Count kind, role and affiliation of somebody who speaks where the tag has a speaker, too."""
    if not found:
        return
    counts["kind wanted"] += 1
    counts["kind right"] += source is not None and source.kind == wanted.kind
    for field in ("role", "affiliation", "country"):
        if right := getattr(wanted, field):
            counts[f"{field} wanted"] += 1
            counts[f"{field} right"] += source is not None and fold(getattr(source, field) or "") == fold(right)


def _spans(article: GoldArticle, tag: SourcesTag) -> Counter[str]:
    counts: Counter[str] = Counter()
    found: dict[str, Iterable[Place]] = {
        "source": ((a.source.start, a.source.end) for a in tag.attributions),
        "cue": ((a.cue.start, a.cue.end) for a in tag.attributions),
    }
    gold: dict[str, Iterable[Place]] = {
        "source": ((a.source.start, a.source.end) for a in article.attributions),
        "cue": ((a.cue.start, a.cue.end) for a in article.attributions),
    }
    for what, spans in found.items():
        got = {trimmed(article.text, span) for span in spans}
        right = {trimmed(article.text, span) for span in gold[what]}
        counts[f"{what} right"] += len(got & right)
        counts[f"{what} found"] += len(got)
        counts[f"{what} wanted"] += len(right)
    return counts


def _at(text: str, attributions: Iterable[Attribution], said: GoldAttribution) -> Attribution | None:
    """Find the attribution of a tag with the same speaker's words; with the same cue, where there are several."""
    place = _place(text, said.source)
    there = [a for a in attributions if trimmed(text, (a.source.start, a.source.end)) == place]
    return min(there, key=lambda a: abs(a.cue.start - said.cue.start), default=None)


def _place(text: str, span: GoldSpan) -> Place:
    return trimmed(text, (span.start, span.end))


def trimmed(text: str, span: Place) -> Place:
    """Take blanks, quotation marks and punctuation off both ends of a span."""
    start, end = span
    while start < end and text[start] in _TRIMMED:
        start += 1
    while end > start and text[end - 1] in _TRIMMED:
        end -= 1
    return start, end
