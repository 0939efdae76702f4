import { z } from 'zod';
import { WayId } from './way.ts';

/** The longest path that Linux takes, in bytes. */
const PATH_BYTES = 4096;
/** The longest argument that Linux takes, in bytes: 32 pages. */
const ARGUMENT_BYTES = 128 * 1024;
/** Of all arguments and of the environment together, in bytes; Linux takes 2 MiB with the usual stack. */
const MOST_BYTES = 1024 * 1024;

const plain = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => !text.includes('\0'), 'must not have a NUL byte')
    .refine((text) => Buffer.byteLength(text) <= most, `must have at most ${String(most)} bytes`);

/** An absolute path without a part that leads elsewhere. */
const path = plain(PATH_BYTES).refine(
  (text) => text.startsWith('/') && !text.split('/').some((part) => part === '.' || part === '..'),
  'must be an absolute path without "." and ".."',
);

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be a name of an execution');
const count = z.int().min(1).max(1_000_000_000);
/** Root of a container is root of the engine's host, where the engine maps no users. */
const id = z.int().min(1).max(2_147_483_646);

const bytesOf = (texts: readonly string[]) =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);

const run = z.strictObject({
  do: z.literal('run'),
  execution_id: name,
  task: count,
  attempt: count,
  /** The fencing number of the lease under which it runs. */
  generation: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** The name of an allowed image; null: the launcher's default. */
  image: z.string().min(1).max(512).nullable(),
  /** The program and its arguments; no shell is between this and the process. */
  argv: z.array(plain(ARGUMENT_BYTES)).min(1).max(4096),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/), plain(ARGUMENT_BYTES)),
  /** The folder that it works in, by its real path; it is also seen at /workspace. */
  workspace: path,
  /** Whether it may only read that folder. */
  read_only: z.boolean(),
  /** Further folders that it sees at their own path. Only what the launcher allows. */
  folders: z.array(z.strictObject({ path, write: z.boolean() })).max(64),
  /** Whether it is Claude Code, which gets its program, its files of the execution and the way to the model. */
  agent: z.boolean(),
  /** Whether it sees the folder with the results of earlier tasks, which the worker has made for its attempt. */
  results: z.boolean(),
  /** Its way to other hosts, which egress has opened; null: it reaches none. */
  network: WayId.nullable(),
  /** Its numbers; those of the workspace's owner. */
  user: z.strictObject({ uid: id, gid: id }),
  /** Whether it gets an input; otherwise it reads end-of-file at once. */
  stdin: z.boolean(),
});

/**
 * Requests one process in its own container. Everything that a caller can choose is named here; the launcher
 * builds the container from it and passes nothing through.
 */
export const RunRequest = run.superRefine(({ argv, env }, context) => {
  if (bytesOf([...argv, ...Object.keys(env), ...Object.values(env)]) > MOST_BYTES)
    context.addIssue({
      code: 'custom',
      path: ['argv'],
      message: 'has more bytes than Linux takes, with env',
    });
  if (argv[0] === '') context.addIssue({ code: 'custom', path: ['argv', 0], message: 'must not be empty' });
});
export type RunRequest = z.output<typeof RunRequest>;

/**
 * Requests a container that is started ahead, for a run request with these fields that is likely to come. It waits as long as
 * the connection, or until that request has it.
 */
export const WaitRequest = run
  .omit({ argv: true, env: true, stdin: true, network: true })
  .extend({ do: z.literal('wait') });
export type WaitRequest = z.output<typeof WaitRequest>;

/**
 * Ends every container of an execution and answers when none is left. After that, nothing is started for it under a
 * generation below this one.
 */
const EndRequest = z.strictObject({
  do: z.literal('end'),
  execution_id: name,
  generation: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** Only what runs for this attempt under this very generation; then nothing is refused later. */
  attempt: z.strictObject({ task: count, attempt: count }).optional(),
});
export type EndRequest = z.output<typeof EndRequest>;

/** Asks what the engine is, and whether it answers. */
const AboutRequest = z.strictObject({ do: z.literal('about') });

/** The first frame of a connection. One connection has one request. */
export const Request = z.union([RunRequest, WaitRequest, EndRequest, AboutRequest]);
export type Request = z.output<typeof Request>;

/** The messages after a run request. */
export const Order = z.union([
  z.strictObject({ signal: z.string().regex(/^SIG[A-Z0-9]{2,8}$/) }),
  z.strictObject({ pause: z.boolean() }),
  /** Ends it: SIGTERM, a grace period in milliseconds, SIGKILL. */
  z.strictObject({ end: z.int().min(0).max(600_000) }),
]);
export type Order = z.output<typeof Order>;

/** How the process of a container ended. */
const ExitAnswer = z.strictObject({
  answer: z.literal('exit'),
  code: z.int().nullable(),
  /** True if the kernel ended one of its processes for the limit of memory. */
  out_of_memory: z.boolean(),
  /** The limit of memory of the container, in bytes. */
  memory: z.int(),
  /** Why its end is not known, such as an engine that died; null: it is. */
  lost: z.string().nullable(),
  /** Why its program could not be run; null: it was. */
  not_run: z.string().nullable(),
});

export const Answer = z.union([
  /** Its process may run from now on: what is lost after this may have done something. */
  z.strictObject({ answer: z.literal('created'), container: z.string() }),
  z.strictObject({ answer: z.literal('started'), container: z.string() }),
  /** A container waits. */
  z.strictObject({ answer: z.literal('waiting') }),
  z.strictObject({
    answer: z.literal('refused'),
    /** `unavailable`: the same request may succeed later. */
    reason: z.enum(['invalid', 'not_allowed', 'fenced', 'unavailable', 'failed']),
    message: z.string(),
  }),
  /** The answer to a pause, a resume or a signal, in their order. */
  z.strictObject({ answer: z.literal('done'), ok: z.boolean() }),
  ExitAnswer,
  z.strictObject({ answer: z.literal('ended'), containers: z.array(z.string()) }),
  z.strictObject({
    answer: z.literal('about'),
    engine: z.string(),
    rootless: z.boolean(),
    cgroup: z.string(),
    images: z.array(
      z.strictObject({
        name: z.string(),
        there: z.boolean(),
        /** Its PATH. */
        path: z.string(),
      }),
    ),
  }),
]);
export type Answer = z.output<typeof Answer>;
export type Exited = z.output<typeof ExitAnswer>;

/** The interval of a caller's heartbeats over the connection of a container. Milliseconds. */
export const ALIVE_MS = 1000;
/** A caller that is silent for this long is frozen or dead: its container is ended. Milliseconds. */
export const SILENT_MS = 5000;
/** How much input a caller may send before the launcher grants credit for more. Bytes. */
export const FIRST_CREDIT = 256 * 1024;
