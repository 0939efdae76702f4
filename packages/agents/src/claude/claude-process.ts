import { EventEmitter } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import type { SpawnedProcess } from '@anthropic-ai/claude-agent-sdk';
import type { Pause } from '../agent.ts';
import { Drain } from '../launch/drain.ts';
import type { Exit, LaunchedProcess } from '../launch/launch.ts';

/** A launched process in the form in which the SDK wants one. */
export class ClaudeProcess extends EventEmitter implements SpawnedProcess {
  readonly stdin: Writable;
  readonly stdout = new PassThrough();
  killed = false;
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  readonly #launched: LaunchedProcess;
  readonly #drain: Drain;
  #finished: Promise<void> | undefined;

  /** `hold` is asked after each chunk: while its promise is pending, no more is read. */
  constructor(launched: LaunchedProcess, hold: () => Pause) {
    super();
    // An error that nobody listens to would be thrown; the attempt hears of it by `spawned`.
    this.on('error', () => undefined);
    this.#launched = launched;
    this.stdin = launched.stdin ?? new PassThrough();
    this.#drain = new Drain(launched.stdout, (chunk) => {
      this.stdout.write(chunk);
      return hold();
    });
    launched.spawned.catch((error: unknown) => this.emit('error', error));
    launched.exited.then((exit) => this.#onExit(exit)).catch((error: unknown) => this.emit('error', error));
  }

  kill(signal: NodeJS.Signals): boolean {
    this.killed = this.#launched.signal(signal);
    return this.killed;
  }

  /** Call it when no process is left: resolves when all that they wrote has been handed to the SDK. */
  finish(): Promise<void> {
    this.#finished ??= this.#drain.finish().then(() => {
      this.stdout.end();
    });
    return this.#finished;
  }

  #onExit({ code, signal }: Exit): void {
    this.exitCode = code;
    this.signalCode = signal;
    this.emit('exit', code, signal);
  }
}
