"""A pack's YAML text, or its JSON, → Pack, or faults that a service manager can find: line, field, what is wrong."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from services.routing.rules.checking.fault import Fault
from services.routing.rules.checking.nodes import Nodes, NoYaml
from services.routing.rules.checking.texts import sentence
from services.routing.rules.checking.whole import check
from services.routing.rules.signals import Signals
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Language

LINE = {Language.ZH: ("第 {line} 行:", "整个文件"), Language.EN: ("line {line}: ", "the file")}


@dataclass(frozen=True, slots=True)
class PackProblem:
    """`line` counts from 1, None where there are no lines."""

    line: int | None
    fault: Fault

    @property
    def field(self) -> str:
        """A path such as `severities.S1.resolve.amount`, empty for the whole file."""
        return ".".join(map(str, self.fault.path))

    @property
    def pointer(self) -> str:
        """The field as a JSON pointer within the pack."""
        return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in self.fault.path)

    def detail(self, language: Language = Language.EN) -> str:
        """What is wrong."""
        return sentence(self.fault.code, self.fault.params, language)

    def said(self, language: Language) -> str:
        """Where, and what is wrong."""
        line, whole = LINE[language]
        place = "" if self.line is None else line.format(line=self.line)
        return f"{place}{self.field or whole}: {self.detail(language)}"

    def __str__(self) -> str:
        return self.said(Language.EN)


class PackFileError(ValueError):
    """The text is no valid pack; `problems` says where and why, in the order of the lines."""

    def __init__(self, problems: Iterable[PackProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        super().__init__("\n".join(map(str, self.problems)))


def parse_pack(text: str, read: AbstractSet[str] = frozenset(), models: AbstractSet[str] | None = None) -> Pack:
    """The pack that `text` (YAML) describes. Raises PackFileError with everything that is wrong.

    `read`: the groups of signals that rules look for and that must be there; `models`: the names of the models that
    a pack may name, None for any.
    """
    try:
        nodes = Nodes(text)
    except NoYaml as error:
        raise PackFileError([PackProblem(error.line, Fault((), "no_yaml", {"message": str(error)}))]) from error
    if not isinstance(nodes.content, dict):
        raise PackFileError([PackProblem(1, Fault((), "empty" if nodes.content is None else "no_pack"))])
    if repeated := nodes.repeated():
        # What the text says is not certain; the rest would be found wanting for that.
        raise PackFileError([PackProblem(line, fault) for line, fault in repeated])
    return _pack(nodes.content, read, models, nodes)


def pack_of(
    content: Mapping[str, Any], read: AbstractSet[str] = frozenset(), models: AbstractSet[str] | None = None
) -> Pack:
    """The same of a pack that came as JSON; its problems have no lines."""
    return _pack(content, read, models, None)


def yaml_of(pack: Pack) -> str:
    """`pack` as a file, for one that came without; it reads back the same."""
    return yaml.safe_dump(pack.model_dump(mode="json"), allow_unicode=True, sort_keys=False, width=110)


def _pack(
    content: Mapping[str, Any], read: AbstractSet[str], models: AbstractSet[str] | None, nodes: Nodes | None
) -> Pack:
    problems = [_placed(fault, nodes) for fault in check(content, read, models)]
    if problems:
        raise PackFileError(problems)
    try:
        pack = Pack.model_validate(content)
        Signals.model_validate(pack.signals)
    except ValidationError as error:  # what no check of ours has foreseen
        said = [(tuple(e["loc"]), e["msg"]) for e in error.errors(include_url=False)]
        raise PackFileError(_placed(Fault(path, "other", {"message": text}), nodes) for path, text in said) from error
    return pack


def _placed(fault: Fault, nodes: Nodes | None) -> PackProblem:
    return PackProblem(None if nodes is None else nodes.line(fault.path), fault)
