"""The nodes of a YAML text, which know their lines."""

from collections.abc import Iterator
from typing import Any

import yaml

from services.routing.rules.checking.fault import Fault, Path

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: ten times as fast


class NoYaml(ValueError):
    """The text cannot be read; `line` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


class Nodes:
    """One YAML document: `content` is what it says. Raises NoYaml."""

    def __init__(self, text: str) -> None:
        try:
            loader = _Loader(text)
            root = loader.get_single_node()
            self.content: Any = None if root is None else loader.construct_document(root)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise NoYaml(mark.line + 1 if mark else 1, error.problem or "") from error
        except (yaml.YAMLError, ValueError, TypeError) as error:
            raise NoYaml(1, str(error)) from error
        self._root = root

    def line(self, path: Path) -> int:
        """The line of the deepest node on `path` that exists; a key's own line where it is the last."""
        if self._root is None:
            return 1
        node, line = self._root, self._root.start_mark.line
        for step in path:
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return int(line) + 1

    def repeated(self) -> list[tuple[int, Fault]]:
        """Keys that are given twice, of which YAML would take the last; and references, which hide what a row says."""
        return [] if self._root is None else list(_repeated(self._root, (), set()))


def _step(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k.start_mark.line, v) for k, v in node.value if str(k.value) == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def _repeated(node: yaml.Node, path: Path, met: set[int]) -> Iterator[tuple[int, Fault]]:
    if not isinstance(node, yaml.CollectionNode):
        return
    if id(node) in met:
        yield node.start_mark.line + 1, Fault(path, "reference")
        return
    met.add(id(node))
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            here = (*path, str(key.value))
            if here[-1] in seen:
                yield key.start_mark.line + 1, Fault(here, "twice")
            seen.add(str(here[-1]))
            yield from _repeated(child, here, met)
    else:
        for place, child in enumerate(node.value):
            yield from _repeated(child, (*path, place), met)
