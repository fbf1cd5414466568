"""What comes with the release: packs, and the models that packs name."""

from functools import cache
from pathlib import Path

from services.routing.rules.model import Model
from services.routing.rules.pack_file import parse_pack
from services.routing.rules.signals import Signals
from services.routing.rules.thesaurus import Thesaurus
from shared.contracts.pack import Pack

SHIPPED = Path(__file__).parent.with_name("packs")
RELEASE = "release"
"""Who publishes what comes with the release."""


def shipped_models() -> dict[str, Model]:
    """The models that come with the release, by the name under which packs name them."""
    return {path.stem: Model(_read(path), shipped_thesaurus(path.stem)) for path in SHIPPED.glob("*.model")}


def shipped_thesaurus(name: str) -> Thesaurus:
    """The words with which the model `name` was trained."""
    return Thesaurus(_read(SHIPPED / f"{name}.words"))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def model_names() -> frozenset[str]:
    """The models that a pack may name, without reading them."""
    return frozenset(path.stem for path in SHIPPED.glob("*.model"))


def shipped_packs() -> list[tuple[Pack, str]]:
    """The packs that come with the release, and the text of their files."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.yaml"))]
    return [(parse_pack(text), text) for text in texts]


@cache
def groups_read() -> frozenset[str]:
    """The groups of signals that rules look for: those of the packs that come with the release."""
    return frozenset(name for pack, _ in shipped_packs() for name in Signals.model_validate(pack.signals).groups)
