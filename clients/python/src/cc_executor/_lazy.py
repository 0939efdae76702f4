"""The models of answers, loaded when the first one is needed: pydantic takes longer than all else of an import."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import models as models
else:

    class _Models:
        def __getattr__(self, name: str) -> Any:
            value = getattr(import_module(".models", __package__), name)
            setattr(self, name, value)
            return value

    models = _Models()
