import {
  BUILT_IN_HOOK_NAMES,
  BUILT_IN_HOOKS,
  hostPattern,
  ISOLATIONS,
  type BuiltInHook,
} from '@cc-executor/contracts';
import { z } from 'zod';
import { httpHost, httpOrigin, isLoopback, isNetwork, isProxy } from './hosts.ts';
import { isProgram } from './programs.ts';
import { absolutePath } from './project-root.ts';

const WEEK_SECONDS = 7 * 24 * 3600;
const MIB = 1024 * 1024;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

function whole(min: number, max: number, hint = '') {
  const message = `must be a whole number from ${String(min)} to ${String(max)}${hint}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .pipe(z.int(message).min(min, message).max(max, message));
}

/** A size in bytes. */
function bytes(min: number, max: number) {
  return whole(min, max).meta({ unit: 'bytes' });
}

function seconds() {
  const message = `must be a number of seconds, more than 0 and at most ${String(WEEK_SECONDS)} (7 days)`;
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,3})?$/, message)
    .transform(Number)
    .pipe(z.number(message).positive(message).max(WEEK_SECONDS, message))
    .meta({ unit: 'seconds' });
}

/** Durations in seconds, comma-separated. */
function listOfSeconds() {
  return z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(seconds()))
    .meta({ unit: 'seconds' });
}

const flag = z.stringbool({
  truthy: ['true', '1', 'yes'],
  falsy: ['false', '0', 'no'],
  error: 'must be true or false',
});

const listOf = (isItem: (item: string) => boolean, message: string) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    )
    .refine((items) => items.every(isItem), message);

const path = z.string().transform(absolutePath);
const CPUS = 'must be a number of processors, from 0.01 to 512';
const PORT_HINT = ' (0: any free port)';

/** Every setting, by the name of its environment variable. A service picks what it needs. */
export const settings = {
  CC_EXECUTOR_HOST: z
    .string()
    .refine((host) => isLoopback(host) || httpHost(host) === host, 'must be an IP address or a host name')
    .default('127.0.0.1')
    .describe('The address that the API and the gateway bind; anything but loopback needs a key.'),
  CC_EXECUTOR_KEYLESS: flag
    .default(false)
    .describe('Allows another address than loopback without a key, where something else keeps others out.'),
  CC_EXECUTOR_ASK_FOR_KEY: flag
    .default(false)
    .describe(
      "Requires a key on loopback too, even if CC_EXECUTOR_API_KEY is not set: the key in the file access-key of the data directory. Otherwise the service's own Linux user needs no key.",
    ),
  CC_EXECUTOR_API_PORT: whole(0, 65535, PORT_HINT).default(8001).describe('The port of the API.'),
  CC_EXECUTOR_WS_PORT: whole(0, 65535, PORT_HINT).default(8004).describe('The port of the gateway.'),
  CC_EXECUTOR_EXTRA_WS_PORT: whole(1, 65535)
    .optional()
    .describe(
      'A second port of the gateway, such as 8003, which clients of cc_executor know. Unset: only one port.',
    ),
  CC_EXECUTOR_API_KEY: listOf(
    (key) => /^[A-Za-z0-9._~+/=-]{6,512}$/.test(key),
    'must be one or more keys, comma-separated, of 6 to 512 letters, digits and . _ ~ + / = - (32 random ones are a good key)',
  )
    .default([])
    .describe(
      "The keys that clients may use, comma-separated. Unset: on loopback, the service's own user needs no key.",
    )
    .meta({ secret: true }),
  CC_EXECUTOR_ALLOWED_HOSTS: listOf(
    (host) => httpHost(host) !== null,
    'must be host names, comma-separated, such as cc.example.com',
  )
    .transform((hosts) => hosts.map((host) => httpHost(host) ?? host))
    .default([])
    .describe('Host headers that are accepted in addition to the loopback names and the bound address.'),
  CC_EXECUTOR_ALLOWED_ORIGINS: listOf(
    (origin) => httpOrigin(origin) !== null,
    'must be origins, comma-separated, such as https://cc.example.com',
  )
    .transform((origins) => origins.map((origin) => httpOrigin(origin) ?? origin))
    .default([])
    .describe('Origin headers that are accepted in addition to those of loopback and of the service.'),
  CC_EXECUTOR_DATA_DIR: path.describe(
    'The directory of all stored data; default: one for each installation in ~/.local/state/cc-executor (macOS: ~/Library/Application Support).',
  ),
  CC_EXECUTOR_WORKSPACES_DIR: path.describe(
    'Where tasks work; default: workspaces, below the data directory.',
  ),
  CC_EXECUTOR_KEYS_DIR: path.describe(
    'Where the key is by which evidence is signed; default: keys, below the data directory.',
  ),
  CC_EXECUTOR_SIGNER_SOCKET: path
    .optional()
    .describe(
      'A unix socket at which the API signs for workers, which then need no key. Unset: workers sign themselves.',
    ),
  REDIS_URL: z
    .string()
    .regex(/^(rediss?:\/\/[^\s]+|unix:\/\/\/[^\s]+)$/, 'must begin with redis://, rediss:// or unix:///')
    .optional()
    .describe('An existing Redis or Valkey. Unset: cc-executor starts its own.')
    .meta({ secret: true }),
  CC_EXECUTOR_REDIS_PASSWORD_FILE: path
    .optional()
    .describe('A file with the password for the user that REDIS_URL names without one.'),
  CC_EXECUTOR_CONCURRENCY: whole(1, 1000)
    .optional()
    .describe(
      'How many executions with prompts run at a time on a host, all its workers together; default: by memory and cores.',
    ),
  CC_EXECUTOR_AGENT_MEMORY: bytes(0, 1024 ** 4)
    .default(256 * MIB)
    .describe(
      'Memory that must be available before a worker starts another prompt, in bytes; prompts wait for it. 0: memory is not checked.',
    ),
  CC_EXECUTOR_SHELL: z
    .string()
    .refine(isProgram, 'must be a program on the PATH, or the absolute path of one')
    .describe('The shell of command tasks; default, also by this name: zsh, else bash, else sh.'),
  CC_EXECUTOR_ISOLATION: z
    .enum(ISOLATIONS, 'must be process or container')
    .default('process')
    .describe('Where attempts run if their list does not say: process or container.'),
  CC_EXECUTOR_MIN_ISOLATION: z
    .enum(ISOLATIONS, 'must be process or container')
    .default('process')
    .describe('The least that is accepted: with container, no list runs in the space of the worker.'),
  CC_EXECUTOR_LAUNCHER_SOCKET: path
    .optional()
    .describe(
      'The socket of the launcher, which starts containers for tasks. Unset: tasks run as processes.',
    ),
  CC_EXECUTOR_ENGINE: path
    .default('/var/run/docker.sock')
    .describe('The socket of the container engine. Only the launcher uses it.'),
  CC_EXECUTOR_SANDBOX_IMAGES: listOf(
    (name) => /^[a-z0-9][\w.:/@-]{0,511}$/i.test(name),
    'must be names of images, comma-separated',
  )
    .default(['cc-executor-agent:local'])
    .describe('The images that containers of tasks may have, comma-separated; the first is the default.'),
  CC_EXECUTOR_SANDBOX_MEMORY: bytes(64 * MIB, 2 ** 43)
    .default(4 * 1024 * MIB)
    .describe('The memory of a container, in bytes, with its temporary files; no swap is added.'),
  CC_EXECUTOR_SANDBOX_CPUS: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,2})?$/, CPUS)
    .transform(Number)
    .pipe(z.number(CPUS).min(0.01, CPUS).max(512, CPUS))
    .optional()
    .describe('How many processors a container may use; default: all.'),
  CC_EXECUTOR_SANDBOX_PIDS: whole(8, 1_000_000)
    .default(1024)
    .describe('How many processes and threads a container may have.'),
  CC_EXECUTOR_SANDBOX_TMP: bytes(MIB, 2 ** 43)
    .default(1024 * MIB)
    .describe(
      "The size of a container's /tmp, and of its home, in bytes each; their content counts as memory.",
    ),
  CC_EXECUTOR_SANDBOX_WAITING: whole(0, 64)
    .default(0)
    .describe(
      'How many containers may be started ahead, each for the next task of a list while the one before it runs.',
    ),
  CC_EXECUTOR_SANDBOX_DIRS: listOf((one) => one.startsWith('/'), 'must be absolute paths, comma-separated')
    .default([])
    .describe(
      'Folders, with what is below them, that extra_dirs of a list may name for containers, comma-separated: to be read, or with :rw at the end of one, such as /scratch:rw, to be written.',
    ),
  CC_EXECUTOR_EGRESS_SOCKET: path
    .optional()
    .describe('The socket of egress, by which containers reach the hosts that their list names.'),
  CC_EXECUTOR_SANDBOX_HOSTS: listOf(
    (text) => hostPattern(text) !== null,
    'must be names of hosts, such as registry.npmjs.org, *.example.com or example.com:8443, comma-separated',
  )
    .default([])
    .describe(
      'The hosts that network of a list may name for its containers, comma-separated; * allows every public one. Default: none.',
    ),
  CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS: listOf((text) => {
    const pattern = hostPattern(text);
    return pattern !== null && pattern.port !== null && !pattern.name.includes('*');
  }, 'must be names with a port, such as registry.local:4873, comma-separated')
    .default([])
    .describe(
      'Allowed hosts that may have an address of this machine or of a private network, each with its port, comma-separated.',
    ),
  CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS: listOf(
    isNetwork,
    'must be addresses or networks, such as 203.0.113.7 or 2001:db8::/32, comma-separated',
  )
    .default([])
    .describe(
      'Public addresses and networks that containers do not reach, comma-separated, such as the public address of the machine itself.',
    ),
  CC_EXECUTOR_SANDBOX_PROXY: z
    .string()
    .refine(isProxy, 'must be the address of a proxy, such as http://proxy.example.com:3128')
    .optional()
    .describe(
      'An HTTP proxy through which containers reach hosts, if the machine itself reaches none; the proxy resolves their names. Not used for CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS.',
    )
    .meta({ secret: true }),
  CC_EXECUTOR_SANDBOX_TRAFFIC: bytes(MIB, 2 ** 43)
    .default(10 * 1024 * MIB)
    .describe('How much one attempt may send to hosts and receive from them, in bytes.'),
  CC_EXECUTOR_SANDBOX_REQUESTS: whole(1, 1_000_000_000)
    .default(10_000)
    .describe('How many requests to the model one attempt in a container may make, with everything in it.'),
  CC_EXECUTOR_CLAUDE: z
    .string()
    .refine(isProgram, 'must be the absolute path of a program')
    .optional()
    .describe("The user's own Claude Code; default: the version that comes with cc-executor."),
  CC_EXECUTOR_CODEX: z
    .string()
    .refine(isProgram, 'must be the absolute path of a program')
    .optional()
    .describe(
      "The user's own Codex; default: the one that `cc-executor agents install codex` brought, else the first on PATH.",
    ),
  CC_EXECUTOR_CODEX_NETWORK: flag
    .default(false)
    .describe(
      'Whether commands that Codex runs in its sandbox may use the network. Outside of it (bypassPermissions) they may in any case.',
    ),
  CC_EXECUTOR_COMMAND_CLAUDE: flag
    .default(true)
    .describe(
      'Whether commands find a `claude` that reaches the model by a relay of the worker, without the credential; false: it refuses, and prompts remain.',
    ),
  ALLOWED_COMMANDS: listOf((name) => !/[\s\0]/.test(name), 'must be names of programs, comma-separated')
    .optional()
    .describe('When set: command tasks run without a shell, and only these programs.'),
  CC_EXECUTOR_COMMAND_CREDENTIALS: listOf(
    (name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
    'must be names of variables, comma-separated',
  )
    .default([])
    .describe(
      'Variables with credentials that commands, checks and hooks get, comma-separated, such as GITHUB_TOKEN; others they do not.',
    ),
  CC_EXECUTOR_MAX_PROMPT_TOKENS: whole(1, 10_000_000)
    .default(190_000)
    .describe('The most tokens of a prompt, by an estimate; a longer one is refused, or truncated if asked.'),
  CC_EXECUTOR_NESTING_DEPTH: whole(0, 32)
    .default(2)
    .describe(
      'The maximum depth of executions that are started by tasks of other executions; 0: tasks may start none.',
    ),
  CC_EXECUTOR_NESTED_EXECUTIONS: whole(0, 100_000)
    .default(50)
    .describe('How many executions may be started below one execution by its tasks, and theirs, in all.'),
  CC_EXECUTOR_TRY_CREDENTIAL: flag
    .default(true)
    .describe(
      'Tries an API key at the start by asking for the list of models, and each minute whether the servers of the models of usable agents answer a request without a credential. Neither costs anything.',
    ),
  CC_EXECUTOR_TASK_TIMEOUT: seconds().default(3600).describe('The default timeout of a task, in seconds.'),
  STREAM_TIMEOUT: seconds().default(600).describe("A task's longest silence, in seconds."),
  CC_EXECUTOR_EARLY_LOSSES: whole(2, 10)
    .default(2)
    .describe(
      'How often in a row a task may lose its worker within 10 seconds of its start, or a list before a task begins, until it is given up; 10: as often as later.',
    ),
  CC_EXECUTOR_TEMP_BYTES: bytes(1024 * 1024, 2 ** 50)
    .default(10 * 1024 ** 3)
    .describe(
      'The most room that the temporary files of an attempt at a prompt may take, in bytes; it is ended soon after.',
    ),
  CC_EXECUTOR_BACKGROUND_WAIT: seconds()
    .default(600)
    .describe(
      'How long a command that an agent has put into the background is waited for when the agent is done, in seconds.',
    ),
  CC_EXECUTOR_PAUSE_HOLD: seconds()
    .default(300)
    .describe('How long a paused prompt keeps its process and its slot, in seconds.'),
  CC_EXECUTOR_MAX_WAIT: seconds()
    .default(WEEK_SECONDS)
    .describe(
      'How long a task waits at most for the end of an outage before it failed, and for the reset of a usage limit before it is tried again, in seconds.',
    ),
  CC_EXECUTOR_PROBE_INTERVAL: seconds()
    .default(900)
    .describe('The longest time between two tries in an outage, in seconds; the first tries come sooner.'),
  CC_EXECUTOR_CREDENTIAL_RETRY: listOfSeconds()
    .default([60, 300, 900, 1800])
    .describe(
      'After how many seconds a refused credential that has worked before is tried again, comma-separated; the last one is repeated.',
    ),
  CC_EXECUTOR_LEAVE_OUT: listOf((pattern) => !/[\r\n\0]/.test(pattern), 'must be patterns, comma-separated')
    .default([])
    .describe(
      'Paths of a workspace that receipts and snapshots skip, in the syntax of .gitignore, comma-separated; .git, node_modules and similar folders are always skipped.',
    ),
  CC_EXECUTOR_SNAPSHOTS: flag
    .default(true)
    .describe(
      'Whether there is a snapshot of the workspace before and after each attempt, in the data directory; without them nothing can be restored.',
    ),
  CC_EXECUTOR_SNAPSHOT_FILE_BYTES: bytes(1, 2 ** 40)
    .default(64 * 1024 ** 2)
    .describe(
      'The maximum size of a file in a snapshot or in a commit for a repository, in bytes; larger files are listed and excluded.',
    ),
  CC_EXECUTOR_SNAPSHOT_BYTES: bytes(1, 2 ** 50)
    .default(2 * 1024 ** 3)
    .describe(
      'The maximum size of a snapshot, and of its new content, in bytes; files beyond it are listed and excluded.',
    ),
  CC_EXECUTOR_REPOSITORIES: listOf(
    (folder) => folder.startsWith('/'),
    'must be absolute paths, comma-separated',
  )
    .default([])
    .describe(
      "Folders below which `repository.path` of a list may lie, comma-separated. If no key is required, the service's own user may name each of their own repositories without it.",
    ),
  CC_EXECUTOR_DRAIN: whole(0, 86_400)
    .meta({ unit: 'seconds' })
    .default(0)
    .describe('How long a worker that is asked to stop lets its running tasks continue, in seconds.'),
  CC_EXECUTOR_ARCHIVE_AFTER: seconds()
    .default(600)
    .describe(
      'How long the log of an ended execution stays in Redis before it moves to its file, in seconds.',
    ),
  CC_EXECUTOR_KEEP_DAYS: whole(1, 36_500)
    .default(90)
    .describe(
      'The number of days after which ended executions are removed, with their files and the folder that they created; a workspace that was named in the list, or changed since, stays.',
    ),
  CC_EXECUTOR_KEEP_EXECUTIONS: whole(1, 10_000_000)
    .default(100_000)
    .describe('The number of ended executions that are kept; older ones are removed.'),
  CC_EXECUTOR_IGNORED_NAMES: listOf(() => true, '')
    .optional()
    .describe(
      'Variables to accept although they look like settings and this version does not know them, such as those of a newer version, comma-separated; `*`: all. Any other such name is rejected, since a misspelled setting has no effect.',
    ),
  CC_EXECUTOR_HOOKS_DIR: path
    .optional()
    .describe('A folder with hooks: modules, and programs that its hooks.json names. Unset: no hooks.'),
  CC_EXECUTOR_BUILT_IN_HOOKS: listOf(
    (name) => Object.hasOwn(BUILT_IN_HOOKS, name),
    `must be some of ${BUILT_IN_HOOK_NAMES.join(', ')}, comma-separated`,
  )
    .transform((names) => names as BuiltInHook[])
    .default([])
    .describe(`Built-in hooks to run: ${BUILT_IN_HOOK_NAMES.join(', ')}.`),
  MAX_BUFFER_SIZE: bytes(1024, 1024 * MIB)
    .default(8 * MIB)
    .describe('Output of a task that is kept in the log for replay, in bytes; all of it is kept on disk.'),
  CC_EXECUTOR_EXECUTION_BUFFER: bytes(1024, 64 * 1024 * MIB)
    .default(64 * MIB)
    .describe(
      'Output of all tasks of an execution that is kept in its log, in bytes; the oldest goes first.',
    ),
  CC_EXECUTOR_TOTAL_BUFFER: bytes(1024, 1024 * 1024 * MIB)
    .default(512 * MIB)
    .describe(
      'The maximum output of all executions that is kept in Redis, in bytes; the output of settled tasks is dropped first, and stays on disk.',
    ),
  MAX_SESSIONS: whole(1, 100_000).default(100).describe('WebSocket sessions of a gateway.'),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`))
    .default('info')
    .describe('How much is logged.'),
};

/** All settings as one schema; `Settings.pick({ LOG_LEVEL: true })` is the schema of a part. */
export const Settings = z.object(settings);
export type Settings = z.output<typeof Settings>;
/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;
