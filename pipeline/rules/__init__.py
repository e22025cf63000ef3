"""The rules: what a finding can be of, one a file, with its severity, title, explanation, sentences and parameters.

They lie below all that finds something: readers, splitter, geocoder and the checks of a whole document make their
notes with ``Rule.note``, and screens, files and docs/rules.md say what is here. The file bears the rule's id, and so
does its constant: ``rows_lost.py`` holds ``ROWS_LOST``, the rule ``rows-lost``.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from pipeline.rules.rule import PARAMETERS, Case, Note, Rule

__all__ = ["PARAMETERS", "RULES", "SEVERITIES", "Case", "Note", "Rule", "title"]

#: Severity → its word, the gravest first.
SEVERITIES = {"error": "誤り", "warning": "注意", "info": "参考"}

#: Every rule by its id.
RULES: dict[str, Rule] = {
    rule.id: rule
    for module in iter_modules(__path__)
    if module.name != "rule"
    for rule in [getattr(import_module(f"{__name__}.{module.name}"), module.name.upper())]
}


def title(rule: str) -> str:
    """A rule's title; its own id where a build knows a rule that this version does not."""
    return RULES[rule].title if rule in RULES else rule
