"""Templates are filled as Mustache has it, with what the ticket says and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from domain.errors import Invalid
from printing.mustache import fill

TICKET: dict[str, Any] = {
    "number": "T-7",
    "note": "",
    "customer": {"name": "Maria"},
    "lines": [{"name": "Pizza", "note": "hot"}, {"name": "Tè", "note": ""}],
    "tags": ["new", "late"],
    "covers": 0,
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{number}} {{{customer.name}}}", "T-7 Maria"),
        ("{{#lines}}{{name}};{{/lines}}", "Pizza;Tè;"),
        ("{{#lines}}{{number}} {{/lines}}", "T-7 T-7 "),  # from around the section
        ("{{#lines}}[{{note}}]{{/lines}}", "[hot][]"),  # its own, though it is empty
        ("{{#lines}}{{^note}}{{name}}{{/note}}{{/lines}}", "Tè"),
        ("{{#tags}}{{.}},{{/tags}}", "new,late,"),
        ("{{^covers}}none{{/covers}}{{#covers}}{{covers}}{{/covers}}", "none"),
        ("{{#customer.name}}for {{customer.name}}{{/customer.name}}", "for Maria"),
        ("{{nothing}}{{number.nothing}}{{! a remark }}{{> kitchen}}", ""),
        ("{{#number}}{{title}}{{/number}}", ""),  # a text has no fields, whatever Python has
        ("{{#lines}}\n<b>{{name}}\n{{/lines}}\n", "<b>Pizza\n<b>Tè\n"),
    ],
)
def test_a_template_is_filled(template: str, text: str) -> None:
    assert fill(template, TICKET) == text


@pytest.mark.parametrize("template", ["{{=<% %>=}}", "{{#lines}}{{#lines}}{{/lines}}{{/lines}}"])
def test_what_paper_has_no_use_for_is_refused(template: str) -> None:
    with pytest.raises(Invalid):
        fill(template, TICKET)
