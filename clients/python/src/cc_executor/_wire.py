"""What a server answers. Made by scripts/generate_wire.py from the served documents; change those."""
# ruff: noqa
# fmt: off

from __future__ import annotations

from typing import Any, Dict, List

from cc_executor._model import Model
from pydantic import AnyUrl, AwareDatetime, Field


class Warning(Model):
    task: int
    """
    the number of the task, from 1
    """
    code: str
    """
    which finding it is, by the table of findings
    """
    message: str
    """
    what was found, in which words, and what to do
    """


class Accepted(Model):
    execution_id: str
    """
    the id of the execution
    """
    status: str
    """
    its state
    """
    total_tasks: int
    """
    tasks of the list
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    links: Dict[str, str]
    """
    A link, relative to this server.
    """
    warnings: List[Warning] | None = None
    """
    Possible faults of the tasks, by number; absent if there are none.
    """


class Usage(Model):
    """
    tokens, of all models together
    """

    input_tokens: int
    """
    tokens that were sent and not cached
    """
    output_tokens: int
    """
    tokens that the model wrote
    """
    cache_read_tokens: int
    """
    tokens that were read from the cache
    """
    cache_creation_tokens: int
    """
    tokens that were written to the cache
    """


class Amendment(Model):
    original: str
    """
    the prompt as submitted, with its references replaced
    """
    amended: str | None
    """
    the prompt that the agent received instead; null: it could not be amended and ran unchanged
    """
    changes: List[str]
    """
    the single changes
    """
    is_ambiguous: bool | None
    """
    whether the original was ambiguous
    """
    reason: str | None
    """
    why it was changed; if it was not, the reason
    """
    decomposed_tasks: List[str]
    """
    the jobs of the prompt, if there are several; they run together
    """
    outcome: str
    """
    how the amending agent's own run ended
    """
    session_id: str | None
    """
    the id of the agent's conversation; null: it has none
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class AttemptFinding(Model):
    code: str
    """
    of the table of findings
    """
    message: str
    """
    for people
    """
    evidence: Dict[str, Any]
    """
    the statement and the evidence
    """


class Credential(Model):
    """
    the state of the credential; absent: none
    """

    state: str
    """
    found: it exists, but has not been used yet
    """
    at: str | None = None
    """
    when that was found
    """
    by: str | None = None
    """
    how it was found: by a prompt, or by a test request
    """
    message: str | None = None
    """
    the text of a refusal
    """


class LastFailure(Model):
    """
    when and how it was last refused or at its limit; an expired login looks valid until then
    """

    at: str
    """
    RFC 3339, UTC, milliseconds
    """
    outcome: str
    """
    how the attempt ended, by the table of outcomes
    """
    message: str | None
    """
    what it said; null: nothing
    """


class AuthStatus(Model):
    status: str
    """
    whether prompts can run
    """
    method: str
    """
    the credential that was used
    """
    message: str
    """
    the state of the credential, for people
    """
    instructions: List[str] | None = None
    """
    the exact steps to fix it
    """
    credential: Credential | None = None
    """
    the state of the credential; absent: none
    """
    last_success_at: str | None = None
    """
    when a prompt last succeeded with this credential
    """
    last_failure: LastFailure | None = None
    """
    when and how it was last refused or at its limit; an expired login looks valid until then
    """


class From(Model):
    """
    its earlier name; null: not renamed
    """

    path: str
    """
    relative to the workspace, separated by /
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """


class Before(Model):
    """
    null: it did not exist
    """

    mode: str
    """
    git's mode: a file, an executable file, a link, a commit of another repository
    """
    id: str
    """
    git's hash of the content
    """


class After(Model):
    """
    null: it no longer exists
    """

    mode: str
    """
    git's mode: a file, an executable file, a link, a commit of another repository
    """
    id: str
    """
    git's hash of the content
    """


class ChangedFile(Model):
    path: str
    """
    relative to the workspace, separated by /
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    from_: From | None = Field(..., alias='from')
    """
    its earlier name; null: not renamed
    """
    change: str
    """
    what happened to the file
    """
    binary: bool
    """
    whether its content is not text
    """
    lines_added: int | None
    """
    null: the file is binary
    """
    lines_removed: int | None
    """
    null: the file is binary
    """
    before: Before | None
    """
    null: it did not exist
    """
    after: After | None
    """
    null: it no longer exists
    """


class Totals(Model):
    """
    of all pages
    """

    files: int
    """
    files that changed
    """
    lines_added: int
    """
    lines that were added
    """
    lines_removed: int
    """
    lines that were removed
    """


class ChangesPage(Model):
    execution_id: str
    """
    the id of the execution
    """
    task: int | None
    """
    null: it concerns the whole execution
    """
    before: str
    """
    the snapshot that it is compared with
    """
    after: str
    """
    the snapshot that is compared
    """
    totals: Totals
    """
    of all pages
    """
    files: List[ChangedFile]
    """
    by path
    """
    next_cursor: str | None
    """
    the `cursor` of the next page; null: this is the last one
    """


class Classification(Model):
    category: str
    """
    the kind of work
    """
    complexity: str
    """
    how much work it is
    """
    signature: str
    """
    equal for tasks that differ only in their names
    """


class Configuration(Model):
    version: str
    """
    the version of cc-executor
    """
    settings: Dict[str, Any]
    """
    by name, without secrets
    """
    units: Dict[str, str] | None = None
    """
    of the settings that are a size or a duration; absent: an earlier version
    """


class Event(Model):
    seq: int
    """
    1, 2, 3 … without a gap
    """
    epoch: str
    """
    Changes when the log was lost and started again; cursors of another epoch are invalid.
    """
    execution_id: str
    """
    the id of the execution
    """
    at: AwareDatetime
    """
    when it happened: RFC 3339, UTC, milliseconds
    """
    type: str
    """
    which fact it is, by the table of events
    """
    task: int | None = None
    """
    the number of the task, from 1; absent: it is about the execution
    """
    attempt: int | None = None
    """
    the number of the attempt, from 1
    """
    data: Dict[str, Any]
    """
    what the type says of it
    """


class EvidenceKey(Model):
    key: str
    """
    the public key, Ed25519, in base64
    """
    fingerprint: str
    """
    a short identifier, for comparison
    """
    pem: str
    """
    for other programs
    """


class Delivered(Model):
    """
    what of the branch is in the user's repository, or in its remote; absent: nothing is known to be
    """

    to: str
    """
    where it was delivered
    """
    branch: str
    """
    the name of the branch
    """
    commit: str
    """
    the commit
    """


class Execution1(Model):
    execution_id: str
    """
    the id of the execution
    """
    title: str | None = None
    """
    its title, or its first task and the number of others; null: an earlier version stored it
    """
    labels: Dict[str, str] | None = None
    """
    as submitted
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    reruns: List[str] | None = None
    """
    the executions that rerun it; absent: none
    """
    status: str
    """
    its state
    """
    reason: str | None
    """
    Why it is paused, failed or cancelling.
    """
    total_tasks: int
    """
    tasks of the list
    """
    completed_tasks: int
    """
    tasks that succeeded
    """
    failed_tasks: int
    """
    tasks that failed or timed out, without variants beside one that was taken
    """
    settled_tasks: int
    """
    tasks that will not run again
    """
    timed_out_tasks: int | None = None
    """
    those of failed_tasks that timed out
    """
    skipped_tasks: int | None = None
    """
    tasks that never started: an earlier one did not succeed, or their condition was not met
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or prevented from starting
    """
    not_run_tasks: int | None = None
    """
    tasks that never started and never will, for either reason
    """
    not_taken_tasks: int | None = None
    """
    variants that did not succeed, beside one that was taken; they are in no other count but total_tasks
    """
    warned_tasks: int | None = None
    """
    those of completed_tasks that completed with warnings
    """
    progress: str
    """
    e.g. "1/3 tasks completed"; counts the succeeded ones, and adds what else happened: "1/50 tasks completed, 1 failed, 48 not run"
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings"
    """
    current_task: str | None
    """
    e.g. "Task 2: write the tests": the first of those that run
    """
    running_tasks: List[str]
    """
    all tasks that run, in their order
    """
    created_at: str
    """
    RFC 3339, UTC, milliseconds
    """
    started_at: str | None
    completed_at: str | None
    waiting_until: str | None
    """
    when a waiting execution continues, or a paused one retries its credential
    """
    expected_time: float | None
    """
    expected seconds of the current task in total; null if none runs
    """
    remaining_time: float | None
    """
    expected seconds from now on, without waits; null: unknown
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class ExecutionPage(Model):
    executions: List[Execution1]
    """
    the executions of this page, newest first
    """
    next_cursor: str | None
    """
    the `cursor` of the next page; null: this is the last one
    """


class File(Model):
    name: str
    """
    its name in the folder
    """
    encoding: str | None = None
    """
    of the name, where it is not UTF-8
    """
    kind: str
    """
    what it is
    """
    permissions: str | None
    """
    in octal, like "755"; null: unknown, or a link
    """
    bytes: int | None
    """
    of a link: the hash of its target; null: a folder
    """
    id: str | None
    """
    git's hash of the content; null: a folder without files
    """


class LeftOutItem(Model):
    path: str
    """
    relative to the workspace, separated by /
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    why: str
    """
    the reason
    """


class FilesPage(Model):
    execution_id: str
    """
    the id of the execution
    """
    snapshot: str
    """
    the snapshot that was read
    """
    path: str
    """
    of the folder; empty: the workspace itself
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    files: List[File]
    """
    the content of the folder, by name
    """
    left_out: List[LeftOutItem]
    """
    paths of the whole workspace that are not in the snapshot; at most 100
    """
    next_cursor: str | None
    """
    the `cursor` of the next page; null: this is the last one
    """


class Finding(Model):
    code: str
    """
    which finding it is, by the table of findings
    """
    message: str
    """
    what was found, in which words, and what to do
    """


class Gap(Model):
    from_: int = Field(..., alias='from')
    """
    seq of the first missing event
    """
    to: int
    """
    seq of the last missing event
    """
    output: str
    """
    the address of the whole output, with {n} for the task
    """


class Checks(Model):
    status: str
    """
    whether this part works; unknown: it has not shown it yet, as a credential that is not used
    """
    message: str
    """
    what it found, for people
    """


class Health(Model):
    status: str
    """
    the worst of its checks: degraded takes lists and may not run them
    """
    service: str
    """
    which service answers
    """
    version: str
    """
    the version of cc-executor
    """
    timestamp: str
    """
    RFC 3339, UTC, milliseconds
    """
    checks: Dict[str, Checks]
    """
    what was checked, by name
    """


class HistoryRow(Model):
    schema_: float = Field(..., alias='schema')
    """
    the version of this format
    """
    execution_id: str
    """
    the id of the execution
    """
    task: int
    """
    from 1
    """
    attempt: int
    """
    from 1
    """
    kind: str
    """
    prompt, command or tool
    """
    description: str
    """
    the task's name, or the start of its text
    """
    agent: str
    """
    what ran it
    """
    model: str | None
    """
    the model that was used, otherwise the requested one
    """
    status: str
    """
    how the attempt ended, as a state
    """
    outcome: str
    """
    how the attempt ended, by the table of outcomes
    """
    counts: bool
    """
    whether it counts against the task
    """
    exit_code: int | None
    """
    the exit status of the process; null: it has none, or a signal ended it
    """
    started_at: AwareDatetime
    """
    when it started: RFC 3339, UTC, milliseconds
    """
    ended_at: AwareDatetime
    """
    when it ended: RFC 3339, UTC, milliseconds
    """
    duration: float | None
    """
    seconds; null: unknown
    """
    expected: float | None
    """
    the expected seconds; null: unknown
    """
    turns: int | None
    """
    turns of the conversation with the model; null: unknown, or not a prompt
    """
    input_tokens: int | None
    """
    null: unknown
    """
    output_tokens: int | None
    """
    null: unknown
    """
    cache_read_tokens: int | None
    """
    null: unknown
    """
    cache_creation_tokens: int | None
    """
    null: unknown
    """
    cost_usd: float | None
    """
    its cost in US dollars; null: unknown, or not a prompt
    """
    load_per_core: float | None
    """
    processes waiting for a processor, for each processor, at the start
    """
    cpu_busy: float | None
    """
    the used share of the machine's processors, 0 to 1
    """
    available_memory: float | None
    """
    the minimum of available memory meanwhile, in bytes
    """
    gpu_busy: float | None
    """
    the used share of the GPUs, 0 to 1; null if there is none
    """


class Hook(Model):
    name: str
    """
    the name of the hook
    """
    stage: str
    """
    when it runs
    """
    source: str
    """
    the file of the module, the command, or: built in
    """
    required: bool
    """
    true: the action fails if the hook fails
    """
    timeout: float | None
    """
    seconds; null: that of its task
    """
    events: List[str] | None = None
    """
    for on_event: the types of events that it runs for
    """


class RecentExecution(Model):
    at: str
    """
    when it started; RFC 3339
    """
    hook: str
    """
    the name of the hook
    """
    stage: str
    """
    when it runs
    """
    execution_id: str
    """
    the id of the execution
    """
    task: int | None
    """
    the number of the task, from 1; null: it ran for the execution
    """
    result: str
    """
    how the run ended
    """
    message: str | None
    """
    what it said; null: nothing
    """
    execution_time: float
    """
    seconds
    """


class HookStatus(Model):
    enabled: bool
    """
    true if there is a hook
    """
    hooks_configured: List[str]
    """
    the stages that have hooks
    """
    hooks: List[Hook]
    """
    the hooks of the server
    """
    recent_executions: List[RecentExecution]
    """
    the last runs of hooks, newest first
    """
    statistics: Dict[str, int]
    """
    the number of runs, total and by result, since the workers started
    """


class PlanForecast(Model):
    limit: str
    """
    five_hour, seven_day …
    """
    used: float
    """
    the used share, 0 to 1; above 1: more than allowed
    """
    resets_at: str | None
    """
    RFC 3339; null if it was not reported
    """
    needed: float | None
    """
    the share that the prompts with history are expected to need; null: unknown
    """
    fits: bool | None
    """
    whether the list is expected to end before the limit is reached; null: unknown
    """


class BasedOn(Model):
    """
    what the prediction was made from
    """

    level: str
    """
    the source of the history: this kind of task, similar ones, its category, or none
    """
    runs: int
    """
    the number of latest runs in that history
    """
    text: str
    """
    for people
    """


class Prediction(Model):
    expected: float
    """
    seconds; half of such runs take longer
    """
    likely: float
    """
    seconds; one in ten runs takes longer
    """
    limit: float
    """
    seconds; a successful run almost never takes longer
    """
    confidence: float
    """
    0: nothing is known; near 1: many runs of this very kind
    """
    based_on: BasedOn
    """
    what the prediction was made from
    """
    tokens: float | None
    """
    of input and output; null without history
    """
    cost_usd: float | None
    """
    null if there is no history
    """


class Error(Model):
    path: str
    """
    where the fault is, as the caller sent it
    """
    message: str
    """
    what is wrong there
    """


class Problem(Model):
    type: str
    """
    an address that stands for this kind of error
    """
    title: str
    """
    the kind of error, for people
    """
    status: int
    """
    the HTTP status
    """
    detail: str
    """
    what went wrong this time, for people
    """
    code: str
    """
    the kind of error, by the table of errors
    """
    request_id: str
    """
    the id of the request, as in the log of the server
    """
    errors: List[Error] | None = None
    """
    all faults of the request, if it was invalid
    """
    instructions: List[str] | None = None
    """
    the steps that fix it
    """


class Sent(Model):
    """
    the input of the agent; null: none, or unknown
    """

    text: str
    """
    byte for byte
    """
    sha256: str
    """
    the SHA-256 of the text that was sent
    """
    system_prompt: str | None
    """
    what was added to the agent's own prompt
    """


class Session(Model):
    """
    the agent's conversation; null for a command
    """

    id: str
    """
    the id of the conversation
    """
    resumed: bool
    """
    whether the conversation had begun before
    """


class PlanItem(Model):
    limit: str
    """
    five_hour, seven_day …
    """
    used: float
    """
    the used share, 0 to 1; above 1: more than allowed
    """
    resets_at: str | None
    """
    RFC 3339; null if it was not reported
    """


class Machine(Model):
    """
    The load of the whole machine meanwhile; absent if unknown.
    """

    load_per_core: float
    """
    processes waiting for a processor, for each processor, at the start
    """
    cpu_busy: float | None
    """
    the used share of the processors' time, 0 to 1
    """
    available_memory: float | None
    """
    the minimum that was available, in bytes
    """
    gpu_busy: float | None
    """
    the used share of the GPUs, 0 to 1; null if there is none
    """


class Validation(Model):
    """
    Present if it was requested; its cost and tokens are included in the attempt's.
    """

    is_valid: bool | None
    """
    null: no judgement
    """
    reason: str | None
    """
    why, in its words; if it could not judge, the reason
    """
    suggestions: List[str]
    """
    what could be better
    """
    outcome: str
    """
    how the validator's own run ended
    """
    session_id: str | None
    """
    the id of the conversation that judged; null: it has none
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class UuidProof(Model):
    """
    null: none was requested, or there is no answer
    """

    expected: str
    """
    a new one for each attempt, version 4
    """
    found: str | None
    """
    the earlier content; null: none
    """
    verdict: str
    """
    whether the answer has the requested id
    """


class Warning1(Model):
    code: str
    """
    of the table of warnings
    """
    message: str
    """
    for people
    """


class Denial(Model):
    tool: str
    """
    the name of the tool
    """
    what: str
    """
    the command, the file, or the start of the input; at most 1,000 characters
    """


class Check(Model):
    command: str
    """
    the command that was run
    """
    round: int
    """
    0: after the task's own agent; n: after the nth fix
    """
    outcome: str
    """
    how the check's own process ended; only `completed` is passed
    """
    message: str | None
    """
    why it did not pass; null if it passed
    """
    exit_code: int | None
    """
    the exit status of the process; null: it has none, or a signal ended it
    """
    signal: str | None
    """
    the signal that ended the process; null: none
    """
    execution_time: float
    """
    seconds
    """
    output_bytes: int
    """
    of stdout and stderr together, in order of arrival
    """
    output_tail: str
    """
    the end of it, at most 2 KiB
    """
    file: str
    """
    the file with all of it, beside the attempt's other files
    """


class Fix(Model):
    round: int
    """
    from 1
    """
    outcome: str
    """
    how its agent ended
    """
    message: str | None
    """
    why there was no fix; null: it ran
    """
    session_id: str | None
    """
    the id of the agent's conversation; null: it has none
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class Picked(Model):
    """
    the variant that it took; absent: it picks none, or took none
    """

    task: int
    """
    the number of its task
    """
    variant: int
    """
    its number among the variants, from 1
    """
    of: int | None = None
    """
    how many variants there are; absent: an earlier version stored it
    """
    name: str | None = None
    """
    the name of the task that has variants; null: none was given; absent: as for `of`
    """
    why: str | None
    """
    why, in the words of the agent; null: it did not say
    """


class Snapshots(Model):
    """
    Snapshots of its workspace; absent: snapshots are off, or an earlier version ran it.
    """

    before: str | None
    """
    the snapshot of its workspace at the start; null: none
    """
    after: str | None
    """
    the snapshot of its workspace at the end; null: none
    """


class End(Model):
    """
    how the attempt ended
    """

    outcome: str
    """
    how the attempt ended, by the table of outcomes
    """
    held_up_by: str | None = None
    """
    The agent beside the task's own whose limit, outage or credential this outcome is of.
    """
    message: str | None
    """
    A description of the error for people, at most 4,096 characters; null if there was none.
    """
    unproven: bool | None = None
    """
    True: the agent in a container reports an answer, a refusal or a failure of its model, and the server of the model has answered no request of the attempt so. Other lists go by nothing of it.
    """
    exit_code: int | None
    """
    the exit status of the process; null: it has none, or a signal ended it
    """
    signal: str | None
    """
    the signal that ended the process; null: none
    """
    execution_time: float | None
    """
    seconds, without those in which it was paused; null: unknown
    """
    paused_time: float | None = None
    """
    seconds in which it was paused; absent: it was not
    """
    stdout_bytes: int
    """
    bytes of its output
    """
    stderr_bytes: int
    """
    bytes of its error output
    """
    limit: str | None = None
    """
    the limit of the plan that was reached, if known: five_hour, seven_day …
    """
    plan: List[PlanItem] | None = None
    """
    how much of the plan's limits is used, by the last report; absent without one
    """
    resets_at: str | None
    """
    when the limit that ended it resets, or the earliest time of a retry, if known; RFC 3339
    """
    session_id: str | None
    """
    The agent's own id of the conversation.
    """
    model: str | None
    """
    the model that answered; null: unknown, or none
    """
    agent_version: str | None
    """
    the version of the agent; null: unknown
    """
    turns: int | None
    """
    turns of the conversation with the model; null: unknown, or not a prompt
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    machine: Machine | None = None
    """
    The load of the whole machine meanwhile; absent if unknown.
    """
    validation: Validation | None
    """
    Present if it was requested; its cost and tokens are included in the attempt's.
    """
    uuid_proof: UuidProof | None
    """
    null: none was requested, or there is no answer
    """
    findings: List[AttemptFinding]
    """
    Statements of the answer that contradict the evidence; they do not change the outcome.
    """
    last_heard_after: float | None = None
    """
    of a lost attempt: seconds from its start to the last sign of its worker
    """
    warnings: List[Warning1] | None = None
    """
    Warnings; at most 20. Absent: none, or unknown.
    """
    denials: List[Denial] | None = None
    """
    Tool calls that were denied; at most 20. Absent: none, or it is not known.
    """
    checks: List[Check]
    """
    The checks that ran, in order, of all rounds.
    """
    fixes: List[Fix]
    """
    The fixes for failed checks; their cost and tokens are included in the attempt's.
    """
    picked: Picked | None = None
    """
    the variant that it took; absent: it picks none, or took none
    """
    snapshots: Snapshots | None = None
    """
    Snapshots of its workspace; absent: snapshots are off, or an earlier version ran it.
    """


class ToolCall(Model):
    id: str
    """
    the id of the call in the conversation
    """
    name: str
    """
    the name of the tool
    """
    what: str
    """
    the command, the file, or the start of the input; at most 1,000 characters
    """
    is_error: bool | None
    """
    null: no result was seen
    """
    exit_code: int | None
    """
    of the command that it ran, if the stream reports it
    """


class File1(Model):
    name: str
    """
    the name of the file
    """
    bytes: int
    """
    its size in bytes
    """
    sha256: str
    """
    the SHA-256 of its content
    """


class Change(Model):
    path: str
    """
    relative to the workspace, separated by /
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    kind: str
    """
    link: the content is its target, and it is not followed; other: a socket, a pipe, a device
    """
    change: str
    """
    what happened to the file
    """
    bytes: int
    """
    the current mode; of a removed file its last one
    """
    sha256: str | None
    """
    the hash of the content now; null: removed, or see the note
    """
    sha256_before: str | None
    """
    the hash of the content before; null: none, or unknown
    """
    note: str | None = None
    """
    why there is no hash; not_hashed: a limit was reached
    """


class Workspace(Model):
    """
    the changes in it; null: unknown
    """

    files_before: int | None
    """
    null: it could not be read
    """
    files_after: int | None
    """
    null: it could not be read
    """
    added: int
    """
    files that were added
    """
    changed: int
    """
    files that were changed
    """
    removed: int
    """
    files that were removed
    """
    changes: List[Change]
    """
    by path; at most 10,000
    """
    left_out: int
    """
    files and folders that are skipped, such as node_modules and files in .gitignore
    """
    incomplete: List[str]
    """
    why this may be incomplete; empty: it is complete, except for skipped paths
    """


class Changes(Model):
    """
    the changes in it, by relative path; null: not read
    """

    files_before: int | None
    """
    null: it could not be read
    """
    files_after: int | None
    """
    null: it could not be read
    """
    added: int
    """
    files that were added
    """
    changed: int
    """
    files that were changed
    """
    removed: int
    """
    files that were removed
    """
    changes: List[Change]
    """
    by path; at most 10,000
    """
    left_out: int
    """
    files and folders that are skipped, such as node_modules and files in .gitignore
    """
    incomplete: List[str]
    """
    why this may be incomplete; empty: it is complete, except for skipped paths
    """


class ExtraDir(Model):
    path: str
    """
    as the task names it in `extra_dirs`
    """
    changes: Changes | None
    """
    the changes in it, by relative path; null: not read
    """
    why: str | None
    """
    why it was not read; null: it was
    """


class Diff(Model):
    """
    the commits between the two; null if they are the same or unknown
    """

    files: int
    """
    files that changed
    """
    insertions: int
    """
    lines that were added
    """
    deletions: int
    """
    lines that were removed
    """


class Git(Model):
    """
    null: the workspace is not a repository, or unknown
    """

    before: str | None
    """
    null: none, or unknown
    """
    after: str | None
    """
    null: none, or unknown
    """
    diff: Diff | None
    """
    the commits between the two; null if they are the same or unknown
    """


class BeginsWithItem(Model):
    task: int
    """
    the number of the task, from 1
    """
    receipt: str | None
    """
    its last one; null: its evidence is missing
    """


class Receipt(Model):
    schema_: float = Field(..., alias='schema')
    """
    the version of this format
    """
    execution_id: str
    """
    the id of the execution
    """
    execution_uuid: str | None
    """
    an id that no other execution has, unlike `execution_id` after a removal; null: an earlier version stored it
    """
    number: int
    """
    counts the receipts of the execution
    """
    task: int
    """
    the number of the task, from 1
    """
    attempt: int
    """
    the number of the attempt, from 1
    """
    kind: str
    """
    prompt, command or tool
    """
    name: str | None
    """
    its name; null: none was given
    """
    sent: Sent | None
    """
    the input of the agent; null: none, or unknown
    """
    asked: str | None
    """
    the text of the task, if it differs from what was sent: a template, or an amended text
    """
    agent: str
    """
    what ran it
    """
    session: Session | None
    """
    the agent's conversation; null for a command
    """
    started_at: str
    """
    RFC 3339, UTC, milliseconds
    """
    ended_at: str
    """
    RFC 3339, UTC, milliseconds
    """
    end: End
    """
    how the attempt ended
    """
    result_sha256: str | None
    """
    the hash of a prompt's whole answer
    """
    tool_calls: List[ToolCall]
    """
    the tools that the agent called, in their order
    """
    tool_calls_beyond: int
    """
    the number that is not listed
    """
    files: List[File1]
    """
    the other stored files of the attempt
    """
    workspace: Workspace | None
    """
    the changes in it; null: unknown
    """
    extra_dirs: List[ExtraDir] | None = None
    """
    the directories beside the workspace that it could edit; absent: none
    """
    git: Git | None
    """
    null: the workspace is not a repository, or unknown
    """
    begins_with: List[BeginsWithItem] | None = None
    """
    the tasks whose work its workspace began with, in their order; absent: the list has no tasks that run at the same time, or an earlier version
    """
    previous: str | None
    """
    the previous receipt of the execution
    """


class Counts(Model):
    """
    how much there is of each
    """

    executions: int
    """
    executions that were active in this time
    """
    tasks: int
    """
    of executions that were active in this time
    """
    done: int
    """
    succeeded
    """
    failed: int
    """
    failed or timed out, without variants beside one that was taken
    """
    not_taken: int | None = None
    """
    variants that did not succeed, beside one that was taken; absent: an earlier version
    """
    not_run: int
    """
    cancelled, or skipped because an earlier task did not succeed
    """
    open: int
    """
    not settled yet
    """
    needs_you: int
    """
    entries of needs_you
    """
    contradicted: int
    """
    those of `done` whose answer contradicts the evidence
    """
    tests_claimed: int
    """
    those of `done` whose answer says that tests pass
    """
    tests_proven: int
    """
    those of `tests_claimed` whose checks all passed, without contradiction
    """


class NeedsYouItem(Model):
    kind: str
    """
    what needs a person
    """
    execution_id: str | None
    """
    null: it concerns the installation
    """
    list: str | None
    """
    the title of the list; null: it concerns the installation
    """
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: its title and progress
    """
    sentence: str
    """
    the same as a sentence for people
    """
    action: str
    """
    what to do about it
    """
    todo: str
    """
    as a sentence
    """


class ProofItem(Model):
    from_: str = Field(..., alias='from')
    """
    where the text is from
    """
    title: str
    """
    e.g. the command of the check
    """
    lines: List[str]
    """
    the last lines, at most 12; empty: nothing was printed
    """
    note: str | None
    """
    why there are none, e.g. the output is no longer kept
    """


class News(Model):
    kind: str
    """
    what is new
    """
    sentence: str
    """
    the same as a sentence for people
    """


class FailedItem(Model):
    execution_id: str
    """
    the id of the execution
    """
    list: str | None
    """
    the title of the list; null: it concerns the installation
    """
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: its title and progress
    """
    attempt: int
    """
    the last attempt; 0: there was none
    """
    kind: str
    """
    prompt, command or tool
    """
    status: str
    """
    how it ended
    """
    outcome: str | None
    """
    how its last attempt ended, by the table of outcomes; null: it has none
    """
    sentence: str
    """
    what happened, in the words of the outcome
    """
    proof: List[ProofItem]
    """
    what it printed or found, as evidence of why it failed
    """
    news: List[News]
    """
    what is new since a task with the same name or text last ran
    """
    execution_time: float | None
    """
    seconds, of the last attempt
    """
    expected_time: float | None
    """
    seconds; null: unknown
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    completed_at: str | None


class WaitingItem(Model):
    execution_id: str
    """
    the id of the execution
    """
    title: str
    """
    its title
    """
    until: str | None
    sentence: str
    """
    the same as a sentence for people
    """


class RunningItem(Model):
    execution_id: str
    """
    the id of the execution
    """
    title: str
    """
    its title
    """
    status: str
    """
    its state
    """
    current_task: str | None
    """
    the task that runs; null: none
    """


class Check1(Model):
    command: str
    """
    the command that was run
    """
    outcome: str
    """
    how the check's own process ended; only `completed` is passed
    """


class DoneItem(Model):
    execution_id: str
    """
    the id of the execution
    """
    list: str | None
    """
    the title of the list; null: it concerns the installation
    """
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: its title and progress
    """
    claim: str | None
    """
    the start of the answer; null: none, as for commands
    """
    choice: str | None = None
    """
    which of several variants was taken, as a sentence; null: it has to do with none
    """
    verdict: str
    """
    contradicted: the answer says what is not so; checked: all its checks passed; exit_code: a command that ended with 0; answered: a tool that its server has answered without an error; unproven: nothing contradicts it, and nothing was checked
    """
    proof: str
    """
    what is known, as a sentence
    """
    says_tests_pass: bool
    """
    whether the answer claims that tests pass
    """
    warnings: List[str]
    """
    its warnings, for people
    """
    checks: List[Check1]
    """
    its checks, and how each ended
    """
    news: List[News]
    """
    what is new since a task with the same name or text last ran
    """
    execution_time: float | None
    """
    seconds, of the last attempt
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """


class ChangedItem(Model):
    execution_id: str
    """
    the id of the execution
    """
    list: str | None
    """
    the title of the list; null: it concerns the installation
    """
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: its title and progress
    """
    added: int
    """
    files that were added
    """
    changed: int
    """
    files that were changed
    """
    removed: int
    """
    files that were removed
    """
    paths: List[str]
    """
    at most 10 of them
    """


class Branch(Model):
    execution_id: str
    """
    the execution that worked on it
    """
    list: str
    """
    the title of the list
    """
    branch: str
    """
    its name
    """
    commit: str | None
    """
    what was delivered last; null: nothing is known to be
    """
    repository: str | None
    """
    its path on the server's machine; null: it is elsewhere
    """
    is_delivered: bool
    """
    true: nothing kept its commits from there; false: the workspace alone has all of the work
    """
    sentence: str
    """
    where the branch is, or why it is not
    """


class Times(Model):
    """
    where the time went
    """

    working: float
    """
    seconds of all attempts that ended in this time
    """
    waiting: float
    """
    seconds between attempts: limits, pauses, retries
    """
    queued: float
    """
    seconds until the first task started
    """


class Report(Model):
    since: str
    """
    RFC 3339, UTC, milliseconds
    """
    until: str
    """
    RFC 3339, UTC, milliseconds
    """
    generated_at: str
    """
    RFC 3339, UTC, milliseconds
    """
    headline: str
    """
    e.g. "50 tasks: 41 done, 5 failed, 2 need you"
    """
    counts: Counts
    """
    how much there is of each
    """
    needs_you: List[NeedsYouItem]
    """
    what waits for a person
    """
    failed: List[FailedItem]
    """
    the latest first; the first ones, as `counts` has them all
    """
    waiting: List[WaitingItem]
    """
    executions that wait for a known time
    """
    running: List[RunningItem]
    """
    executions that run now
    """
    done: List[DoneItem]
    """
    those to look at first come first; the first ones, as `counts` has them all
    """
    changed: List[ChangedItem]
    """
    files, by task; the latest first
    """
    branches: List[Branch]
    """
    branches to look at, of lists that work for a repository
    """
    times: Times
    """
    where the time went
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    cost_unknown: int
    """
    prompts of unknown cost; not included in cost_usd
    """
    partial: List[str]
    """
    what is missing in this report, and why; empty: nothing is
    """


class Reset(Model):
    epoch: str
    """
    the life of the log: another one means that events were lost, and that numbers begin again
    """


class Change2(Model):
    path: str
    """
    relative to the workspace, separated by /
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    action: str
    """
    what is done with the path
    """


class KeptItem(Model):
    path: str
    """
    relative to the workspace, separated by /
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    why: str
    """
    not_kept: its content is in no snapshot; folder_not_empty: something else is in it; folder_replaced: something else has its place; not_in_snapshot: the snapshot left it out
    """


class Branch1(Model):
    """
    in the clone of a repository whose tasks are committed; absent: it is none, or a dry run
    """

    name: str
    """
    the name of the branch
    """
    commit: str
    """
    the last one of the branch now
    """
    warnings: List[str]
    """
    what should be known of it, such as why it could not be delivered
    """


class RestoreResult(Model):
    execution_id: str
    """
    the id of the execution
    """
    dry_run: bool
    """
    true: nothing was changed
    """
    snapshot: str
    """
    the snapshot that the workspace was restored to
    """
    left: str | None
    """
    the snapshot of the state before: restoring it undoes this; null: a dry run
    """
    changes: List[Change2]
    """
    at most 1000
    """
    changes_total: int
    """
    all changes, also those that are not listed
    """
    kept: List[KeptItem]
    """
    paths that stay as they are and may differ from the snapshot; at most 1000
    """
    kept_total: int
    """
    all that was kept, also what is not listed
    """
    branch: Branch1 | None = None
    """
    in the clone of a repository whose tasks are committed; absent: it is none, or a dry run
    """


class Warning2(Model):
    task: int
    """
    the number of the task, from 1
    """
    code: str
    """
    which finding it is, by the table of findings
    """
    message: str
    """
    what was found, in which words, and what to do
    """


class Place(Model):
    execution_id: str
    """
    the id of the execution
    """
    task: int
    """
    the number of the task, from 1
    """
    attempt: int
    """
    the number of the attempt, from 1
    """
    stream: str
    """
    where the text is: in an output of the attempt, or in the messages of its agent: what it said, thought, and asked of and got from tools
    """
    count: int
    """
    hits at this place
    """


class Hit(Model):
    execution_id: str
    """
    the id of the execution
    """
    task: int
    """
    the number of the task, from 1
    """
    attempt: int
    """
    the number of the attempt, from 1
    """
    stream: str
    """
    where the text is: in an output of the attempt, or in the messages of its agent: what it said, thought, and asked of and got from tools
    """
    at: int
    """
    the byte of the output at which it begins; of messages: that of `line_at`
    """
    line: int | None
    """
    the number of its line or message, from 1; null: it was not counted
    """
    line_at: int
    """
    the byte at which that line or message begins
    """
    before: str
    """
    the end of the line before it
    """
    match: str
    """
    the text that was found
    """
    after: str
    """
    the beginning of the line after it
    """


class Search(Model):
    q: str
    """
    what was searched for
    """
    count: int
    """
    all hits, also those that are not listed; exact unless `partial`
    """
    bytes: int
    """
    how much was searched
    """
    places: List[Place]
    """
    the outputs that have it, at most 500
    """
    hits: List[Hit]
    """
    the hits of this page, in the order of executions, tasks, attempts and bytes
    """
    partial: List[str]
    """
    what was not searched, as sentences; empty: everything was
    """


class ServerCheck(Model):
    origin: str | None
    """
    the server, as scheme, host and port; null: its address is not an HTTP URL
    """
    status: str
    """
    answers: it answered a request without a credential; fails: it, or a proxy before it, answered that it cannot serve; unreachable: there was no answer
    """
    message: str
    """
    what was seen and what that proves, or what to do
    """
    checked_at: AwareDatetime
    """
    when it was tried
    """


class State(Model):
    execution_id: str
    """
    the id of the execution
    """
    status: str
    """
    its state
    """


class Status(Model):
    execution_id: str
    """
    the id of the execution
    """
    title: str | None = None
    """
    its title, or its first task and the number of others; null: an earlier version stored it
    """
    labels: Dict[str, str] | None = None
    """
    as submitted
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    reruns: List[str] | None = None
    """
    the executions that rerun it; absent: none
    """
    status: str
    """
    its state
    """
    reason: str | None
    """
    Why it is paused, failed or cancelling.
    """
    total_tasks: int
    """
    tasks of the list
    """
    completed_tasks: int
    """
    tasks that succeeded
    """
    failed_tasks: int
    """
    tasks that failed or timed out, without variants beside one that was taken
    """
    settled_tasks: int
    """
    tasks that will not run again
    """
    timed_out_tasks: int | None = None
    """
    those of failed_tasks that timed out
    """
    skipped_tasks: int | None = None
    """
    tasks that never started: an earlier one did not succeed, or their condition was not met
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or prevented from starting
    """
    not_run_tasks: int | None = None
    """
    tasks that never started and never will, for either reason
    """
    not_taken_tasks: int | None = None
    """
    variants that did not succeed, beside one that was taken; they are in no other count but total_tasks
    """
    warned_tasks: int | None = None
    """
    those of completed_tasks that completed with warnings
    """
    progress: str
    """
    e.g. "1/3 tasks completed"; counts the succeeded ones, and adds what else happened: "1/50 tasks completed, 1 failed, 48 not run"
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings"
    """
    current_task: str | None
    """
    e.g. "Task 2: write the tests": the first of those that run
    """
    running_tasks: List[str]
    """
    all tasks that run, in their order
    """
    created_at: str
    """
    RFC 3339, UTC, milliseconds
    """
    started_at: str | None
    completed_at: str | None
    waiting_until: str | None
    """
    when a waiting execution continues, or a paused one retries its credential
    """
    expected_time: float | None
    """
    expected seconds of the current task in total; null if none runs
    """
    remaining_time: float | None
    """
    expected seconds from now on, without waits; null: unknown
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    workspace: str | None = None
    """
    the folder below the workspaces root; absent: an earlier version stored it
    """
    branch: str | None = None
    """
    the branch for the work, if it has a repository
    """
    delivered: Delivered | None = None
    """
    what of the branch is in the user's repository, or in its remote; absent: nothing is known to be
    """
    waiting_for: str | None = None
    """
    of a queued execution: the one that comes before it in its workspace, or in a part of it; absent: none
    """
    epoch: str
    """
    the life of the log: another one means that events were lost, and that numbers begin again
    """
    head: int
    """
    seq of the last event
    """


class Acp(Model):
    """
    For the agent "acp": which program that speaks the Agent Client Protocol. A name ("opencode", "gemini", or one of agents.json in the data directory), or a command with its arguments, which no shell reads.
    """

    command: str
    """
    The program, by path or as it is found on PATH. No shell reads it.
    """
    args: List[str] | None = Field(None, max_length=200)
    """
    Its arguments.
    """


class Acp1(Model):
    """
    Of the agent "acp": its program.
    """

    command: str
    """
    The program, by path or as it is found on PATH. No shell reads it.
    """
    args: List[str] | None = Field(None, max_length=200)
    """
    Its arguments.
    """


class AmendmentAgent(Model):
    """
    The agent that rewrites the prompt (`amend_prompt`); default: claude. A name, or an object with `agent`, `model`, `model_url`, `acp` and `pass_env`.
    """

    agent: str
    """
    Which agent it is, of those that run prompts.
    """
    model: str | None = None
    """
    Its model; default: the agent's own.
    """
    model_url: AnyUrl | None = None
    """
    Of the agent "model": the address of its API.
    """
    acp: str | Acp1 | None = None
    """
    Of the agent "acp": its program.
    """
    pass_env: List[str] | None = Field(None, max_length=200)
    """
    Names of variables of the worker that it gets; for the agent "model" the first is its key.
    """


class ValidationAgent(Model):
    """
    The agent that judges the answer (`validation_prompt`), such as another one than that of the task; default: claude. The same form as `amendment_agent`.
    """

    agent: str
    """
    Which agent it is, of those that run prompts.
    """
    model: str | None = None
    """
    Its model; default: the agent's own.
    """
    model_url: AnyUrl | None = None
    """
    Of the agent "model": the address of its API.
    """
    acp: str | Acp1 | None = None
    """
    Of the agent "acp": its program.
    """
    pass_env: List[str] | None = Field(None, max_length=200)
    """
    Names of variables of the worker that it gets; for the agent "model" the first is its key.
    """


class FixAgent(Model):
    """
    The agent that fixes what checks found (`on_check_failure` "fix"), with the task's permissions; default: claude. The same form as `amendment_agent`; it needs tools.
    """

    agent: str
    """
    Which agent it is, of those that run prompts.
    """
    model: str | None = None
    """
    Its model; default: the agent's own.
    """
    model_url: AnyUrl | None = None
    """
    Of the agent "model": the address of its API.
    """
    acp: str | Acp1 | None = None
    """
    Of the agent "acp": its program.
    """
    pass_env: List[str] | None = Field(None, max_length=200)
    """
    Names of variables of the worker that it gets; for the agent "model" the first is its key.
    """


class ReviewAgent(Model):
    """
    The agent that reviews the changes of the task, where the server has that done; default: claude. The same form as `amendment_agent`; it needs tools.
    """

    agent: str
    """
    Which agent it is, of those that run prompts.
    """
    model: str | None = None
    """
    Its model; default: the agent's own.
    """
    model_url: AnyUrl | None = None
    """
    Of the agent "model": the address of its API.
    """
    acp: str | Acp1 | None = None
    """
    Of the agent "acp": its program.
    """
    pass_env: List[str] | None = Field(None, max_length=200)
    """
    Names of variables of the worker that it gets; for the agent "model" the first is its key.
    """


class McpServers(Model):
    type: str | None = None
    """
    How it is reached; default: stdio for a command, http for an address.
    """
    command: str | None = None
    """
    The program to start.
    """
    args: List[str] | None = Field(None, max_length=200)
    """
    The arguments of its command.
    """
    env: Dict[str, str] | None = None
    """
    Additional environment variables.
    """
    url: AnyUrl | None = None
    """
    Its address.
    """
    headers: Dict[str, str] | None = None
    """
    Headers for its address; values may name variables.
    """


class Options(Model):
    """
    as submitted, without possible secrets of MCP servers (environment, headers)
    """

    model: str | None = None
    """
    The model; default: the agent's own.
    """
    model_url: AnyUrl | None = None
    """
    For the agent "model": the address of an API that speaks Chat Completions, such as http://127.0.0.1:4000/v1. Default: OPENAI_BASE_URL of the worker, else that of OpenAI.
    """
    acp: str | Acp | None = None
    """
    For the agent "acp": which program that speaks the Agent Client Protocol. A name ("opencode", "gemini", or one of agents.json in the data directory), or a command with its arguments, which no shell reads.
    """
    fallback_model: str | None = None
    """
    The model for one immediate further attempt if the first one refuses to answer.
    """
    append_system_prompt: str | None = None
    """
    Text that is added to the agent's system prompt; the prompt itself does not change.
    """
    template: bool | None = None
    """
    Replaces references such as `{{tasks.1.result}}` in the prompt by what earlier tasks gave; `{{{{` stands for two braces.
    """
    on_too_long: str | None = None
    """
    A prompt with more tokens than are allowed: refuse it (the default), or leave out its end and say so.
    """
    retry_context: str | None = None
    """
    What an attempt receives after one that timed out, was silent, crashed or gave no result: a summary of its work (the default), its conversation if it can be resumed, or nothing.
    """
    on_output_limit: str | None = None
    """
    An answer that reaches the model's limit of output tokens: fail (the default), or ask again for a shorter one.
    """
    amend_prompt: bool | None = None
    """
    A fresh agent rewrites the prompt first, so that it can be done without questions; the original is kept.
    """
    amendment_agent: str | AmendmentAgent | None = None
    """
    The agent that rewrites the prompt (`amend_prompt`); default: claude. A name, or an object with `agent`, `model`, `model_url`, `acp` and `pass_env`.
    """
    profile: str | None = None
    """
    A set of defaults for options. cc_executor: the defaults of cc_executor (amend_prompt, on_too_long "truncate", on_output_limit "retry_shorter", timeout "auto", 2 retries, uuid).
    """
    json_: str | None = Field(None, alias='json')
    """
    A ready schema in place of `json_schema`. report: `result`, `files_created`, `files_modified` and `summary`.
    """
    json_mode: bool | None = None
    """
    The answer has to be JSON; it is in `json`, beside `result`.
    """
    json_schema: Dict[str, Any] | None = None
    """
    The answer must be JSON that matches this schema (draft 7, 2019-09 or 2020-12, the default).
    """
    uuid: bool | None = None
    """
    Requests a new UUID in the answer, as its last line, or in JSON as the last field, `execution_uuid`; `uuid_proof` says whether it is there.
    """
    require_uuid: bool | None = None
    """
    The same, and the task fails without the right one.
    """
    validation_prompt: str | None = None
    """
    A fresh agent gets this, with the answer in place of `{response}`, and judges it.
    """
    validation_agent: str | ValidationAgent | None = None
    """
    The agent that judges the answer (`validation_prompt`), such as another one than that of the task; default: claude. The same form as `amendment_agent`.
    """
    fix_agent: str | FixAgent | None = None
    """
    The agent that fixes what checks found (`on_check_failure` "fix"), with the task's permissions; default: claude. The same form as `amendment_agent`; it needs tools.
    """
    review_agent: str | ReviewAgent | None = None
    """
    The agent that reviews the changes of the task, where the server has that done; default: claude. The same form as `amendment_agent`; it needs tools.
    """
    on_invalid: str | None = None
    """
    An answer that is judged invalid: warn (the default), fail, or try again as `retries` says (default then: 1).
    """
    permission_mode: str | None = None
    """
    The actions that need no approval; nobody can approve others. dontAsk (the default): those that `allowed_tools` lists; acceptEdits: file edits too; plan: none that changes anything; bypassPermissions: all, and never as root.
    """
    allowed_tools: List[str] | None = Field(None, max_length=200)
    """
    The tools that need no approval; default: reading, commands, and edits below the workspace and the extra directories.
    """
    disallowed_tools: List[str] | None = Field(None, max_length=200)
    """
    What may not be used, whatever else allows it.
    """
    on_denied: str | None = None
    """
    A tool that was denied: warn (the default), or fail even when the agent says that it is done.
    """
    on_background: str | None = None
    """
    A command that the agent put into the background and that still runs when it is done: wait for it, with a bound (the default), end it, or fail. What Claude Code itself moved there, and sub-agents, are always waited for.
    """
    on_overage: str | None = None
    """
    Paid extra usage, once the plan's own limit is reached: use it (the default), with a warning; wait until the limit resets; or pause the execution.
    """
    max_turns: int | None = None
    """
    The maximum number of turns of the conversation.
    """
    max_budget_usd: float | None = None
    """
    The agent ends when its estimate of the cost exceeds this; checked after each answer.
    """
    mcp_servers: Dict[str, McpServers] | None = None
    """
    MCP servers, by name; never on a command line.
    """
    trust_workspace: bool | None = None
    """
    Lets the workspace's settings, hooks, permissions and MCP servers count. Without it only its memory files (CLAUDE.md, .claude/rules) do: one task could plant the rest for the next.
    """
    workspace_memory: bool | None = None
    """
    Whether the workspace's memory files (CLAUDE.md, .claude/rules) are read: yes by default. Earlier tasks may have written them; false keeps their text out. Can't be false with trust_workspace.
    """
    env: Dict[str, str] | None = None
    """
    Environment variables for the agent and its tools, also settings of Claude Code such as BASH_MAX_TIMEOUT_MS. They are stored with the task: put secrets in pass_env.
    """
    pass_env: List[str] | None = Field(None, max_length=200)
    """
    Names of variables of the worker's environment that are passed to the agent and its tools.
    """
    extra_dirs: List[str] | None = Field(None, max_length=200)
    """
    Directories beside the workspace, by absolute path, that the agent may read and edit.
    """


class Variant(Model):
    """
    which of several tasks of one prompt it is; absent: it is the only one
    """

    number: int
    """
    its number among them, from 1
    """
    of: int
    """
    how many there are
    """
    taken: bool | None = None
    """
    whether it was taken; absent: none of them was, so far
    """


class CarriedFrom(Model):
    """
    the attempt of another execution that its result is from; absent: it ran, or will run, here
    """

    execution_id: str
    """
    the id of the execution
    """
    execution_uuid: str | None
    """
    an id that no other execution has, unlike `execution_id` after a removal; null: an earlier version stored it
    """
    attempt: int
    """
    the last one at the task with the same number
    """
    receipt: str | None
    """
    the hash of its receipt; null: its evidence is missing
    """


class Validation1(Model):
    """
    Present if it was requested; its cost and tokens are included in the attempt's.
    """

    is_valid: bool | None
    """
    null: no judgement
    """
    reason: str | None
    """
    why, in its words; if it could not judge, the reason
    """
    suggestions: List[str]
    """
    what could be better
    """
    outcome: str
    """
    how the validator's own run ended
    """
    session_id: str | None
    """
    the id of the conversation that judged; null: it has none
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class Warning3(Model):
    code: str
    """
    of the table of warnings
    """
    message: str
    """
    for people
    """


class Check2(Model):
    command: str
    """
    the command that was run
    """
    round: int
    """
    0: after the task's own agent; n: after the nth fix
    """
    outcome: str
    """
    how the check's own process ended; only `completed` is passed
    """
    message: str | None
    """
    why it did not pass; null if it passed
    """
    exit_code: int | None
    """
    the exit status of the process; null: it has none, or a signal ended it
    """
    signal: str | None
    """
    the signal that ended the process; null: none
    """
    execution_time: float
    """
    seconds
    """
    output_bytes: int
    """
    of stdout and stderr together, in order of arrival
    """
    output_tail: str
    """
    the end of it, at most 2 KiB
    """
    file: str
    """
    the file with all of it, beside the attempt's other files
    """


class Fix1(Model):
    round: int
    """
    from 1
    """
    outcome: str
    """
    how its agent ended
    """
    message: str | None
    """
    why there was no fix; null: it ran
    """
    session_id: str | None
    """
    the id of the agent's conversation; null: it has none
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class End1(Model):
    """
    how the last attempt ended
    """

    outcome: str
    """
    how the attempt ended, by the table of outcomes
    """
    held_up_by: str | None = None
    """
    The agent beside the task's own whose limit, outage or credential this outcome is of.
    """
    message: str | None
    """
    A description of the error for people, at most 4,096 characters; null if there was none.
    """
    unproven: bool | None = None
    """
    True: the agent in a container reports an answer, a refusal or a failure of its model, and the server of the model has answered no request of the attempt so. Other lists go by nothing of it.
    """
    exit_code: int | None
    """
    the exit status of the process; null: it has none, or a signal ended it
    """
    signal: str | None
    """
    the signal that ended the process; null: none
    """
    execution_time: float | None
    """
    seconds, without those in which it was paused; null: unknown
    """
    paused_time: float | None = None
    """
    seconds in which it was paused; absent: it was not
    """
    stdout_bytes: int
    """
    bytes of its output
    """
    stderr_bytes: int
    """
    bytes of its error output
    """
    result: str | None
    """
    A prompt's final answer, at most 64 KiB of it; null for commands.
    """
    result_truncated: bool
    """
    true if result or json is cut here
    """
    json_: Any = Field(..., alias='json')
    """
    The answer as JSON if the task asked for it and it has at most 64 KiB; otherwise null.
    """
    limit: str | None = None
    """
    the limit of the plan that was reached, if known: five_hour, seven_day …
    """
    plan: List[PlanItem] | None = None
    """
    how much of the plan's limits is used, by the last report; absent without one
    """
    resets_at: str | None
    """
    when the limit that ended it resets, or the earliest time of a retry, if known; RFC 3339
    """
    session_id: str | None
    """
    The agent's own id of the conversation.
    """
    model: str | None
    """
    the model that answered; null: unknown, or none
    """
    agent_version: str | None
    """
    the version of the agent; null: unknown
    """
    turns: int | None
    """
    turns of the conversation with the model; null: unknown, or not a prompt
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    machine: Machine | None = None
    """
    The load of the whole machine meanwhile; absent if unknown.
    """
    validation: Validation1 | None
    """
    Present if it was requested; its cost and tokens are included in the attempt's.
    """
    uuid_proof: UuidProof | None
    """
    null: none was requested, or there is no answer
    """
    findings: List[AttemptFinding]
    """
    Statements of the answer that contradict the evidence; they do not change the outcome.
    """
    last_heard_after: float | None = None
    """
    of a lost attempt: seconds from its start to the last sign of its worker
    """
    warnings: List[Warning3] | None = None
    """
    Warnings; at most 20. Absent: none, or unknown.
    """
    denials: List[Denial] | None = None
    """
    Tool calls that were denied; at most 20. Absent: none, or it is not known.
    """
    checks: List[Check2]
    """
    The checks that ran, in order, of all rounds.
    """
    fixes: List[Fix1]
    """
    The fixes for failed checks; their cost and tokens are included in the attempt's.
    """
    picked: Picked | None = None
    """
    the variant that it took; absent: it picks none, or took none
    """
    snapshots: Snapshots | None = None
    """
    Snapshots of its workspace; absent: snapshots are off, or an earlier version ran it.
    """
    receipt: str | None
    """
    SHA-256 of its receipt; null: its evidence is missing
    """


class Warning4(Model):
    code: str
    """
    of the tables of warnings and findings
    """
    message: str
    """
    what it says
    """


class Task(Model):
    task_number: int
    """
    the number of the task, from 1
    """
    name: str | None
    """
    its name; null: none was given
    """
    kind: str
    """
    prompt, command or tool
    """
    agent: str
    """
    what runs it
    """
    text: str
    """
    the prompt or the command
    """
    timeout: float | str | None
    """
    seconds
    """
    prediction: Prediction | None
    """
    the expected duration when its last attempt started
    """
    retries: int
    """
    how often it may be retried
    """
    options: Options
    """
    as submitted, without possible secrets of MCP servers (environment, headers)
    """
    checks: List[str] | None = Field(None, max_length=10)
    """
    Commands that run in the workspace after the task, one after the other; each must end with exit code 0. Those of a list apply to each task without its own.
    """
    on_check_failure: str | None = None
    """
    What a failed check does: fail (the default) fails the task, warn adds a warning, fix starts a new agent with the task and the output of the checks, then runs the checks again. A list's "fix" counts as "fail" for its commands.
    """
    max_fixes: int | None = None
    """
    How often a new agent may try to fix failed checks in one attempt; default: 2.
    """
    needs: List[int] | None = None
    """
    the numbers of the tasks that it needs; absent: the task before it
    """
    when: str | None = None
    """
    when it runs; absent: as on_failure says
    """
    shared: bool | None = None
    """
    true: it only reads, in the workspace itself while others run; absent: it does not
    """
    variant: Variant | None = None
    """
    which of several tasks of one prompt it is; absent: it is the only one
    """
    picks: List[int] | None = None
    """
    the numbers of the variants of which it picks one; absent: it picks none
    """
    status: str
    """
    its state
    """
    attempt: int
    """
    the last attempt; 0: none yet, or none here
    """
    carried_from: CarriedFrom | None = None
    """
    the attempt of another execution that its result is from; absent: it ran, or will run, here
    """
    skipped: str | None = None
    """
    why it was never started; absent: it was, or will be, or an earlier version did not store it
    """
    not_run: str | None = None
    """
    the same as a sentence for people; absent as `skipped` is
    """
    started_at: str | None
    completed_at: str | None
    amendment: Amendment | None
    """
    the amended prompt, if that was requested
    """
    end: End1 | None
    """
    how the last attempt ended
    """
    choice: str | None = None
    """
    which of several variants it has taken, as a sentence for people; absent: it has taken none
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings"
    """
    warnings: List[Warning4] | None = None
    """
    its warnings; a completed task with any has completed with warnings
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class Validation2(Model):
    """
    Present if it was requested; its cost and tokens are included in the attempt's.
    """

    is_valid: bool | None
    """
    null: no judgement
    """
    reason: str | None
    """
    why, in its words; if it could not judge, the reason
    """
    suggestions: List[str]
    """
    what could be better
    """
    outcome: str
    """
    how the validator's own run ended
    """
    session_id: str | None
    """
    the id of the conversation that judged; null: it has none
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class Fix2(Model):
    round: int
    """
    from 1
    """
    outcome: str
    """
    how its agent ended
    """
    message: str | None
    """
    why there was no fix; null: it ran
    """
    session_id: str | None
    """
    the id of the agent's conversation; null: it has none
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class TaskResult(Model):
    task_number: int
    """
    the number of the task, from 1
    """
    task_description: str
    """
    its name, or the start of its text
    """
    status: str
    """
    its state
    """
    outcome: str | None
    """
    how its last attempt ended, by the table of outcomes; null: it has not ended
    """
    message: str | None
    """
    why it ended so, or was not run; null: nothing to say
    """
    attempt: int
    """
    the number of its last attempt, from 1; 0: none began
    """
    carried_from: CarriedFrom | None = None
    """
    the attempt of another execution that its result is from; absent: it ran, or will run, here
    """
    skipped: str | None = None
    """
    why it was never started; absent: it was, or will be, or an earlier version did not store it
    """
    exit_code: int | None
    """
    null for prompts, and if a signal ended it
    """
    signal: str | None
    """
    the signal that ended the process; null: none
    """
    stdout: str
    """
    its start: at most 64 KiB, or less if more than 100 tasks have that much
    """
    stderr: str
    """
    as for stdout
    """
    result: str | None
    """
    a prompt's answer, at most 64 KiB
    """
    json_: Any = Field(..., alias='json')
    """
    The answer as JSON if the task asked for it and it has at most 64 KiB; otherwise null.
    """
    validation: Validation2 | None
    """
    Present if it was requested; its cost and tokens are included in the attempt's.
    """
    amendment: Amendment | None
    """
    the amended prompt, if that was requested
    """
    uuid_proof: UuidProof | None
    """
    null: none was requested, or there is no answer
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings"
    """
    warnings: List[Warning4] | None = None
    """
    its warnings; a completed task with any has completed with warnings
    """
    variant: Variant | None = None
    """
    which of several tasks of one prompt it is; absent: it is the only one
    """
    picked: Picked | None = None
    """
    the variant that it took; absent: it picks none, or took none
    """
    choice: str | None = None
    """
    which of several variants it has taken, as a sentence for people; absent: it has taken none
    """
    denials: List[Denial] | None = None
    """
    Tool calls that were denied; at most 20. Absent: none, or it is not known.
    """
    findings: List[AttemptFinding]
    """
    Statements of the answer that contradict the evidence; they do not change the outcome.
    """
    checks: List[Check2]
    """
    The checks that ran, in order, of all rounds.
    """
    fixes: List[Fix2]
    """
    The fixes for failed checks; their cost and tokens are included in the attempt's.
    """
    truncated: bool
    """
    true if stdout, stderr, result or json is cut here
    """
    execution_time: float | None
    """
    seconds, without those in which it was paused; null: unknown
    """
    paused_time: float | None = None
    """
    seconds in which it was paused; absent: it was not
    """
    started_at: str | None
    completed_at: str | None
    session_id: str | None
    """
    the id of the agent's conversation; null: it has none
    """
    agent_version: str | None
    """
    of the program that ran the prompt
    """
    model: str | None
    """
    the model that answered; null: none did
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    links: Dict[str, str]
    """
    A link, relative to this server.
    """


class CarriedFrom2(Model):
    """
    the attempt of another execution that this evidence is of; absent: it ran here
    """

    execution_id: str
    """
    the id of the execution
    """
    execution_uuid: str | None
    """
    an id that no other execution has, unlike `execution_id` after a removal; null: an earlier version stored it
    """
    attempt: int
    """
    the last one at the task with the same number
    """
    receipt: str | None
    """
    the hash of its receipt; null: its evidence is missing
    """


class Done(Model):
    """
    the evidence of its last attempt; absent: unknown
    """

    files_changed: int | None
    """
    in the workspace and the extra folders; null: unknown
    """
    commands_run: int
    """
    the tool calls of the agent; of a command, the command itself
    """
    tool_calls: int
    """
    of any kind, including denied ones
    """
    tools_denied: int
    """
    calls of tools that were denied
    """


class Task1(Model):
    task: int
    """
    the number of the task, from 1
    """
    name: str | None
    """
    its name; null: none was given
    """
    status: str | None
    """
    null: unknown
    """
    attempts: int
    """
    the number of them
    """
    carried_from: CarriedFrom2 | None = None
    """
    the attempt of another execution that this evidence is of; absent: it ran here
    """
    not_run: str | None = None
    """
    why it was never started, in words; absent: it was, or unknown
    """
    verdict: str
    """
    verified: it succeeded, and its evidence is intact as signed, which does not prove that the work is right; unverified: not so, for the given reasons; contradicted: the agent's answer contradicts the evidence
    """
    status_text: str | None = None
    """
    e.g. "completed with warnings"
    """
    done: Done | None = None
    """
    the evidence of its last attempt; absent: unknown
    """
    warnings: List[str] | None = None
    """
    of its last attempt; they do not affect the evidence
    """
    reasons: List[str]
    """
    why it is not verified; empty: it is
    """
    findings: List[str]
    """
    contradictions between the agent's answer and the evidence
    """
    remarks: List[str]
    """
    notes that do not affect the result
    """


class Verification(Model):
    execution_id: str | None
    """
    null: unknown which one it is
    """
    status: str | None
    """
    how it ended; null: unknown
    """
    verdict: str
    """
    verified: it succeeded, and its evidence is intact as signed, which does not prove that the work is right; unverified: not so, for the given reasons; contradicted: the agent's answer contradicts the evidence
    """
    reasons: List[str]
    """
    faults in the evidence of the whole execution
    """
    signed_by: str | None
    """
    the fingerprint of the key; null: it is not signed
    """
    tasks: List[Task1]
    """
    its tasks, in their order
    """


class Prompts(Model):
    """
    its agents
    """

    slots: int
    """
    how many run at the same time, at most
    """
    running: int
    """
    how many run now
    """


class Commands(Model):
    """
    its commands
    """

    slots: int
    """
    how many run at the same time, at most
    """
    running: int
    """
    how many run now
    """


class Lanes(Model):
    """
    a slot is an agent or a command
    """

    prompts: Prompts
    """
    its agents
    """
    commands: Commands
    """
    its commands
    """


class Credential1(Model):
    """
    of its prompts
    """

    status: str
    """
    whether prompts can run
    """
    method: str
    """
    the credential that was used
    """


class Machine2(Model):
    """
    null: not known yet
    """

    load_per_core: float
    """
    processes waiting for a processor, for each processor
    """
    cpu_busy: float | None
    """
    the used share of the processors, 0 to 1
    """
    available_memory: float | None
    """
    bytes
    """


class Worker(Model):
    worker: str
    """
    its name, as events have it
    """
    version: str
    """
    of cc-executor
    """
    since: str
    """
    when it started; RFC 3339
    """
    lanes: Lanes
    """
    a slot is an agent or a command
    """
    agents: int
    """
    the number of agents that all workers of its machine may run together
    """
    credential: Credential1
    """
    of its prompts
    """
    plan: List[PlanItem]
    """
    its plan's limits, by the last report; empty: none is known
    """
    machine: Machine2 | None
    """
    null: not known yet
    """


class Queue(Model):
    """
    the backlog of wake-ups
    """

    wake_ups: int
    """
    wake-ups on their way to a worker
    """
    oldest: float
    """
    seconds that the oldest of them waits; more than 10 is a fault
    """


class Workers(Model):
    workers: List[Worker]
    """
    by name; empty: executions wait
    """
    queue: Queue
    """
    the backlog of wake-ups
    """


class Program(Model):
    name: str
    """
    the name that a task gives in `acp`
    """
    version: str | None
    """
    as it reports it; null: it is not known
    """
    status: str
    """
    ready: it opened a session; no_credential: it requires a login; broken: it is installed and does not work; unknown: it is being tried, or could not be tried
    """
    message: str | None
    """
    what to know, or to do; null: nothing
    """
    model_server: ServerCheck | None = None
    """
    whether a worker reaches the server of its model; null: it is not known, as the task or the agent itself chooses the server, it cannot be used here, or it is the worker's first look
    """


class AgentView(Model):
    name: str
    """
    the name of the agent
    """
    runs: str
    """
    what kind of task it runs
    """
    status: str
    """
    the best of the workers; unknown: no worker is alive, or it is an earlier version
    """
    version: str | None
    """
    of its program; null: it has none, or it does not say
    """
    tested_version: str | None
    """
    null: its program comes with cc-executor, or it has none
    """
    message: str | None
    """
    what to know, or to do; null: nothing
    """
    model_server: ServerCheck | None
    """
    whether a worker reaches the server of its model; null: it is not known, as the task or the agent itself chooses the server, it cannot be used here, or it is the worker's first look
    """
    install: str | None
    """
    the command that installs it; null: it is there, or it has no program
    """
    programs: List[Program] | None = None
    """
    of the agent "acp": the programs that a task can name, each as the best of the workers has it
    """
    resumes: bool
    """
    whether an interrupted attempt can resume its conversation
    """
    isolation: List[str]
    """
    what its attempts can run in
    """
    options: List[str]
    """
    the options that it honours; a task with another one is refused
    """


class AgentsView(Model):
    agents: List[AgentView]
    """
    all agents that a task can name
    """


class TaskModel(Model):
    task_number: int
    """
    the number of the task, from 1
    """
    task_description: str
    """
    its name, or the start of its text
    """
    kind: str
    """
    prompt, command or tool
    """
    classification: Classification
    """
    what kind of work it is
    """
    prediction: Prediction
    """
    how long it will take
    """
    findings: List[Finding]
    """
    what may be wrong with it
    """


class Execution(Model):
    execution_id: str
    """
    the id of the execution
    """
    title: str | None = None
    """
    its title, or its first task and the number of others; null: an earlier version stored it
    """
    labels: Dict[str, str] | None = None
    """
    as submitted
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    reruns: List[str] | None = None
    """
    the executions that rerun it; absent: none
    """
    status: str
    """
    its state
    """
    reason: str | None
    """
    Why it is paused, failed or cancelling.
    """
    total_tasks: int
    """
    tasks of the list
    """
    completed_tasks: int
    """
    tasks that succeeded
    """
    failed_tasks: int
    """
    tasks that failed or timed out, without variants beside one that was taken
    """
    settled_tasks: int
    """
    tasks that will not run again
    """
    timed_out_tasks: int | None = None
    """
    those of failed_tasks that timed out
    """
    skipped_tasks: int | None = None
    """
    tasks that never started: an earlier one did not succeed, or their condition was not met
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or prevented from starting
    """
    not_run_tasks: int | None = None
    """
    tasks that never started and never will, for either reason
    """
    not_taken_tasks: int | None = None
    """
    variants that did not succeed, beside one that was taken; they are in no other count but total_tasks
    """
    warned_tasks: int | None = None
    """
    those of completed_tasks that completed with warnings
    """
    progress: str
    """
    e.g. "1/3 tasks completed"; counts the succeeded ones, and adds what else happened: "1/50 tasks completed, 1 failed, 48 not run"
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings"
    """
    current_task: str | None
    """
    e.g. "Task 2: write the tests": the first of those that run
    """
    running_tasks: List[str]
    """
    all tasks that run, in their order
    """
    created_at: str
    """
    RFC 3339, UTC, milliseconds
    """
    started_at: str | None
    completed_at: str | None
    waiting_until: str | None
    """
    when a waiting execution continues, or a paused one retries its credential
    """
    expected_time: float | None
    """
    expected seconds of the current task in total; null if none runs
    """
    remaining_time: float | None
    """
    expected seconds from now on, without waits; null: unknown
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    workspace: str
    """
    the folder below the workspaces root in which its tasks work
    """
    branch: str | None = None
    """
    the branch for the work, if it has a repository
    """
    delivered: Delivered | None = None
    """
    what of the branch is in the user's repository, or in its remote; absent: nothing is known to be
    """
    waiting_for: str | None = None
    """
    of a queued execution: the one that comes before it in its workspace, or in a part of it; absent: none
    """
    epoch: str
    """
    the life of the log: another one means that events were lost, and that numbers begin again
    """
    head: int
    """
    seq of the last event
    """
    on_failure: str
    """
    what happens to the remaining tasks if a task does not succeed
    """
    checks: List[str] | None = Field(None, max_length=10)
    """
    Commands that run in the workspace after the task, one after the other; each must end with exit code 0. Those of a list apply to each task without its own.
    """
    on_check_failure: str | None = None
    """
    What a failed check does: fail (the default) fails the task, warn adds a warning, fix starts a new agent with the task and the output of the checks, then runs the checks again. A list's "fix" counts as "fail" for its commands.
    """
    max_fixes: int | None = None
    """
    How often a new agent may try to fix failed checks in one attempt; default: 2.
    """
    tasks: List[Task]
    """
    its tasks, in their order
    """
    links: Dict[str, str]
    """
    A link, relative to this server.
    """


class Forecast(Model):
    expected: float
    """
    seconds for all tasks, with as many at the same time as the list allows
    """
    likely: float
    """
    seconds; one in ten lists takes longer
    """
    tokens: float | None
    """
    of the prompts with history; null if none has any
    """
    cost_usd: float | None
    """
    of the prompts with history; null if none has any
    """
    plan: List[PlanForecast] | None
    """
    the plan's limits and what the list needs of them; null: unknown
    """
    without_history: int
    """
    tasks whose expected time is only the default of their complexity
    """


class Results(Model):
    execution_id: str
    """
    the id of the execution
    """
    title: str | None = None
    """
    its title, or its first task and the number of others; null: an earlier version stored it
    """
    labels: Dict[str, str] | None = None
    """
    as submitted
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    status: str
    """
    its state
    """
    total_tasks: int
    """
    tasks of the list
    """
    completed_tasks: int
    """
    tasks that succeeded
    """
    failed_tasks: int
    """
    tasks that failed or timed out, without variants beside one that was taken
    """
    timed_out_tasks: int | None = None
    """
    those of failed_tasks that timed out
    """
    skipped_tasks: int | None = None
    """
    tasks that never started: an earlier one did not succeed, or their condition was not met
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or prevented from starting
    """
    not_run_tasks: int | None = None
    """
    tasks that never started and never will, for either reason
    """
    not_taken_tasks: int | None = None
    """
    variants that did not succeed, beside one that was taken; they are in no other count but total_tasks
    """
    warned_tasks: int | None = None
    """
    those of completed_tasks that completed with warnings
    """
    progress: str | None = None
    """
    e.g. "1/3 tasks completed"; counts the succeeded ones, and adds what else happened: "1/50 tasks completed, 1 failed, 48 not run"
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings"
    """
    workspace: str | None = None
    """
    the folder below the workspaces root
    """
    branch: str | None = None
    """
    the branch for the work, if it has a repository
    """
    delivered: Delivered | None = None
    """
    what of the branch is in the user's repository, or in its remote; absent: nothing is known to be
    """
    results: List[TaskResult]
    """
    the result of each task, in their order
    """
    started_at: str | None
    completed_at: str | None
    total_execution_time: float | None
    """
    seconds from its start, so far or in total; with waits and pauses
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null if unknown, as for commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    warnings: List[Warning2] | None = None
    """
    Findings about the tasks, only in the response of POST /execute; absent if there are none.
    """


class Analysis(Model):
    total_tasks: int
    """
    tasks of the list
    """
    tasks: List[TaskModel]
    """
    each task, in their order
    """
    forecast: Forecast
    """
    when the list would be done
    """
