"""The file and the language that every `psc pack` command takes."""

import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.trouble import Trouble
from shared.contracts.vocabulary import Language

LARGEST = 1_000_000
"""Bytes; the door takes no more than 1 MiB with its wrapping."""

PackFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The pack, YAML in UTF-8.")]
LanguageOption = Annotated[
    Language | None, typer.Option("--language", help="Of what is said; otherwise as LC_ALL, LC_MESSAGES or LANG say.")
]


def spoken(asked: Language | None) -> Language:
    """The language asked for, else the locale's: Chinese for zh…, English for any other."""
    if asked is not None:
        return asked
    locale = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return Language.ZH if locale.lower().startswith("zh") else Language.EN


def text_of(path: Path) -> str:
    """What the file says; a byte-order mark is passed over. Errors: `Trouble`."""
    raw = path.read_bytes()
    if len(raw) > LARGEST:
        raise Trouble(f"{path} has more than {LARGEST} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise Trouble(f"{path}, line {line}: not UTF-8; save the file as UTF-8") from None
