"""The base of what a server answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """An answer. Fields that a newer server adds are kept, and are attributes too."""

    model_config = ConfigDict(extra="allow", defer_build=True, protected_namespaces=())
