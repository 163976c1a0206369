"""Cited sources: articles of 750 words a second of processor time, by the model and by rules, and the memory it takes.

The limits are those that the model was made for: 20 articles a second with it, 300 without, 400 MB.
"""
# ruff: noqa: T201 - what a bench prints is its result

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from services.local.newsroom import dates, stories
from services.tag.story import Story
from services.tag.tagger import SourcesBy, Tagger

ROOT = Path(__file__).parents[2]
WORDS = 750
ROUNDS = 3
SENT_AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
MODEL_MIN, RULES_MIN = 20, 300
MEMORY_MAX_MB = 400
MEASURE = """
import json, sys
from pathlib import Path
from services.tag.story import Story
from services.tag.tagger import Tagger
tagger = Tagger.load(frozenset({"sources"}))
for text in json.load(sys.stdin):
    tagger.tag(Story(text=text))
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) / 1024)
"""


def texts() -> list[str]:
    """Return texts of at least 750 words, each of a few of the newsroom's English stories."""
    made, paragraphs = [], list[str]()
    for story in stories.load():
        if story.language == "en":
            paragraphs += [dates.fill(text, SENT_AT, "en") for text in story.paragraphs]
        if sum(len(one.split()) for one in paragraphs) >= WORDS:
            made.append("\n".join(paragraphs))
            paragraphs = []
    return made


def per_second(told: list[str], sources_by: SourcesBy) -> float:
    """Return articles of exactly 750 words a second of processor time: the best of a few rounds."""
    tagger = Tagger.load(frozenset({"sources"}), sources_by)
    words = sum(len(text.split()) for text in told)
    best = 0.0
    for _ in range(ROUNDS):
        started = time.process_time()
        for text in told:
            tagger.tag(Story(text=text))
        best = max(best, words / WORDS / (time.process_time() - started))
    return best


def test_sources() -> None:
    """The model reads 20 articles a second and stays below 400 MB; rules alone read 300."""
    told = texts()
    model, rules = per_second(told, "model"), per_second(told, "rules")
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE], input=json.dumps(told), capture_output=True, text=True, check=True, cwd=ROOT
    )
    memory = float(measured.stdout)
    print(f"\nmodel {model:.1f} articles/s, rules {rules:.0f} articles/s ({rules / model:.0f}x), {memory:.0f} MB")
    assert model >= MODEL_MIN
    assert rules >= RULES_MIN
    assert memory <= MEMORY_MAX_MB
