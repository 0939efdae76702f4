"""What a server answers. Made by scripts/generate_wire.py from the served documents; change those."""
# ruff: noqa
# fmt: off

from __future__ import annotations

from typing import Any

from cc_executor._model import Model
from pydantic import AnyUrl, AwareDatetime, Field


class Warning(Model):
    task: int
    code: str
    message: str
    """
    what was found, in which words, and what to do
    """


class Accepted(Model):
    execution_id: str
    status: str
    total_tasks: int
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    links: dict[str, str]
    """
    Where to go on, relative to this server.
    """
    warnings: list[Warning] | None = None
    """
    What may be wrong with the tasks, by their number; absent when nothing was found.
    """


class Usage(Model):
    """
    tokens, of all models together
    """

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_creation_tokens: int


class Amendment(Model):
    original: str
    """
    the prompt as it was given, with what it refers to in place
    """
    amended: str | None
    """
    what the agent was given in its place; null: it could not be amended, and ran as it was
    """
    changes: list[str]
    """
    what was changed, one by one
    """
    is_ambiguous: bool | None
    """
    whether the original could be read in several ways
    """
    reason: str | None
    """
    why it was changed; where it was not, what kept it
    """
    decomposed_tasks: list[str]
    """
    the jobs that the prompt consists of, where it is more than one; none is run by itself
    """
    outcome: str
    """
    how the amending agent's own run ended
    """
    session_id: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
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
    evidence: dict[str, Any]
    """
    what was said, and what was seen
    """


class Credential(Model):
    """
    what is known of the credential; absent: there is none
    """

    state: str
    """
    found: it is there, and nothing has shown whether it works
    """
    at: str | None = None
    """
    when that was shown
    """
    by: str | None = None
    """
    what has shown it: a prompt, or a request that was made to find out
    """
    message: str | None = None
    """
    what was said of a refusal
    """


class LastFailure(Model):
    """
    when it was last refused or at its limit, and how; an expired login looks good until then
    """

    at: str
    """
    RFC 3339, UTC, milliseconds
    """
    outcome: str
    message: str | None


class AuthStatus(Model):
    status: str
    method: str
    """
    by which credential
    """
    message: str
    instructions: list[str] | None = None
    """
    the exact steps to fix it
    """
    credential: Credential | None = None
    """
    what is known of the credential; absent: there is none
    """
    last_success_at: str | None = None
    """
    when a prompt last worked by this credential
    """
    last_failure: LastFailure | None = None
    """
    when it was last refused or at its limit, and how; an expired login looks good until then
    """


class From(Model):
    """
    what it was called before; null: it was not renamed
    """

    path: str
    """
    relative to the workspace, with / between its parts
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """


class Before(Model):
    """
    null: it was not there
    """

    mode: str
    """
    git's: a file, an executable file, a link, another repository's commit
    """
    id: str
    """
    git's, of the content
    """


class After(Model):
    """
    null: it is not there any more
    """

    mode: str
    """
    git's: a file, an executable file, a link, another repository's commit
    """
    id: str
    """
    git's, of the content
    """


class ChangedFile(Model):
    path: str
    """
    relative to the workspace, with / between its parts
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    from_: From | None = Field(..., alias='from')
    """
    what it was called before; null: it was not renamed
    """
    change: str
    binary: bool
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
    null: it was not there
    """
    after: After | None
    """
    null: it is not there any more
    """


class Totals(Model):
    """
    of all pages
    """

    files: int
    lines_added: int
    lines_removed: int


class ChangesPage(Model):
    execution_id: str
    task: int | None
    """
    null: of the whole execution
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
    files: list[ChangedFile]
    """
    by path
    """
    next_cursor: str | None
    """
    give it as `cursor` for the next page; null: this is the last
    """


class Classification(Model):
    category: str
    complexity: str
    signature: str
    """
    equal for tasks that differ only in names
    """


class Configuration(Model):
    version: str
    settings: dict[str, Any]
    """
    by name; those that are secret are left out
    """


class Event(Model):
    seq: int
    """
    1, 2, 3 … without a gap
    """
    epoch: str
    """
    Changes when the log was lost and begun anew: a cursor of another epoch is void.
    """
    execution_id: str
    at: AwareDatetime
    type: str
    task: int | None = None
    attempt: int | None = None
    data: dict[str, Any]


class EvidenceKey(Model):
    key: str
    """
    the public key, Ed25519, in base64
    """
    fingerprint: str
    """
    a short name of it, to compare
    """
    pem: str
    """
    the same for other programs
    """


class Execution1(Model):
    execution_id: str
    title: str | None = None
    """
    its title, or its first task and how many more there are; null: an earlier version stored it
    """
    labels: dict[str, str] | None = None
    """
    as they were given
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    reruns: list[str] | None = None
    """
    the executions that rerun it; absent: none
    """
    status: str
    reason: str | None
    """
    Why it is paused, failed or cancelling.
    """
    total_tasks: int
    completed_tasks: int
    """
    tasks that succeeded
    """
    failed_tasks: int
    """
    tasks that failed or timed out
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
    tasks that were never started: one before them did not succeed, or what they are for did not happen
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or kept from being started
    """
    not_run_tasks: int | None = None
    """
    tasks that were never started and never will be, for either reason
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
    the state for people, e.g. "completed with warnings" where something is worth knowing
    """
    current_task: str | None
    """
    e.g. "Task 2: write the tests": the first of those that run
    """
    running_tasks: list[str]
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
    when a waiting one continues, or a paused one tries its credential again by itself
    """
    expected_time: float | None
    """
    seconds that the current task is thought to take in all; null when none runs
    """
    remaining_time: float | None
    """
    seconds that it is thought to take from now on, waits not counted; null when that is not known
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class ExecutionPage(Model):
    executions: list[Execution1]
    next_cursor: str | None
    """
    give it as `cursor` for the next page; null: this is the last
    """


class File(Model):
    name: str
    encoding: str | None = None
    """
    of the name, where it is not UTF-8
    """
    kind: str
    permissions: str | None
    """
    in octal, like "755"; null: not known, or a link
    """
    bytes: int | None
    """
    of a link: of where it leads; null: a folder
    """
    id: str | None
    """
    git's, of the content; null: a folder without files
    """


class LeftOutItem(Model):
    path: str
    """
    relative to the workspace, with / between its parts
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    why: str


class FilesPage(Model):
    execution_id: str
    snapshot: str
    path: str
    """
    of the folder; empty: the workspace itself
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    files: list[File]
    """
    what is in the folder, by name
    """
    left_out: list[LeftOutItem]
    """
    what of the whole workspace is not in the snapshot; at most 100
    """
    next_cursor: str | None
    """
    give it as `cursor` for the next page; null: this is the last
    """


class Finding(Model):
    code: str
    message: str
    """
    what was found, in which words, and what to do
    """


class Gap(Model):
    from_: int = Field(..., alias='from')
    to: int
    output: str
    """
    where all output is, with {n} for the task
    """


class Checks(Model):
    status: str
    message: str


class Health(Model):
    status: str
    service: str
    version: str
    timestamp: str
    """
    RFC 3339, UTC, milliseconds
    """
    checks: dict[str, Checks]


class HistoryRow(Model):
    schema_: float = Field(..., alias='schema')
    execution_id: str
    task: int
    """
    from 1
    """
    attempt: int
    """
    from 1
    """
    kind: str
    description: str
    """
    the task's name, or the start of its text
    """
    agent: str
    model: str | None
    """
    that was used, or else asked for
    """
    status: str
    outcome: str
    counts: bool
    """
    whether it is held against the task
    """
    exit_code: int | None
    started_at: AwareDatetime
    ended_at: AwareDatetime
    duration: float | None
    """
    seconds; null when it is not known
    """
    expected: float | None
    """
    seconds that were expected; null when nothing was
    """
    turns: int | None
    input_tokens: int | None
    """
    null when it is not known
    """
    output_tokens: int | None
    """
    null when it is not known
    """
    cache_read_tokens: int | None
    """
    null when it is not known
    """
    cache_creation_tokens: int | None
    """
    null when it is not known
    """
    cost_usd: float | None
    load_per_core: float | None
    """
    processes that wanted a processor, for each, when it began
    """
    cpu_busy: float | None
    """
    the part of the machine's processors that was used, 0 to 1
    """
    available_memory: float | None
    """
    the least memory that was available meanwhile, in bytes
    """
    gpu_busy: float | None
    """
    the part of the GPUs that was used, 0 to 1; null where there is none
    """


class Hook(Model):
    name: str
    stage: str
    source: str
    """
    the file of the module, the command, or: built in
    """
    required: bool
    """
    true: what it is for fails when it fails
    """
    timeout: float | None
    """
    seconds; null: that of its task
    """
    events: list[str] | None = None
    """
    of on_event: the types of events that it is run for
    """


class RecentExecution(Model):
    at: str
    """
    when it began; RFC 3339
    """
    hook: str
    stage: str
    execution_id: str
    task: int | None
    result: str
    message: str | None
    execution_time: float
    """
    seconds
    """


class HookStatus(Model):
    enabled: bool
    """
    true when there is a hook
    """
    hooks_configured: list[str]
    """
    the stages that have hooks
    """
    hooks: list[Hook]
    recent_executions: list[RecentExecution]
    """
    the last runs of hooks, newest first
    """
    statistics: dict[str, int]
    """
    how many runs there were, in all and by result, since the workers began
    """


class PlanForecast(Model):
    limit: str
    """
    five_hour, seven_day …
    """
    used: float
    """
    the part of it that is used, 0 to 1; above 1: more than it allows
    """
    resets_at: str | None
    """
    RFC 3339; null where that is not told
    """
    needed: float | None
    """
    the part of it that the prompts with history are thought to need; null: not known yet
    """
    fits: bool | None
    """
    whether the list is thought to be done before it is used up; null: not known
    """


class BasedOn(Model):
    level: str
    """
    whose history it is: of this kind of task, of similar ones, of its category, of none
    """
    runs: int
    """
    how many runs that history has, of the latest
    """
    text: str
    """
    the same, for people
    """


class Prediction(Model):
    expected: float
    """
    seconds; half of such runs take longer
    """
    likely: float
    """
    seconds; one in ten takes longer
    """
    limit: float
    """
    seconds; a good run hardly ever takes longer
    """
    confidence: float
    """
    0: nothing is known; near 1: many runs of this very kind
    """
    based_on: BasedOn
    tokens: float | None
    """
    of input and output; null without history
    """
    cost_usd: float | None
    """
    null without history
    """


class Error(Model):
    path: str
    message: str


class Problem(Model):
    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[Error] | None = None
    instructions: list[str] | None = None


class Sent(Model):
    """
    what the agent was given; null: nothing, or it is not known
    """

    text: str
    """
    byte for byte
    """
    sha256: str
    system_prompt: str | None
    """
    what was added to the agent's own
    """


class Session(Model):
    """
    the agent's conversation; null for a command
    """

    id: str
    resumed: bool


class PlanItem(Model):
    limit: str
    """
    five_hour, seven_day …
    """
    used: float
    """
    the part of it that is used, 0 to 1; above 1: more than it allows
    """
    resets_at: str | None
    """
    RFC 3339; null where that is not told
    """


class Machine(Model):
    """
    What the machine did meanwhile, all that runs on it; absent where that is not known.
    """

    load_per_core: float
    """
    processes that wanted a processor, for each, when it began
    """
    cpu_busy: float | None
    """
    the part of the processors' time that was used, 0 to 1
    """
    available_memory: float | None
    """
    the least that was available, in bytes
    """
    gpu_busy: float | None
    """
    the same of GPUs, 0 to 1; null where there is none
    """


class Validation(Model):
    """
    Where it was asked for; its cost and tokens are in those of the attempt.
    """

    is_valid: bool | None
    """
    null: it could not judge
    """
    reason: str | None
    """
    why, in its words; where it could not judge, what kept it
    """
    suggestions: list[str]
    outcome: str
    """
    how the validator's own run ended
    """
    session_id: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class UuidProof(Model):
    """
    null: none was asked for, or there is no answer
    """

    expected: str
    """
    a fresh one for each attempt, version 4
    """
    found: str | None
    """
    what stood in its place; null: nothing did
    """
    verdict: str


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
    what: str
    """
    the command, the file, or the start of what it was given; at most 1,000 characters
    """


class Check(Model):
    command: str
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
    why it did not pass; null when it did
    """
    exit_code: int | None
    signal: str | None
    execution_time: float
    """
    seconds
    """
    output_bytes: int
    """
    of stdout and stderr together, as they came
    """
    output_tail: str
    """
    the end of it, at most 2 KiB
    """
    file: str
    """
    where all of it is kept, beside the attempt's other files
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
    session_id: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class Snapshots(Model):
    """
    Of its workspace; absent: none are taken, or an earlier version ran it.
    """

    before: str | None
    """
    of its workspace when it began; null: there is none
    """
    after: str | None
    """
    of its workspace when it had ended; null: there is none
    """


class End(Model):
    outcome: str
    message: str | None
    """
    What went wrong, for people; null when nothing did.
    """
    exit_code: int | None
    signal: str | None
    execution_time: float | None
    """
    seconds; null when it is not known
    """
    stdout_bytes: int
    stderr_bytes: int
    limit: str | None = None
    """
    which limit of the plan was reached, where it is known: five_hour, seven_day …
    """
    plan: list[PlanItem] | None = None
    """
    how much of the plan's limits is used, as it was told last; absent where it was not
    """
    resets_at: str | None
    """
    when the limit that ended it resets, or the earliest time for another try, where it is known; RFC 3339
    """
    session_id: str | None
    """
    The agent's own id of the conversation.
    """
    model: str | None
    agent_version: str | None
    turns: int | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    machine: Machine | None = None
    """
    What the machine did meanwhile, all that runs on it; absent where that is not known.
    """
    validation: Validation | None
    """
    Where it was asked for; its cost and tokens are in those of the attempt.
    """
    uuid_proof: UuidProof | None
    """
    null: none was asked for, or there is no answer
    """
    findings: list[AttemptFinding]
    """
    What in the answer does not fit what was seen; it changes no outcome by itself.
    """
    last_heard_after: float | None = None
    """
    of a lost attempt: seconds from its start until its worker was last heard of
    """
    warnings: list[Warning1] | None = None
    """
    What is worth knowing of it; at most 20. Absent: there is nothing, or it is not known.
    """
    denials: list[Denial] | None = None
    """
    Tool calls that were denied; at most 20. Absent: none, or it is not known.
    """
    checks: list[Check]
    """
    The checks that were run, in their order; all rounds.
    """
    fixes: list[Fix]
    """
    What was done for checks that had failed; its cost and tokens are in those of the attempt.
    """
    snapshots: Snapshots | None = None
    """
    Of its workspace; absent: none are taken, or an earlier version ran it.
    """


class ToolCall(Model):
    id: str
    name: str
    what: str
    """
    the command, the file, or the start of what it was given; at most 1,000 characters
    """
    is_error: bool | None
    """
    null: no result of it was seen
    """
    exit_code: int | None
    """
    of the command that it ran, where the stream tells it
    """


class File1(Model):
    name: str
    bytes: int
    sha256: str


class Change(Model):
    path: str
    """
    relative to the workspace, with / between its parts
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    kind: str
    """
    link: its bytes are where it leads, and it is not followed; other: a socket, a pipe, a device
    """
    change: str
    bytes: int
    """
    as it is now; where it was removed: as it was
    """
    sha256: str | None
    """
    of its content now; null: removed, or as the note says
    """
    sha256_before: str | None
    """
    of its content before; null: there was none, or it is not known
    """
    note: str | None = None
    """
    why there is no hash; not_hashed: a bound was reached
    """


class Workspace(Model):
    """
    what changed in it; null: it is not known
    """

    files_before: int | None
    """
    null: it could not be looked at
    """
    files_after: int | None
    """
    null: it could not be looked at
    """
    added: int
    changed: int
    removed: int
    changes: list[Change]
    """
    by path; at most 10,000
    """
    left_out: int
    """
    files and folders that were not looked at, such as node_modules and what .gitignore names
    """
    incomplete: list[str]
    """
    why this may not be all; empty: it is, but for what is left out
    """


class Changes(Model):
    """
    what changed in it, by paths relative to it; null: it was not looked at
    """

    files_before: int | None
    """
    null: it could not be looked at
    """
    files_after: int | None
    """
    null: it could not be looked at
    """
    added: int
    changed: int
    removed: int
    changes: list[Change]
    """
    by path; at most 10,000
    """
    left_out: int
    """
    files and folders that were not looked at, such as node_modules and what .gitignore names
    """
    incomplete: list[str]
    """
    why this may not be all; empty: it is, but for what is left out
    """


class ExtraDir(Model):
    path: str
    """
    as the task names it in `extra_dirs`
    """
    changes: Changes | None
    """
    what changed in it, by paths relative to it; null: it was not looked at
    """
    why: str | None
    """
    why it was not looked at; null: it was
    """


class Diff(Model):
    """
    from the one commit to the other; null where they are the same, or it is not known
    """

    files: int
    insertions: int
    deletions: int


class Git(Model):
    """
    null: the workspace is no repository, or it is not known
    """

    before: str | None
    """
    null: there is none, or it is not known
    """
    after: str | None
    """
    null: there is none, or it is not known
    """
    diff: Diff | None
    """
    from the one commit to the other; null where they are the same, or it is not known
    """


class Receipt(Model):
    schema_: float = Field(..., alias='schema')
    execution_id: str
    execution_uuid: str | None
    number: int
    """
    counts the receipts of the execution
    """
    task: int
    attempt: int
    kind: str
    name: str | None
    sent: Sent | None
    """
    what the agent was given; null: nothing, or it is not known
    """
    asked: str | None
    """
    the text of the task, where what was sent is another: a template, a text that was amended
    """
    agent: str
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
    result_sha256: str | None
    """
    of a prompt's whole answer
    """
    tool_calls: list[ToolCall]
    tool_calls_beyond: int
    """
    how many more there were than are listed
    """
    files: list[File1]
    """
    what is kept of the attempt, beside this
    """
    workspace: Workspace | None
    """
    what changed in it; null: it is not known
    """
    extra_dirs: list[ExtraDir] | None = None
    """
    the directories beside the workspace that it could edit; absent: there were none
    """
    git: Git | None
    """
    null: the workspace is no repository, or it is not known
    """
    previous: str | None
    """
    the receipt before it in the execution
    """


class Counts(Model):
    executions: int
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
    failed or timed out
    """
    not_run: int
    """
    cancelled, or skipped because a task before them did not succeed
    """
    open: int
    """
    not settled yet
    """
    needs_you: int
    contradicted: int
    """
    those of `done` whose answer says what is not so
    """
    tests_claimed: int
    """
    those of `done` whose answer says that tests pass
    """
    tests_proven: int
    """
    those of `tests_claimed` whose checks all passed, and that nothing contradicts
    """


class NeedsYouItem(Model):
    kind: str
    execution_id: str | None
    """
    null: it concerns the installation
    """
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: what people call it, and its progress
    """
    sentence: str
    action: str
    """
    the one thing to do about it
    """
    todo: str
    """
    the same as a sentence
    """


class ProofItem(Model):
    from_: str = Field(..., alias='from')
    title: str
    """
    e.g. the command of the check
    """
    lines: list[str]
    """
    the last ones, at most 12; empty: nothing was printed
    """
    note: str | None
    """
    why there are none, e.g. that the output is no longer kept
    """


class News(Model):
    kind: str
    sentence: str


class FailedItem(Model):
    execution_id: str
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: what people call it, and its progress
    """
    attempt: int
    """
    the last attempt; 0: there was none
    """
    kind: str
    status: str
    outcome: str | None
    sentence: str
    """
    what happened, in the words of the outcome
    """
    proof: list[ProofItem]
    news: list[News]
    """
    what is new since the last time that a task with the same name or text ran
    """
    execution_time: float | None
    """
    seconds, of the last attempt
    """
    expected_time: float | None
    """
    seconds; null: nothing was expected
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    completed_at: str | None


class WaitingItem(Model):
    execution_id: str
    title: str
    until: str | None
    sentence: str


class RunningItem(Model):
    execution_id: str
    title: str
    status: str
    current_task: str | None


class Check1(Model):
    command: str
    outcome: str
    """
    how the check's own process ended; only `completed` is passed
    """


class DoneItem(Model):
    execution_id: str
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: what people call it, and its progress
    """
    claim: str | None
    """
    the start of the answer; null: there is none, as of commands
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
    warnings: list[str]
    checks: list[Check1]
    news: list[News]
    """
    what is new since the last time that a task with the same name or text ran
    """
    execution_time: float | None
    """
    seconds, of the last attempt
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """


class ChangedItem(Model):
    execution_id: str
    task: int | None
    """
    null: the whole execution
    """
    title: str
    """
    the name of the task, or the start of its text; of an execution: what people call it, and its progress
    """
    added: int
    changed: int
    removed: int
    paths: list[str]
    """
    at most 10 of them
    """


class Times(Model):
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
    seconds until the first task began
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
    needs_you: list[NeedsYouItem]
    failed: list[FailedItem]
    """
    the latest first; the first ones, as `counts` has them all
    """
    waiting: list[WaitingItem]
    running: list[RunningItem]
    done: list[DoneItem]
    """
    those to look at first come first; the first ones, as `counts` has them all
    """
    changed: list[ChangedItem]
    """
    files, by task; the latest first
    """
    times: Times
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    cost_unknown: int
    """
    prompts whose cost is not known; they are not in cost_usd
    """
    partial: list[str]
    """
    what is missing in this report, and why; empty: nothing is
    """


class Reset(Model):
    epoch: str


class Change2(Model):
    path: str
    """
    relative to the workspace, with / between its parts
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    action: str


class KeptItem(Model):
    path: str
    """
    relative to the workspace, with / between its parts
    """
    encoding: str | None = None
    """
    of the path, where it is not UTF-8
    """
    why: str
    """
    not_kept: its content is in no snapshot; folder_not_empty: something else is in it; folder_replaced: something else has its place; not_in_snapshot: the snapshot left it out
    """


class Branch(Model):
    """
    in the clone of a repository whose tasks are committed; absent: it is none, or a dry run
    """

    name: str
    commit: str
    """
    the last one of the branch now
    """
    warnings: list[str]
    """
    what should be known of it, such as why it could not be delivered
    """


class RestoreResult(Model):
    execution_id: str
    dry_run: bool
    """
    true: nothing was changed
    """
    snapshot: str
    """
    to which the workspace was brought back
    """
    left: str | None
    """
    of what it was before: restoring it undoes this; null: a dry run
    """
    changes: list[Change2]
    """
    at most 1000
    """
    changes_total: int
    kept: list[KeptItem]
    """
    what stays as it is, and so may differ from the snapshot; at most 1000
    """
    kept_total: int
    branch: Branch | None = None
    """
    in the clone of a repository whose tasks are committed; absent: it is none, or a dry run
    """


class Warning2(Model):
    task: int
    code: str
    message: str
    """
    what was found, in which words, and what to do
    """


class State(Model):
    execution_id: str
    status: str


class Status(Model):
    execution_id: str
    title: str | None = None
    """
    its title, or its first task and how many more there are; null: an earlier version stored it
    """
    labels: dict[str, str] | None = None
    """
    as they were given
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    reruns: list[str] | None = None
    """
    the executions that rerun it; absent: none
    """
    status: str
    reason: str | None
    """
    Why it is paused, failed or cancelling.
    """
    total_tasks: int
    completed_tasks: int
    """
    tasks that succeeded
    """
    failed_tasks: int
    """
    tasks that failed or timed out
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
    tasks that were never started: one before them did not succeed, or what they are for did not happen
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or kept from being started
    """
    not_run_tasks: int | None = None
    """
    tasks that were never started and never will be, for either reason
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
    the state for people, e.g. "completed with warnings" where something is worth knowing
    """
    current_task: str | None
    """
    e.g. "Task 2: write the tests": the first of those that run
    """
    running_tasks: list[str]
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
    when a waiting one continues, or a paused one tries its credential again by itself
    """
    expected_time: float | None
    """
    seconds that the current task is thought to take in all; null when none runs
    """
    remaining_time: float | None
    """
    seconds that it is thought to take from now on, waits not counted; null when that is not known
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
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
    that gets the work, where it is for a repository
    """
    epoch: str
    head: int
    """
    seq of the last event
    """


class McpServers(Model):
    type: str | None = None
    command: str | None = None
    """
    The program to start.
    """
    args: list[str] | None = Field(None, max_length=200)
    env: dict[str, str] | None = None
    """
    Its environment, beside the usual.
    """
    url: AnyUrl | None = None
    headers: dict[str, str] | None = None


class Options(Model):
    """
    as they were given; what may be secret of MCP servers (environment, headers) is left out
    """

    model: str | None = None
    """
    The model; default: the agent's own.
    """
    model_url: AnyUrl | None = None
    """
    For the agent "model": the address of an API that speaks Chat Completions, such as http://127.0.0.1:4000/v1. Default: OPENAI_BASE_URL of the worker, else that of OpenAI.
    """
    fallback_model: str | None = None
    """
    The model for one more attempt, at once, when the first one refuses to answer.
    """
    append_system_prompt: str | None = None
    """
    What is added to the agent's system prompt; the prompt itself stays as it is.
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
    What an attempt gets after one that timed out, was silent, crashed or gave no result: a summary of what that did (the default), its conversation, where it can be resumed, or none of it.
    """
    on_output_limit: str | None = None
    """
    An answer that reaches the model's limit of output tokens: fail (the default), or ask once more, for a shorter one.
    """
    amend_prompt: bool | None = None
    """
    A fresh agent rewrites the prompt first, so that it can be done without questions; the original is kept.
    """
    profile: str | None = None
    """
    A set of options for what is not said otherwise. cc_executor: what that did without a word (amend_prompt, on_too_long "truncate", on_output_limit "retry_shorter", timeout "auto", 2 retries, uuid).
    """
    json_: str | None = Field(None, alias='json')
    """
    A ready schema in place of `json_schema`. report: `result`, `files_created`, `files_modified` and `summary`.
    """
    json_mode: bool | None = None
    """
    The answer has to be JSON; it is in `json`, beside `result`.
    """
    json_schema: dict[str, Any] | None = None
    """
    The answer has to be JSON that fits this schema (draft 7, 2019-09 or 2020-12, the default).
    """
    uuid: bool | None = None
    """
    Asks for a fresh UUID in the answer, as its last line, or of JSON as the last field, `execution_uuid`; `uuid_proof` tells whether it came.
    """
    require_uuid: bool | None = None
    """
    The same, and the task fails without the right one.
    """
    validation_prompt: str | None = None
    """
    A fresh agent gets this, with the answer in place of `{response}`, and judges it.
    """
    on_invalid: str | None = None
    """
    An answer that is judged invalid: warn (the default), fail, or try again as `retries` says (default then: 1).
    """
    permission_mode: str | None = None
    """
    What may be done without asking, since nobody is there to ask. dontAsk (the default): what `allowed_tools` lists; acceptEdits: file edits too; plan: nothing that changes anything; bypassPermissions: everything, and never as root.
    """
    allowed_tools: list[str] | None = Field(None, max_length=200)
    """
    What may be used without asking; default: reading, commands, and edits below the workspace and the extra directories.
    """
    disallowed_tools: list[str] | None = Field(None, max_length=200)
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
    The most turns of the conversation.
    """
    max_budget_usd: float | None = None
    """
    The agent ends when its estimate of the cost exceeds this; checked after each answer.
    """
    mcp_servers: dict[str, McpServers] | None = None
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
    env: dict[str, str] | None = None
    """
    Variables that the agent and its tools get, with their values; also settings of Claude Code such as BASH_MAX_TIMEOUT_MS. They are stored with the task: secrets belong in pass_env.
    """
    pass_env: list[str] | None = Field(None, max_length=200)
    """
    Names of variables of the worker's environment that the agent and its tools get too.
    """
    extra_dirs: list[str] | None = Field(None, max_length=200)
    """
    Directories beside the workspace, by absolute path, that the agent may read and edit.
    """


class CarriedFrom(Model):
    """
    the attempt of another execution whose result it has; absent: it was, or will be, run here
    """

    execution_id: str
    execution_uuid: str | None
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
    Where it was asked for; its cost and tokens are in those of the attempt.
    """

    is_valid: bool | None
    """
    null: it could not judge
    """
    reason: str | None
    """
    why, in its words; where it could not judge, what kept it
    """
    suggestions: list[str]
    outcome: str
    """
    how the validator's own run ended
    """
    session_id: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
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
    why it did not pass; null when it did
    """
    exit_code: int | None
    signal: str | None
    execution_time: float
    """
    seconds
    """
    output_bytes: int
    """
    of stdout and stderr together, as they came
    """
    output_tail: str
    """
    the end of it, at most 2 KiB
    """
    file: str
    """
    where all of it is kept, beside the attempt's other files
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
    session_id: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
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
    message: str | None
    """
    What went wrong, for people; null when nothing did.
    """
    exit_code: int | None
    signal: str | None
    execution_time: float | None
    """
    seconds; null when it is not known
    """
    stdout_bytes: int
    stderr_bytes: int
    result: str | None
    """
    A prompt's final answer, at most 64 KiB of it; null for commands.
    """
    result_truncated: bool
    """
    true when result or json is longer than what is here
    """
    json_: Any = Field(..., alias='json')
    """
    The answer as JSON where the task asked for that, if it has at most 64 KiB; else null.
    """
    limit: str | None = None
    """
    which limit of the plan was reached, where it is known: five_hour, seven_day …
    """
    plan: list[PlanItem] | None = None
    """
    how much of the plan's limits is used, as it was told last; absent where it was not
    """
    resets_at: str | None
    """
    when the limit that ended it resets, or the earliest time for another try, where it is known; RFC 3339
    """
    session_id: str | None
    """
    The agent's own id of the conversation.
    """
    model: str | None
    agent_version: str | None
    turns: int | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    machine: Machine | None = None
    """
    What the machine did meanwhile, all that runs on it; absent where that is not known.
    """
    validation: Validation1 | None
    """
    Where it was asked for; its cost and tokens are in those of the attempt.
    """
    uuid_proof: UuidProof | None
    """
    null: none was asked for, or there is no answer
    """
    findings: list[AttemptFinding]
    """
    What in the answer does not fit what was seen; it changes no outcome by itself.
    """
    last_heard_after: float | None = None
    """
    of a lost attempt: seconds from its start until its worker was last heard of
    """
    warnings: list[Warning3] | None = None
    """
    What is worth knowing of it; at most 20. Absent: there is nothing, or it is not known.
    """
    denials: list[Denial] | None = None
    """
    Tool calls that were denied; at most 20. Absent: none, or it is not known.
    """
    checks: list[Check2]
    """
    The checks that were run, in their order; all rounds.
    """
    fixes: list[Fix1]
    """
    What was done for checks that had failed; its cost and tokens are in those of the attempt.
    """
    snapshots: Snapshots | None = None
    """
    Of its workspace; absent: none are taken, or an earlier version ran it.
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


class Task(Model):
    task_number: int
    name: str | None
    kind: str
    agent: str
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
    how long it was thought to take when its last attempt began
    """
    retries: int
    options: Options
    """
    as they were given; what may be secret of MCP servers (environment, headers) is left out
    """
    checks: list[str] | None = Field(None, max_length=10)
    """
    Commands that are run in the workspace after the task, one by one; each has to end with exit code 0. Those of a list are for each task that has none of its own.
    """
    on_check_failure: str | None = None
    """
    A check that fails: fail (the default), warn, or fix: a fresh agent is given the task and what the checks printed, and they are run anew. A list's "fix" is "fail" for its commands.
    """
    max_fixes: int | None = None
    """
    How often in an attempt a fresh agent may try to fix; default: 2.
    """
    needs: list[int] | None = None
    """
    the numbers of the tasks that it needs; absent: the task before it
    """
    when: str | None = None
    """
    after which ends of those it runs; absent: as on_failure says
    """
    status: str
    attempt: int
    """
    the last attempt; 0: none yet, or none here
    """
    carried_from: CarriedFrom | None = None
    """
    the attempt of another execution whose result it has; absent: it was, or will be, run here
    """
    started_at: str | None
    completed_at: str | None
    amendment: Amendment | None
    """
    what was made of the prompt, where that was asked for
    """
    end: End1 | None
    """
    how the last attempt ended
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings" where something is worth knowing
    """
    warnings: list[Warning4] | None = None
    """
    what is worth knowing of it; a completed task with any has completed with warnings
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class Validation2(Model):
    """
    Where it was asked for; its cost and tokens are in those of the attempt.
    """

    is_valid: bool | None
    """
    null: it could not judge
    """
    reason: str | None
    """
    why, in its words; where it could not judge, what kept it
    """
    suggestions: list[str]
    outcome: str
    """
    how the validator's own run ended
    """
    session_id: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
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
    session_id: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """


class TaskResult(Model):
    task_number: int
    task_description: str
    status: str
    outcome: str | None
    message: str | None
    attempt: int
    carried_from: CarriedFrom | None = None
    """
    the attempt of another execution whose result it has; absent: it was, or will be, run here
    """
    exit_code: int | None
    """
    null for prompts, and where a signal ended it
    """
    signal: str | None
    stdout: str
    """
    the start of it: at most 64 KiB, and less where more than 100 tasks have as much
    """
    stderr: str
    """
    as stdout
    """
    result: str | None
    """
    a prompt's answer, at most 64 KiB
    """
    json_: Any = Field(..., alias='json')
    """
    The answer as JSON where the task asked for that, if it has at most 64 KiB; else null.
    """
    validation: Validation2 | None
    """
    Where it was asked for; its cost and tokens are in those of the attempt.
    """
    amendment: Amendment | None
    """
    what was made of the prompt, where that was asked for
    """
    uuid_proof: UuidProof | None
    """
    null: none was asked for, or there is no answer
    """
    status_text: str | None = None
    """
    the state for people, e.g. "completed with warnings" where something is worth knowing
    """
    warnings: list[Warning4] | None = None
    """
    what is worth knowing of it; a completed task with any has completed with warnings
    """
    denials: list[Denial] | None = None
    """
    Tool calls that were denied; at most 20. Absent: none, or it is not known.
    """
    findings: list[AttemptFinding]
    """
    What in the answer does not fit what was seen; it changes no outcome by itself.
    """
    checks: list[Check2]
    """
    The checks that were run, in their order; all rounds.
    """
    fixes: list[Fix2]
    """
    What was done for checks that had failed; its cost and tokens are in those of the attempt.
    """
    truncated: bool
    """
    true when stdout, stderr, result or json is longer than what is here
    """
    execution_time: float | None
    """
    seconds
    """
    started_at: str | None
    completed_at: str | None
    session_id: str | None
    agent_version: str | None
    """
    of the program that ran the prompt
    """
    model: str | None
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    links: dict[str, str]
    """
    Where to go on, relative to this server.
    """


class CarriedFrom2(Model):
    """
    the attempt of another execution whose evidence this is; absent: it was run here
    """

    execution_id: str
    execution_uuid: str | None
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
    what was done in its last attempt; absent: nothing is known of it
    """

    files_changed: int | None
    """
    in the workspace and the extra folders; null: it is not known
    """
    commands_run: int
    """
    by the agent; of a command, itself
    """
    tool_calls: int
    """
    of any kind, denied ones included
    """
    tools_denied: int


class Task1(Model):
    task: int
    name: str | None
    status: str | None
    """
    null: it is not known
    """
    attempts: int
    """
    how many there were
    """
    carried_from: CarriedFrom2 | None = None
    """
    the attempt of another execution whose evidence this is; absent: it was run here
    """
    verdict: str
    """
    verified: it succeeded, and the evidence of it is intact, as it was signed, which does not say that the work is right, or that much was done; unverified: not so, for the reasons given; contradicted: what its agent says is not what happened
    """
    status_text: str | None = None
    """
    e.g. "completed with warnings"
    """
    done: Done | None = None
    """
    what was done in its last attempt; absent: nothing is known of it
    """
    warnings: list[str] | None = None
    """
    of its last attempt; they do not count against the evidence
    """
    reasons: list[str]
    """
    why it is not verified; empty: it is
    """
    findings: list[str]
    """
    what its agent said against what happened
    """
    remarks: list[str]
    """
    what is worth knowing, and does not count against it
    """


class Verification(Model):
    execution_id: str | None
    """
    null: nothing tells which one it is
    """
    status: str | None
    """
    how it ended; null: it is not known
    """
    verdict: str
    """
    verified: it succeeded, and the evidence of it is intact, as it was signed, which does not say that the work is right, or that much was done; unverified: not so, for the reasons given; contradicted: what its agent says is not what happened
    """
    reasons: list[str]
    """
    what is wrong with the evidence of the whole
    """
    signed_by: str | None
    """
    the fingerprint of the key; null: nobody has signed it
    """
    tasks: list[Task1]


class TaskModel(Model):
    task_number: int
    task_description: str
    kind: str
    classification: Classification
    prediction: Prediction
    findings: list[Finding]


class Execution(Model):
    execution_id: str
    title: str | None = None
    """
    its title, or its first task and how many more there are; null: an earlier version stored it
    """
    labels: dict[str, str] | None = None
    """
    as they were given
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    reruns: list[str] | None = None
    """
    the executions that rerun it; absent: none
    """
    status: str
    reason: str | None
    """
    Why it is paused, failed or cancelling.
    """
    total_tasks: int
    completed_tasks: int
    """
    tasks that succeeded
    """
    failed_tasks: int
    """
    tasks that failed or timed out
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
    tasks that were never started: one before them did not succeed, or what they are for did not happen
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or kept from being started
    """
    not_run_tasks: int | None = None
    """
    tasks that were never started and never will be, for either reason
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
    the state for people, e.g. "completed with warnings" where something is worth knowing
    """
    current_task: str | None
    """
    e.g. "Task 2: write the tests": the first of those that run
    """
    running_tasks: list[str]
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
    when a waiting one continues, or a paused one tries its credential again by itself
    """
    expected_time: float | None
    """
    seconds that the current task is thought to take in all; null when none runs
    """
    remaining_time: float | None
    """
    seconds that it is thought to take from now on, waits not counted; null when that is not known
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    workspace: str
    branch: str | None = None
    """
    that gets the work, where it is for a repository
    """
    epoch: str
    head: int
    """
    seq of the last event
    """
    on_failure: str
    checks: list[str] | None = Field(None, max_length=10)
    """
    Commands that are run in the workspace after the task, one by one; each has to end with exit code 0. Those of a list are for each task that has none of its own.
    """
    on_check_failure: str | None = None
    """
    A check that fails: fail (the default), warn, or fix: a fresh agent is given the task and what the checks printed, and they are run anew. A list's "fix" is "fail" for its commands.
    """
    max_fixes: int | None = None
    """
    How often in an attempt a fresh agent may try to fix; default: 2.
    """
    tasks: list[Task]
    links: dict[str, str]
    """
    Where to go on, relative to this server.
    """


class Forecast(Model):
    expected: float
    """
    seconds for all tasks, one after the other
    """
    likely: float
    """
    seconds; one list in ten takes longer
    """
    tokens: float | None
    """
    of the prompts with history; null when none has any
    """
    cost_usd: float | None
    """
    of the prompts with history; null when none has any
    """
    plan: list[PlanForecast] | None
    """
    the plan's limits beside what the list needs of them; null where nothing of them is known
    """
    without_history: int
    """
    tasks whose time is only the default for their complexity
    """


class Results(Model):
    execution_id: str
    title: str | None = None
    """
    its title, or its first task and how many more there are; null: an earlier version stored it
    """
    labels: dict[str, str] | None = None
    """
    as they were given
    """
    rerun_of: str | None = None
    """
    the execution that it reruns; absent: none
    """
    status: str
    total_tasks: int
    completed_tasks: int
    failed_tasks: int
    timed_out_tasks: int | None = None
    """
    those of failed_tasks that timed out
    """
    skipped_tasks: int | None = None
    """
    tasks that were never started: one before them did not succeed, or what they are for did not happen
    """
    cancelled_tasks: int | None = None
    """
    tasks that a cancel ended or kept from being started
    """
    not_run_tasks: int | None = None
    """
    tasks that were never started and never will be, for either reason
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
    the state for people, e.g. "completed with warnings" where something is worth knowing
    """
    workspace: str | None = None
    """
    the folder below the workspaces root
    """
    branch: str | None = None
    """
    that gets the work, where it is for a repository
    """
    results: list[TaskResult]
    started_at: str | None
    completed_at: str | None
    total_execution_time: float | None
    """
    seconds, so far or in all
    """
    cost_usd: float | None
    """
    US dollars, by the agent's estimate; null where nothing is known, as of commands
    """
    usage: Usage | None
    """
    tokens, of all models together
    """
    warnings: list[Warning2] | None = None
    """
    Of the tasks, in the answer of POST /execute only; absent when nothing was found.
    """


class Analysis(Model):
    total_tasks: int
    tasks: list[TaskModel]
    forecast: Forecast
