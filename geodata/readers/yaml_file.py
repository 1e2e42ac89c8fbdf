"""YAML as people mean it: true and false are the only truth values, 1e-3 is a number, no key stands twice."""

from __future__ import annotations

import re
from typing import Any

import yaml

_BOOL, _FLOAT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:float"
_NUMBER = re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$|^[-+]?\.(inf|Inf)$|^\.(nan|NaN)$")


class _Loader(yaml.SafeLoader):
    """YAML 1.2 words: `on`, `off`, `yes` and `no` stay text, so that they can be keys."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in rows if tag not in (_BOOL, _FLOAT)]
        for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping; a key given twice is an error."""
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            words = f"key {', '.join(sorted(twice))} is given twice"
            raise yaml.constructor.ConstructorError(None, None, words, node.start_mark)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(_BOOL, re.compile("^(true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
_Loader.add_implicit_resolver(_FLOAT, _NUMBER, list("-+0123456789."))


class _Dumper(yaml.SafeDumper):
    """Quotes what any reader of YAML, and the one here, would take for something else than text."""


_Dumper.add_implicit_resolver(_FLOAT, _NUMBER, list("-+0123456789."))


def parse(text: str) -> Any:
    """Return what a YAML text says.

    Raises
    ------
    yaml.YAMLError
        Not YAML, or a key stands twice.

    Examples
    --------
    >>> parse("{off: [a], gap: 1e-3, count: 3, none: true}")
    {'off': ['a'], 'gap': 0.001, 'count': 3, 'none': True}
    """
    return yaml.load(text, _Loader)


def render(data: dict[str, Any]) -> str:
    """Return YAML that `parse` reads back the same, in the order of the keys."""
    text: str = yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
    return text
