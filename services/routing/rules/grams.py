"""The words of a text as a model counts them: one to three Chinese characters in a row, Latin words, pairs of these."""

import re
from itertools import pairwise

LOOKED_AT = 1_000, 500  # characters at the beginning and at the end of a longer text
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z']*")


def grams_of(text: str) -> set[str]:
    """The grams of a normalised text; of a long one, of its beginning and end."""
    head, tail = LOOKED_AT
    if len(text) > head + tail:
        text = f"{text[:head]}\n{text[-tail:]}"
    grams: set[str] = set()
    for run in _HAN.findall(text):
        grams.update(run)
        grams.update(map(str.__add__, run, run[1:]))
        grams.update(run[at : at + 3] for at in range(len(run) - 2))
    words = _WORD.findall(text)
    grams.update(words)
    grams.update(f"{one} {two}" for one, two in pairwise(words))
    return grams


def where(text: str, gram: str) -> tuple[int, int] | None:
    """The first place of `gram` in a normalised text; between Latin words other signs may stand."""
    if not gram[0].isascii():
        start = text.find(gram)
        return (start, start + len(gram)) if start >= 0 else None
    spaced = r"[^a-z]+".join(map(re.escape, gram.split(" ")))
    found = re.search(rf"(?<![a-z]){spaced}(?![a-z'])", text)
    return found.span() if found else None
