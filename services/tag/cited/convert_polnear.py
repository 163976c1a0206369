"""Make the rows that the model of cited sources is fitted to of the public PolNeAR 1.0 corpus.

`python -m services.tag.cited.convert_polnear POLNEAR/data OUT` reads a copy of the corpus: parts `train` and `dev` hold
`text/NAME.txt` and `attributions/NAME_ANNOTATOR.ann` (brat's standoff format), and writes OUT/train.jsonl.gz and
OUT/dev.jsonl.gz. The texts belong to their publishers: keep both folders out of the product.
"""

import argparse
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

PARTS: Final = ("train", "dev")
LABELS: Final = frozenset({"Source", "Cue", "Content"})


def documents(part: Path) -> Iterator[Mapping[str, Any]]:
    """Yield a row for each text, with the marks of the first of its annotators. A text without marks is left out."""
    for path in sorted((part / "text").glob("*.txt")):
        marked = sorted((part / "attributions").glob(f"{path.stem}_*.ann"))
        if marked:
            with path.open(encoding="utf-8", newline="") as file:
                text = file.read()
            yield {"id": path.stem, "text": text, "spans": list(spans(marked[0].read_text(encoding="utf-8")))}


def spans(standoff: str) -> Iterator[Mapping[str, Any]]:
    """Yield the spans of a standoff file: `T1<TAB>Source 0 4;6 9<TAB>words`. Other lines are passed over."""
    for line in standoff.splitlines():
        number, _, rest = line.partition("\t")
        label, _, places = rest.partition("\t")[0].partition(" ")
        if number.startswith("T") and label in LABELS:
            pieces = sorted([int(place) for place in piece.split()] for piece in places.split(";"))
            yield {"id": number, "label": label, "pieces": pieces}


def main(arguments: Sequence[str] | None = None) -> None:
    """Convert both parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("polnear", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        rows = list(documents(asked.polnear / part))
        with gzip.open(asked.out / f"{part}.jsonl.gz", "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)
        print(f"{part}: {len(rows)} documents, {sum(len(row['spans']) for row in rows)} spans")


if __name__ == "__main__":
    main()
