/**
 * The promises of cc-executor to its users, each with an id. A test that proves one has the line `// Proves: <id>` before it
 * (in Python `# Proves: <id>`). `npm run check` fails for a promise without a test, and for an unknown id.
 */
export const PROMISES = {
  'acknowledged-is-durable':
    'A 202 is sent only when the whole submission is stored; an API that dies at any step has done all of it or nothing.',
  'synced-at-every-write': 'The Redis that is started here writes everything to its disk before it answers.',
  'outbox-is-carried': 'Each entry of the outbox reaches the queue, whichever process dies.',
  'idempotent-submission':
    'The same Idempotency-Key and body return the same execution, and another body is rejected.',
  'own-id-is-used-once': 'An execution_id that is in use is rejected, and its execution stays as it was.',
  'answer-can-be-awaited':
    'With Prefer: wait=N the answer to a submission has the results if they come in time.',
  'submissions-are-bounded': 'A body over 10 MiB is rejected, and nothing of it is stored.',
  'numbered-log':
    'The events of an execution are numbered 1, 2, 3 … without gap or duplicate, also with several writers.',
  'append-once': 'An append that is sent again is stored once.',
  'one-cursor':
    'WebSocket, SSE and REST continue after any event, and a follower receives each event once, over restarts.',
  'epoch-resets': 'A cursor of a log that Redis has lost is answered with reset.',
  'gap-is-told':
    'If output was trimmed, a follower receives a gap with the missing events and the address of the whole output.',
  'slow-readers-slow-nobody':
    'A slow subscriber gets everything by paging, and memory stays bounded in worker, gateway and Redis.',
  'read-in-pieces': 'Reading a log or an output never loads the whole of it into memory, whatever its size.',
  'redis-keeps-little': 'Redis keeps about 1 KB of an ended execution, however much it printed.',
  'archive-reads-the-same': 'An ended execution is read from its archive as it was in Redis.',
  'results-are-bounded': 'The results have the beginning of each output, and name where the whole output is.',
  'parts-of-an-output': 'An output can be read in ranges of bytes.',
  'feed-of-all-lists':
    'The feed has each change of state of all executions once and in order, and can be continued after any position.',
  'search-finds-every-hit':
    'A search counts every hit in the outputs and messages of all attempts, and leads to each.',
  'lists-are-found': 'Lists are found by label, words, time and outcome, page by page.',
  'in-order':
    'A task starts when all tasks that it needs have settled; by default, that is the task before it.',
  'parallel-in-copies':
    'Tasks run at the same time only if the list allows it, each in its own copy, and their work is merged or the conflict is named.',
  'variants-and-pick':
    'A prompt with variants runs that many times in copies, and the list continues with the one that is picked.',
  'conflict-keeps-both-sides':
    'Conflicting work of two tasks is never lost: an agent resolves it if the list asks for that, or both sides are kept and named.',
  'nothing-but-the-workspace':
    'In a container an attempt has its workspace, no network, no privilege, and nothing of the worker or the machine.',
  'no-credential-in-a-container':
    'An agent in a container has no access to the credential, and can reach only the model.',
  'only-named-hosts':
    'A container reaches only the hosts that its list names and the server allows, never an address of the machine or of a private network, and each refusal is in the result.',
  'container-ends':
    'However a worker, the launcher or an attempt ends, its containers are ended and removed before anything continues.',
  'least-isolation': 'A list below the least isolation of the server is rejected.',
  'fresh-agent': 'Each prompt is a new agent process with a new context.',
  'agents-beside-each-other':
    'The prompts of one list may run in different agents, each with its own credential, and later tasks have their results.',
  'agent-is-checked-before':
    'A list is rejected at submission if it needs an agent that no worker has, with the command that installs it.',
  'tool-call-is-a-task':
    'A task can be one tool call to an MCP server, without an agent; its arguments are data.',
  'commands-have-a-lane': 'Prompts never block a list of commands.',
  'on-failure': 'With stop the rest of a list is skipped after a failure; with continue every task runs.',
  'verbatim-text': 'The text of a prompt or a command reaches the agent byte for byte.',
  'allowed-programs-only': 'With ALLOWED_COMMANDS, commands run without a shell, and only these programs.',
  'takeover-in-15-s':
    'When a worker is lost, another one owns its execution within 15 s and continues at the first task that has not settled. No process of the old one is left.',
  'settled-stays-settled': 'A settled task never runs again.',
  'changes-of-tasks':
    'The changes of a task or an execution can be read as pages of files with both sides, and as a patch for git.',
  'way-back':
    'The workspace of a paused or ended execution can be restored to its state before or after any task, and a restore can be undone.',
  'retry-from-before':
    'With on_retry: restore, a retry begins with the workspace as it was before the failed attempt.',
  'rerun-from-any-task':
    'A list can be rerun from any task. Earlier results are carried over, and nothing of them runs again.',
  'apply-all-or-nothing':
    'The changes of a list are applied to a folder completely or not at all, and never over uncommitted changes.',
  'one-agent-in-a-folder':
    'Two agents never work in one folder at the same time, whatever name it was given.',
  'frozen-owner-is-ended':
    'The processes of a frozen or disconnected worker are ended before another one continues.',
  'interrupted-conversation-resumes':
    'An interrupted prompt resumes its own conversation, or begins a new one if that is impossible. Neither counts as a retry.',
  'poison-task': 'A task that ends its worker repeatedly fails, and its list continues.',
  'end-is-an-end': 'An execution is cancelling until no process of it is left.',
  'timeout-ends-the-tree':
    'A task that reaches its time limit is ended with all its processes, and its output is kept.',
  'pause-and-resume': 'A pause stops the processes where they are, and loses no line.',
  'control-names-the-state':
    'A pause, resume or cancel that is not possible in a state is rejected with that state.',
  'whole-output': 'The whole output of a task is kept, byte for byte, in any size.',
  'no-newline-needed': 'Output that ends in no newline is sent when it comes.',
  'output-in-chunks':
    'Long output comes in parts that split no character, and what is not UTF-8 comes as base64.',
  'success-needs-proof':
    'A missing result is a failure with a name. Every outcome is tested with the real Claude Code.',
  'warnings-everywhere': 'A warning is visible on every surface.',
  'lies-are-found': 'The claims of an agent are compared with its observed actions.',
  'checks-decide': 'All checks run after a task, and decide its outcome.',
  'faults-all-at-once': 'Bad input is rejected with all its errors, and changes nothing.',
  'websocket-stays-usable':
    'A bad message on a WebSocket is an error with its number, and the socket stays usable.',
  'one-in-the-foreground':
    'A second process in the foreground of a session is rejected as busy, and the first one continues.',
  'sessions-are-bounded': 'A session over the limit is rejected, and gets in when another one has left.',
  'dead-clients-are-closed': 'A WebSocket client that does not answer pings is closed within two intervals.',
  'settings-are-checked-first': 'Wrong settings are all reported at the start, before anything is opened.',
  'health-names-the-fault': 'The health of a service names what is wrong, and is degraded or unhealthy.',
  'loopback-or-a-key': 'A service listens on loopback, or needs a key.',
  'own-user-or-a-key': 'Without a key, a service answers nobody but its own user and root, on loopback too.',
  'no-foreign-page': 'A page of another site can control nothing.',
  'credential-to-the-agent-alone': 'The credential is in no file, answer, log or event.',
  'tasks-see-no-settings': 'A task sees neither the settings nor the credentials of the services.',
  'containers-are-ordinary-users': 'Every process in a container is an ordinary user without privileges.',
  'sleep-costs-nothing': 'A machine that sleeps costs no attempt.',
  'clocks-are-not-trusted': 'The clock of one worker decides nothing for the others.',
  'removes-only-its-own': 'Only a folder that an execution created for itself is removed with it.',
  'workspace-stays-below-root':
    'No workspace leads outside of its root, not even after a task replaced it with a link.',
  'project-around-unchanged': 'Programs in a workspace change nothing of the project around it.',
  'users-redis-is-left': 'A task removes nothing from Redis with the usual commands.',
  'usage-limit-waits':
    'A usage limit makes an execution wait until its reset, over kills of the worker and of Redis.',
  'outage-waits':
    "An outage of the model's server makes all prompts wait. One at a time retries, and no attempt counts.",
  'refused-credential-pauses':
    'A rejected credential pauses the execution and lists the steps to fix it. A credential that has worked before is retried.',
  'redis-away-is-waited-out':
    'While Redis is away, running tasks continue, and their events are stored in order when Redis is back.',
  'snapshots-around-attempts':
    'A snapshot of the workspace is taken before and after each attempt, outside of the workspace. A failure of it is a warning.',
  'repository-outage-waits':
    'A list whose repository cannot be reached waits and clones it later by itself; no task fails for it.',
  'users-repository-is-left':
    "No task works in the user's repository: the work of a list is delivered as a branch, and all else stays byte for byte.",
  'verified-means-intact': 'Evidence that was changed is never verified, and untouched evidence is.',
  'history-has-each-attempt': 'The history has each attempt once, over kills of workers.',
  'readme-is-true': 'Each code block of the README works.',
  'described-api': 'OpenAPI and AsyncAPI describe every route, frame and event.',
  'public-face-is-pinned': 'Names and numbers of the public face change on purpose only.',
  'foreground-follows-its-socket':
    'A command in the foreground of a socket is cancelled when its client closes it, never when a gateway ends.',
  'hooks-decide': 'Hooks of the user change, refuse and check tasks.',
  'report-from-facts':
    'The report of a night is made from stored facts alone: what needs a person, what failed and why, what is done.',
  'page-is-the-log':
    'The page ends with exactly the log, over restarts of the server, and shows each failure with its reason.',
  'page-shows-text-as-text':
    'No text of an agent, a task or a file is a link, a picture or a script on the page.',
  'page-for-everybody':
    'The page is usable by keyboard, on narrow screens, without motion, and states what to do without JavaScript.',
  'page-survives-faults':
    'The page reports each fault of the server or the browser, and no draft of a list is lost.',
  'task-file-loses-nothing': 'No part of a task file is silently ignored.',
  'python-has-every-operation':
    'The Python client has every operation of the API, synchronous and asynchronous.',
  'python-follows-over-restarts': 'The Python clients receive each event once while services restart.',
  'python-former-names': 'Programs that were written for cc_executor find its names, with the same results.',
  'nesting-is-bounded':
    'Tasks that start tasks are bounded in depth and number, and cannot stop what they run in.',
  'installs-from-packages': 'The packed command and client work in an empty project.',
  'exit-codes': 'The exit code of the command is that of its result.',
} as const;
