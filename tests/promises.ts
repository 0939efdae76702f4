/**
 * What cc-executor promises its users, each with an id. A test that proves one has the line `// Proves: <id>` before it;
 * `npm run check` fails for a promise that no test proves, and for an id that is none.
 */
export const PROMISES = {
  'acknowledged-is-durable':
    'A 202 is sent only when the whole submission is stored; an API that dies at any step has done all of it or nothing.',
  'synced-at-every-write': 'The Redis that is started here writes everything to its disk before it answers.',
  'outbox-is-carried': 'What is in the outbox reaches the queue, whichever process dies.',
  'idempotent-submission':
    'The same Idempotency-Key and body give the same execution, and another body is refused.',
  'numbered-log':
    'The events of an execution are numbered 1, 2, 3 … without gap or duplicate, also with several writers.',
  'append-once': 'An append that is sent again is stored once.',
  'one-cursor':
    'WebSocket, SSE and REST take up after any event, and a follower has each event once over restarts.',
  'epoch-resets': 'A cursor of a log that Redis has lost is answered with reset.',
  'gap-is-told':
    'Where output was trimmed, a follower is told which events are missing and where the rest is.',
  'slow-readers-slow-nobody':
    'A slow subscriber gets everything by paging, and memory stays bounded in worker, gateway and Redis.',
  'archive-reads-the-same': 'An ended execution is read from its archive as it was in Redis.',
  'in-order': 'A task starts when everything has settled that it needs: without a word, the task before it.',
  'parallel-in-copies':
    'Tasks run at the same time only where a list says so, each in a copy of its own, and their work is joined or the conflict is named.',
  'nothing-but-the-workspace':
    'In a container an attempt has its workspace, no network, no privilege, and nothing of the worker or the machine.',
  'no-credential-in-a-container':
    'An agent in a container finds the credential nowhere, and no way out but to the model.',
  'only-named-hosts':
    'A container reaches only the hosts that its list names and the server allows, never an address of the machine or of a private network, and what was refused is in the result.',
  'container-ends':
    'However a worker, the launcher or an attempt ends, its containers are ended and removed before anything continues.',
  'fresh-agent': 'Each prompt is a new agent process with a new context.',
  'commands-have-a-lane': 'Prompts never hold up a list of commands.',
  'on-failure': 'With stop the rest of a list is skipped after a failure; with continue every task runs.',
  'verbatim-text': 'The text of a prompt or a command reaches the agent byte for byte.',
  'takeover-in-15-s':
    'When a worker is lost, another owns its execution within 15 s, goes on at the first task that has not settled, and nothing of the old one is left.',
  'settled-stays-settled': 'A settled task never runs again.',
  'changes-of-tasks':
    'What a task or an execution has changed can be read as pages of files with both sides, and as a patch that git takes.',
  'way-back':
    'The workspace of an execution that is paused or has ended can be brought back to before or after any task, and that can be undone.',
  'one-agent-in-a-folder':
    'Two agents never work in one folder at the same time, whatever name it was given.',
  'frozen-owner-is-ended': 'What a frozen or cut-off worker has started is ended before another goes on.',
  'interrupted-conversation-resumes':
    'An interrupted prompt resumes its own conversation, or begins a new one where that is not possible, and neither counts.',
  'poison-task': 'A task that ends its worker again and again is given up, and its list goes on.',
  'end-is-an-end': 'An execution is cancelling until no process of it is left.',
  'timeout-ends-the-tree':
    'A task that reaches its time limit is ended with everything that it started, and what it printed is kept.',
  'pause-and-resume': 'A pause stops the processes where they are, and loses no line.',
  'whole-output': 'All that a task prints is kept, byte for byte, in any size.',
  'no-newline-needed': 'Output that ends in no newline is sent when it comes.',
  'success-needs-proof':
    'A missing result is a failure with a name; every outcome is played with the real Claude Code.',
  'warnings-everywhere': 'A warning is visible on every surface.',
  'lies-are-found': 'What an agent says that it did is compared with what it did.',
  'checks-decide': 'Checks run after a task, all of them, and decide how it ends.',
  'faults-all-at-once': 'Bad input is answered with every fault in it, and changes nothing.',
  'websocket-stays-usable':
    'A bad message on a WebSocket is an error with its number, and the socket stays usable.',
  'loopback-or-a-key': 'A service listens on loopback, or needs a key.',
  'own-user-or-a-key': 'Without a key, a service answers nobody but its own user and root, on loopback too.',
  'no-foreign-page': 'A page of another site can drive nothing.',
  'credential-to-the-agent-alone': 'The credential is in no file, answer, log or event.',
  'tasks-see-no-settings': 'A task sees neither the settings nor the credentials of the services.',
  'containers-are-ordinary-users': 'Every process in a container is an ordinary user without privileges.',
  'sleep-costs-nothing': 'A machine that sleeps costs no attempt.',
  'clocks-are-not-trusted': 'The clock of one worker decides nothing for the others.',
  'removes-only-its-own': 'Only a folder that an execution made for itself is removed with it.',
  'workspace-stays-below-root':
    'No workspace leads outside of its root, not even after a task replaced it with a link.',
  'project-around-unchanged': 'What runs in a workspace changes nothing of the project around it.',
  'users-redis-is-left': 'A task removes nothing from Redis with the usual commands.',
  'usage-limit-waits':
    'A usage limit makes an execution wait until its reset, over kills of the worker and of Redis.',
  'outage-waits':
    "An outage of the model's server makes all prompts wait; one at a time tries, and no attempt counts.",
  'refused-credential-pauses':
    'A refused credential pauses the execution and says what to do; one that has worked is tried again.',
  'redis-away-is-waited-out':
    'While Redis is away, what runs goes on, and is stored in order when Redis is back.',
  'snapshots-around-attempts':
    'There is a snapshot of the workspace before and after each attempt, out of reach of the workspace; one that fails is a warning.',
  'users-repository-is-left':
    "The user's repository is never worked in: what a list does for it comes back as a branch, and all else stays byte for byte.",
  'verified-means-intact': 'Evidence that was changed is never verified, and untouched evidence is.',
  'history-has-each-attempt': 'The history has each attempt once, over kills of workers.',
  'readme-is-true': 'What the README shows works, block by block.',
  'described-api': 'OpenAPI and AsyncAPI describe every route, frame and event.',
  'public-face-is-pinned': 'Names and numbers of the public face change on purpose only.',
  'foreground-follows-its-socket':
    'A command in the foreground of a socket is cancelled when its client closes it, never when a gateway ends.',
  'hooks-decide': 'Hooks of the user change, refuse and check tasks.',
  'nesting-is-bounded':
    'Tasks that start tasks are bounded in depth and number, and can not stop what they run in.',
  'installs-from-packages': 'The packed command and client work in an empty project.',
  'exit-codes': 'The command ends with the code that says how it went.',
} as const;
