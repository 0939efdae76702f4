import { runProgram, type Launch } from '@cc-executor/agents';
import { Poller } from '@cc-executor/service-kit/poller';
import type { Logger } from '@cc-executor/service-kit';

/** A sample costs a process, and with some drivers half a second. Milliseconds. */
const LOOK_MS = 10_000;
const MOST_MS = 5000;
/** The output limit; one line for each GPU is far less. */
const ANSWER_BYTES = 64 * 1024;
/** After this many empty samples in a row: the program exists, but no GPU. */
const MAX_FAILURES = 3;
const QUERY = [
  '--query-gpu=utilization.gpu,memory.used,memory.total',
  '--format=csv,noheader,nounits',
] as const;
const MIB = 1024 ** 2;

export interface Gpu {
  /** Its utilization, from 0 to 1; null if not reported. */
  busy: number | null;
  /** In bytes; null if not reported. */
  memory_used: number | null;
  memory_total: number | null;
}

export interface GpuOptions {
  launch: Launch;
  /** The absolute path of nvidia-smi; null: none, and nothing is sampled. */
  program: string | null;
  /** Its environment. */
  env: Readonly<Record<string, string>>;
  logger: Logger;
}

/** Samples the GPUs of this machine at intervals. */
export class Gpus {
  readonly #options: GpuOptions;
  readonly #poller: Poller | null;
  #latest: readonly Gpu[] = [];
  #failures = 0;

  constructor(options: GpuOptions) {
    this.#options = options;
    if (options.program === null) {
      this.#poller = null;
      return;
    }
    const { program, logger } = options;
    this.#poller = new Poller({
      everyMs: LOOK_MS,
      work: async (closed) => await this.#look(program, closed),
      onError: (error) => logger.debug({ err: error }, 'the GPUs could not be read'),
    });
    this.#poller.soon();
  }

  /** Returns the last sample; empty without a GPU. */
  get latest(): readonly Gpu[] {
    return this.#latest;
  }

  async close(): Promise<void> {
    await this.#poller?.close();
  }

  async #look(program: string, closed: AbortSignal): Promise<void> {
    if (closed.aborted || this.#failures >= MAX_FAILURES) return;
    const text = await this.#outputOf(program, closed);
    this.#latest = readGpus(text);
    this.#failures = this.#latest.length > 0 ? 0 : this.#failures + 1;
    if (this.#failures === MAX_FAILURES)
      this.#options.logger.warn({ program }, 'nvidia-smi reports no GPU and will not be called again');
  }

  async #outputOf(program: string, closed: AbortSignal): Promise<string> {
    const { launch, env } = this.#options;
    const { stdout } = await runProgram(launch, {
      command: program,
      args: QUERY,
      cwd: '/',
      env,
      timeoutMs: MOST_MS,
      graceMs: 0,
      stdoutBytes: ANSWER_BYTES,
      signal: closed,
    });
    return stdout;
  }
}

/** Parses one GPU for each line of `nvidia-smi --query-gpu`; other lines are skipped. */
function readGpus(text: string): Gpu[] {
  return text.split('\n').flatMap((line) => {
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length !== 3) return [];
    const [busy = null, used = null, total = null] = cells.map((cell) =>
      /^\d+(\.\d+)?$/.test(cell) ? Number(cell) : null,
    );
    const bytes = (mib: number | null) => (mib === null ? null : mib * MIB);
    return [
      { busy: busy === null ? null : busy / 100, memory_used: bytes(used), memory_total: bytes(total) },
    ];
  });
}
