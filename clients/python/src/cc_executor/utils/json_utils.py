"""Reads JSON that a model wrote into its text."""

from __future__ import annotations

import json
import re
from typing import Any

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL)


def clean_json_string(content: Any, return_dict: bool = False) -> Any:
    """Returns the JSON of a text: the whole, a fenced block, or what begins at the first bracket.

    Args:
        content: A text; or an object or a list, which is JSON already.
        return_dict: True returns the value; False returns it as text.

    Returns:
        The text as it is where there is no JSON in it.
    """
    if not isinstance(content, str):
        return content if return_dict else json.dumps(content, ensure_ascii=False)
    value = _read(content)
    if value is None:
        return content
    return value if return_dict else json.dumps(value, ensure_ascii=False)


def _read(text: str) -> Any:
    fenced = _FENCED.search(text)
    begin = re.search(r"[{\[]", text)
    for part in (text, fenced and fenced[1], begin and text[begin.start() :]):
        if not part:
            continue
        try:
            value, _ = json.JSONDecoder().raw_decode(part.strip())
        except (ValueError, RecursionError):
            continue
        # A number or a word at the start of prose is no JSON that somebody meant.
        if isinstance(value, (dict, list)):
            return value
    return None
