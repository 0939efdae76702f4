"""Evidence, under the names of cc_executor."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .hallucination_check import check_hallucination, generate_hallucination_report
    from .json_report_generator import generate_json_report

__all__ = ["check_hallucination", "generate_hallucination_report", "generate_json_report"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Not loaded with the package: `python -m cc_executor.reporting.hallucination_check` would load it twice.
    module = "json_report_generator" if name == "generate_json_report" else "hallucination_check"
    return getattr(import_module(f".{module}", __name__), name)
