import { FORWARDER, INSIDE, type RunRequest, type WaitRequest } from '@cc-executor/sandbox/protocol';
import type { Duplex } from 'node:stream';
import type { Engine } from '../engine/engine.ts';
import { containerOptions, type Resolved } from './container-options.ts';

/** The shell that waits; it becomes the process, with the same number, signals, streams and exit code. */
const SHELL = '/bin/sh';
/** Reads one line, byte by byte, so that what follows is the input of the process. */
const GATE = 'IFS= read -r line && eval "$(printf %b "$line")"';
/** A longer line costs more than a new container. Bytes. */
const MOST_LINE_BYTES = 64 * 1024;
/** Variables that a shell does not let be set, or changes, or that change the shell. */
const OF_SHELLS =
  /^(_|line|IFS|ENV|PPID|PS[0-9]|OPT(IND|ARG|ERR)|E?UID|LINENO|SHLVL|SHELLOPTS|BASH.*|POSIXLY_CORRECT)$/;
/** Without these there is nothing to be run but what the shell itself or the launcher has brought. */
const PROGRAMS: ReadonlySet<string> = new Set([
  SHELL,
  `${INSIDE.program}/claude`,
  `${INSIDE.program}/${FORWARDER.node}`,
]);

/** The request for which a container was started; it is used only for an identical one. */
type Fit = Pick<Resolved, 'image' | 'mounts'> & { request: RunRequest | WaitRequest };

/** A container that was started ahead, in which nothing runs yet. It has no credential and no variable of an attempt. */
export class WaitingBox {
  readonly id: string;
  /** The name of it in the labels. */
  readonly box: string;
  readonly stream: Duplex;
  readonly exit: Promise<number>;
  /** Resolves when its shell has ended without having become anything. */
  readonly failed: Promise<void>;
  readonly #fit: string;
  readonly #engine: Engine;
  #isOver = false;

  private constructor(
    { id, stream, exit }: { id: string; stream: Duplex; exit: Promise<number> },
    fit: Fit,
    { box, engine }: { box: string; engine: Engine },
  ) {
    this.id = id;
    this.stream = stream;
    this.exit = exit;
    this.box = box;
    this.#fit = textOf(fit);
    this.#engine = engine;
    const end = () => {
      this.#isOver = true;
    };
    this.failed = exit.then(end, end);
  }

  /** Creates and starts one. Rejects, with nothing left, if that fails. */
  static async start(request: WaitRequest, resolved: Resolved, engine: Engine): Promise<WaitingBox> {
    const run: RunRequest = {
      ...request,
      do: 'run',
      argv: [SHELL, '-c', GATE],
      env: {},
      network: null,
      stdin: true,
    };
    const id = await engine.create(containerOptions(run, resolved));
    try {
      const attached = await engine.attach(id, { stdin: true });
      await engine.start(id);
      return new WaitingBox({ id, ...attached }, { ...resolved, request }, { box: resolved.box, engine });
    } catch (error) {
      await engine.remove(id).catch(() => undefined);
      throw error;
    }
  }

  /** Returns whether it can become the process of a request. */
  fits(request: RunRequest, resolved: Pick<Resolved, 'image' | 'mounts'>): boolean {
    return (
      !this.#isOver &&
      request.network === null &&
      PROGRAMS.has(request.argv[0] ?? '') &&
      Object.keys(request.env).every((name) => !OF_SHELLS.test(name)) &&
      textOf({ ...resolved, request }) === this.#fit &&
      Buffer.byteLength(lineOf(request)) <= MOST_LINE_BYTES
    );
  }

  /** Lets its shell become the process of a request, which it fits. */
  become(request: RunRequest): void {
    this.stream.write(lineOf(request));
  }

  /** Removes it. Rejects if the engine does not answer; the launcher then finds it later. */
  async remove(): Promise<void> {
    this.#isOver = true;
    this.stream.destroy();
    await this.#engine.remove(this.id);
  }
}

function textOf({ image, mounts, request }: Fit): string {
  const { execution_id, generation, task, attempt, workspace, folders, agent, results, user } = request;
  return JSON.stringify([
    [image, mounts],
    [execution_id, generation, task, attempt],
    [workspace, folders, agent, results, user.uid, user.gid],
  ]);
}

/** Returns the line that the shell reads: a program of it without line breaks. */
function lineOf({ argv, env, stdin }: RunRequest): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
  const program = [
    ...(variables.length > 0 ? [`export ${variables.join(' ')}`] : []),
    `exec ${argv.map(quoted).join(' ')}${stdin ? '' : ' </dev/null'}`,
  ].join('\n');
  return `${program.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
