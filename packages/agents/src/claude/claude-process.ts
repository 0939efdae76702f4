import { EventEmitter } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import type { SpawnedProcess } from '@anthropic-ai/claude-agent-sdk';
import type { Pause } from '../agent.ts';
import { Drain } from '../launch/drain.ts';
import { LineMeter } from '../lines/lines.ts';
import type { Exit, LaunchedProcess } from '../launch/launch.ts';

/** A launched process with the interface that the SDK expects. */
export class ClaudeProcess extends EventEmitter implements SpawnedProcess {
  readonly stdin: Writable;
  readonly stdout = new PassThrough();
  killed = false;
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  /** Why it was ended, since its output cannot be read; null: it was not. */
  fault: string | null = null;
  readonly #launched: LaunchedProcess;
  readonly #drain: Drain;
  #finished: Promise<void> | undefined;

  /** `hold` is called after each chunk: while its promise is pending, nothing is read. */
  constructor(launched: LaunchedProcess, hold: () => Pause) {
    super();
    // An error without a listener would be thrown; the attempt receives it through `started`.
    this.on('error', () => undefined);
    this.#launched = launched;
    this.stdin = launched.stdin ?? new PassThrough();
    const meter = new LineMeter();
    this.#drain = new Drain(launched.stdout, (chunk) => {
      if (this.fault !== null) return undefined;
      try {
        // The SDK reads whole lines, however long they become.
        meter.add(chunk);
      } catch (error) {
        this.fault = (error as Error).message;
        launched.end(0).catch(() => undefined);
        return undefined;
      }
      this.stdout.write(chunk);
      return hold();
    });
    launched.started.catch((error: unknown) => this.emit('error', error));
    launched.exited.then((exit) => this.#onExit(exit)).catch((error: unknown) => this.emit('error', error));
  }

  kill(signal: NodeJS.Signals): boolean {
    if (this.exitCode !== null || this.signalCode !== null) return false;
    this.killed = true;
    this.#launched.signal(signal).catch(() => undefined);
    return true;
  }

  /** Call it when no process is left. Resolves when all their output is handed to the SDK. */
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
