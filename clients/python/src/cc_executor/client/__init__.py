"""The names that programs of cc_executor import."""

from .cc_execute import (
    CCExecutorConfig,
    cc_execute,
    cc_execute_list,
    cc_execute_sync,
    cc_execute_task_list,
    export_execution_history,
)

__all__ = [
    "CCExecutorConfig",
    "cc_execute",
    "cc_execute_list",
    "cc_execute_sync",
    "cc_execute_task_list",
    "export_execution_history",
]
