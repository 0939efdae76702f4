"""A task as it is submitted. Made by scripts/generate_wire.py from the served documents; change those."""
# ruff: noqa
# fmt: off

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict


class Task(TypedDict, total=False):
    """A task: exactly one of `prompt`, `command` and `tool`, and its options. Times are seconds."""

    prompt: str
    """What the agent is asked to do; it gets this text byte for byte."""
    command: str
    """A command line for the shell; it gets this text byte for byte."""
    tool: Mapping[str, object]
    """One call of one tool of an MCP server, without an agent and without a model."""
    name: str
    """A short name, shown in status and results."""
    timeout: float | str
    """The task's whole time. Seconds, or a text such as "10m" or "1h30m". "auto": what such tasks hardly ever take, once that is known from earlier runs."""
    retries: int
    """How often the task is retried when it fails or times out, with a backoff."""
    agent: Literal['claude', 'codex', 'acp', 'model', 'command', 'tool']
    """What runs the task. Default: claude for a prompt. codex: Codex of OpenAI. acp: a program that speaks the Agent Client Protocol, such as OpenCode or Gemini CLI. model: one request to a model without tools, over Chat Completions."""
    network: Literal['none', 'open'] | Sequence[str]
    """The same for this task, in place of the list's."""
    needs: Sequence[int | str]
    """The tasks that must settle before it starts, by number or name; [] for none. Default: the task before it."""
    when: Literal['success', 'always', 'failure']
    """When the task runs: if all tasks that it needs succeeded (success), in any case (always), or if one of them failed (failure). The last two also run if on_failure is "stop". Default: success; always if on_failure is "continue"."""
    shared: bool
    """True: the task only reads. It works in the workspace itself, also while other tasks run, and beside others that are shared; it needs no copy. A container has the workspace read-only then. Default: a task that may run while another one does works in a copy."""
    variants: int
    """The number of tasks that are made of this prompt (2 to 10), each with its own agent and its own copy of the workspace. A later task picks one of them."""
    pick: int | str
    """The task with `variants`, by number or name, of which this one picks one. The list continues with the work of the picked variant. A prompt receives the answers and changes of all variants, and its answer is the choice. A command runs in the copy of each variant, and the first in which it exits with 0 is picked. The variants are needed implicitly."""
    checks: Sequence[str]
    """Commands that run in the workspace after the task, one after the other; each must end with exit code 0. Those of a list apply to each task without its own."""
    on_check_failure: Literal['fail', 'warn', 'fix']
    """What a failed check does: fail (the default) fails the task, warn adds a warning, fix starts a new agent with the task and the output of the checks, then runs the checks again. A list's "fix" counts as "fail" for its commands."""
    max_fixes: int
    """How often a new agent may try to fix failed checks in one attempt; default: 2."""
    model: str
    """The model; default: the agent's own."""
    model_url: str
    """For the agent "model": the address of an API that speaks Chat Completions, such as http://127.0.0.1:4000/v1. Default: OPENAI_BASE_URL of the worker, else that of OpenAI."""
    acp: str | Mapping[str, object]
    """For the agent "acp": which program that speaks the Agent Client Protocol. A name ("opencode", "gemini", or one of agents.json in the data directory), or a command with its arguments, which no shell reads."""
    fallback_model: str
    """The model for one immediate further attempt if the first one refuses to answer."""
    append_system_prompt: str
    """Text that is added to the agent's system prompt; the prompt itself does not change."""
    template: bool
    """Replaces references such as `{{tasks.1.result}}` in the prompt by what earlier tasks gave; `{{{{` stands for two braces."""
    on_too_long: Literal['refuse', 'truncate']
    """A prompt with more tokens than are allowed: refuse it (the default), or leave out its end and say so."""
    retry_context: Literal['summary', 'resume', 'none']
    """What an attempt receives after one that timed out, was silent, crashed or gave no result: a summary of its work (the default), its conversation if it can be resumed, or nothing."""
    on_output_limit: Literal['fail', 'retry_shorter']
    """An answer that reaches the model's limit of output tokens: fail (the default), or ask again for a shorter one."""
    amend_prompt: bool
    """A fresh agent rewrites the prompt first, so that it can be done without questions; the original is kept."""
    amendment_agent: Literal['claude', 'codex', 'acp', 'model', 'command', 'tool'] | Mapping[str, object]
    """The agent that rewrites the prompt (`amend_prompt`); default: claude. A name, or an object with `agent`, `model`, `model_url`, `acp` and `pass_env`."""
    profile: Literal['cc_executor']
    """A set of defaults for options. cc_executor: the defaults of cc_executor (amend_prompt, on_too_long "truncate", on_output_limit "retry_shorter", timeout "auto", 2 retries, uuid)."""
    json: Literal['report']
    """A ready schema in place of `json_schema`. report: `result`, `files_created`, `files_modified` and `summary`."""
    json_mode: bool
    """The answer has to be JSON; it is in `json`, beside `result`."""
    json_schema: Mapping[str, object]
    """The answer must be JSON that matches this schema (draft 7, 2019-09 or 2020-12, the default)."""
    uuid: bool
    """Requests a new UUID in the answer, as its last line, or in JSON as the last field, `execution_uuid`; `uuid_proof` says whether it is there."""
    require_uuid: bool
    """The same, and the task fails without the right one."""
    validation_prompt: str
    """A fresh agent gets this, with the answer in place of `{response}`, and judges it."""
    validation_agent: Literal['claude', 'codex', 'acp', 'model', 'command', 'tool'] | Mapping[str, object]
    """The agent that judges the answer (`validation_prompt`), such as another one than that of the task; default: claude. The same form as `amendment_agent`."""
    fix_agent: Literal['claude', 'codex', 'acp', 'model', 'command', 'tool'] | Mapping[str, object]
    """The agent that fixes what checks found (`on_check_failure` "fix"), with the task's permissions; default: claude. The same form as `amendment_agent`; it needs tools."""
    review_agent: Literal['claude', 'codex', 'acp', 'model', 'command', 'tool'] | Mapping[str, object]
    """The agent that reviews the changes of the task, where the server has that done; default: claude. The same form as `amendment_agent`; it needs tools."""
    on_invalid: Literal['warn', 'fail', 'retry']
    """An answer that is judged invalid: warn (the default), fail, or try again as `retries` says (default then: 1)."""
    permission_mode: Literal['dontAsk', 'acceptEdits', 'plan', 'bypassPermissions']
    """The actions that need no approval; nobody can approve others. dontAsk (the default): those that `allowed_tools` lists; acceptEdits: file edits too; plan: none that changes anything; bypassPermissions: all, and never as root."""
    allowed_tools: Sequence[str]
    """The tools that need no approval; default: reading, commands, and edits below the workspace and the extra directories."""
    disallowed_tools: Sequence[str]
    """What may not be used, whatever else allows it."""
    on_denied: Literal['warn', 'fail']
    """A tool that was denied: warn (the default), or fail even when the agent says that it is done."""
    on_background: Literal['wait', 'end', 'fail']
    """A command that the agent put into the background and that still runs when it is done: wait for it, with a bound (the default), end it, or fail. What Claude Code itself moved there, and sub-agents, are always waited for."""
    on_overage: Literal['use', 'wait', 'pause']
    """Paid extra usage, once the plan's own limit is reached: use it (the default), with a warning; wait until the limit resets; or pause the execution."""
    max_turns: int
    """The maximum number of turns of the conversation."""
    max_budget_usd: float
    """The agent ends when its estimate of the cost exceeds this; checked after each answer."""
    mcp_servers: Mapping[str, object]
    """MCP servers, by name; never on a command line."""
    trust_workspace: bool
    """Lets the workspace's settings, hooks, permissions and MCP servers count. Without it only its memory files (CLAUDE.md, .claude/rules) do: one task could plant the rest for the next."""
    workspace_memory: bool
    """Whether the workspace's memory files (CLAUDE.md, .claude/rules) are read: yes by default. Earlier tasks may have written them; false keeps their text out. Can't be false with trust_workspace."""
    env: Mapping[str, object]
    """Environment variables for the agent and its tools, also settings of Claude Code such as BASH_MAX_TIMEOUT_MS. They are stored with the task: put secrets in pass_env."""
    pass_env: Sequence[str]
    """Names of variables of the worker's environment that are passed to the agent and its tools."""
    extra_dirs: Sequence[str]
    """Directories beside the workspace, by absolute path, that the agent may read and edit."""
