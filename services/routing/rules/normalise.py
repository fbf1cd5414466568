"""One spelling for matching: half-width, lower case, simplified characters – and every offset unchanged."""

import re

from services.routing.rules.traditional import SIMPLIFIED

_ONE_FOR_ONE = (
    SIMPLIFIED
    | {
        "\u3000": " ",
        "\u00a0": " ",
        "’": "'",
        "‘": "'",
        "＇": "'",
        "…": ";",
    }
    | {chr(code): chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
)
_TO_REPLACE = re.compile("[" + "".join(map(re.escape, _ONE_FOR_ONE)) + "]")


def normalise(text: str) -> str:
    """`text` spelt for matching; the result has the same length, so that its offsets are those of `text`."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    return _TO_REPLACE.sub(lambda match: _ONE_FOR_ONE[match[0]], lowered)
