"""A pack's YAML text → Pack, or errors that a service manager can find: line, field, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from pydantic import ValidationError

from services.routing.rules.phrases import PhraseBook, PhraseError
from services.routing.rules.signals import Signals
from shared.contracts.pack import Pack

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: ten times as fast


@dataclass(frozen=True, slots=True)
class PackProblem:
    """`line` counts from 1; `field` is a path such as `severities.S1.resolve.amount`, empty for the whole file."""

    line: int
    field: str
    detail: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field or 'the file'}: {self.detail}"


class PackFileError(ValueError):
    """The text is no valid pack; `problems` says where and why."""

    def __init__(self, problems: Sequence[PackProblem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def parse_pack(text: str) -> Pack:
    """The pack that `text` (YAML) describes, its signals checked too. Raises PackFileError."""
    root, content = _load(text)
    if not isinstance(content, dict):
        raise PackFileError([PackProblem(1, "", "a pack is a mapping of fields")])
    repeated = list(_repeated_keys(root, ()))
    if repeated:
        raise PackFileError(repeated)
    try:
        pack = Pack.model_validate(content)
    except ValidationError as error:
        raise PackFileError(_located(error, root, ())) from error
    try:
        signals = Signals.model_validate(pack.signals)
    except ValidationError as error:
        raise PackFileError(_located(error, root, ("signals",))) from error
    problems = [*_unknown_fields(content, root), *_phrases(signals, root)]
    if problems:
        raise PackFileError(problems)
    return pack


def _load(text: str) -> tuple[yaml.Node, object]:
    """The nodes, which know their lines, and what they say."""
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        content = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PackFileError([PackProblem(mark.line + 1 if mark else 1, "", error.problem or "not YAML")]) from error
    except (yaml.YAMLError, ValueError) as error:
        raise PackFileError([PackProblem(1, "", str(error))]) from error
    if root is None:
        raise PackFileError([PackProblem(1, "", "the file is empty")])
    return root, content


def _located(error: ValidationError, root: yaml.Node, prefix: tuple[str | int, ...]) -> list[PackProblem]:
    problems = []
    for detail in error.errors(include_url=False):
        path = (*prefix, *detail["loc"])
        if detail["type"] == "value_error":  # about several fields at once: its first word names the one to look at
            path = (*path, *_named(root, path, detail["msg"]))
        problems.append(PackProblem(_line(root, path), _dotted(path), detail["msg"]))
    return problems


def _named(root: yaml.Node, path: Sequence[str | int], message: str) -> tuple[str, ...]:
    """`Value error, reasons must …` → ("reasons",) where the node on `path` has such a field."""
    words = message.removeprefix("Value error, ").split(" ", 1)[0].split(".")
    node = root
    for step in (*path, *words):
        found = _step(node, step)
        if found is None:
            return ()
        node = found[1]
    return tuple(words)


def _line(root: yaml.Node, path: Sequence[str | int]) -> int:
    """The line of the deepest node on `path` that exists; a key's own line where it is the last."""
    node, line = root, root.start_mark.line
    for step in path:
        found = _step(node, step)
        if found is None:
            break
        line, node = found
    return int(line) + 1


def _step(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k.start_mark.line, v) for k, v in node.value if str(k.value) == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in path)


def _repeated_keys(node: yaml.Node, path: tuple[str | int, ...]) -> list[PackProblem]:
    problems: list[PackProblem] = []
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            here = (*path, str(key.value))
            if key.value in seen:
                problems.append(PackProblem(key.start_mark.line + 1, _dotted(here), "is given twice"))
            seen.add(key.value)
            problems.extend(_repeated_keys(child, here))
    elif isinstance(node, yaml.SequenceNode):
        for place, child in enumerate(node.value):
            problems.extend(_repeated_keys(child, (*path, place)))
    return problems


def _unknown_fields(content: dict[str, object], root: yaml.Node) -> list[PackProblem]:
    unknown = sorted(set(content) - set(Pack.model_fields))
    return [PackProblem(_line(root, (name,)), name, "is no field of a pack") for name in unknown]


def _phrases(signals: Signals, root: yaml.Node) -> list[PackProblem]:
    problems = []
    for name, group in signals.groups.items():
        for language, phrases in (("zh", group.zh), ("en", group.en)):
            for place, phrase in enumerate(phrases):
                try:
                    PhraseBook([(name, (phrase,))])
                except PhraseError as error:
                    path = ("signals", "groups", name, language, place)
                    problems.append(PackProblem(_line(root, path), _dotted(path), str(error)))
    return problems
