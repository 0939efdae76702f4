import { Readable } from 'node:stream';
import { attemptReasonText } from '@cc-executor/contracts/progress';
import type { Execution, Followed } from '@cc-executor/sdk';
import { note, print } from '../print/print.ts';
import { toolCallText } from '../print/tool-call.ts';
import { contentWriter, terminal } from '../print/terminal.ts';
import { noteOf } from '../view/note-of.ts';
import { standStillLines } from './stand-still.ts';

type Stream = 'stdout' | 'stderr';

/** Copies the output of one task to our own output, byte for byte; output that the log has trimmed comes from the file. */
export class OutputCopy {
  /** True if an agent's text is printed as it arrives; for a program, only its answer is printed. */
  readonly streamsText = terminal.isTerminal;
  readonly #execution: Execution;
  #written: Record<Stream, number> = { stdout: 0, stderr: 0 };
  #hasGap = false;
  #midLine = false;
  readonly #put = { stdout: contentWriter('stdout'), stderr: contentWriter('stderr') };

  constructor(execution: Execution) {
    this.#execution = execution;
  }

  async take(event: Followed): Promise<void> {
    if (event.type === 'gap') this.#hasGap = true;
    else if (event.type === 'task.started') this.#begin(event.attempt ?? 1, event.data.reason);
    else if (event.type === 'task.checked' && event.data.outcome !== 'completed') {
      this.#endLine();
      note(event.data.output_tail.trimEnd());
    } else if (event.type === 'task.output') {
      const { stream, data, encoding } = event.data;
      if (!this.#hasGap) await this.#write(stream, Buffer.from(data, encoding ?? 'utf8'));
    } else if (event.type === 'agent.delta' && this.streamsText) {
      await this.#put.stdout(event.data.text);
      this.#midLine = !event.data.text.endsWith('\n');
    } else if (event.type === 'agent.tool_use' && this.streamsText) {
      this.#endLine();
      note(`  ${toolCallText(event.data.name, event.data.input).slice(0, 120)}`);
    } else if (event.type === 'execution.paused' || event.type === 'execution.waiting') {
      this.#endLine();
      for (const line of standStillLines(event, this.#execution.id)) note(`cc-executor: ${line}`);
    } else {
      const noted = noteOf(event);
      if (noted === null) return;
      this.#endLine();
      note(`cc-executor: ${noted}`);
    }
  }

  /** Copies trimmed output, after what was already written. */
  async finish(): Promise<void> {
    this.#endLine();
    if (!this.#hasGap) return;
    for (const stream of ['stdout', 'stderr'] as const) {
      const { body } = await this.#execution.output(1, { stream });
      if (body === null) continue;
      let skip = this.#written[stream];
      for await (const chunk of Readable.fromWeb(body)) {
        const bytes = chunk as Uint8Array;
        if (skip < bytes.length) await this.#put[stream](bytes.subarray(skip));
        skip = Math.max(0, skip - bytes.length);
      }
    }
  }

  #begin(attempt: number, reason: string): void {
    if (attempt > 1)
      note(`cc-executor: it begins again (attempt ${String(attempt)}: ${attemptReasonText(reason)}).`);
    this.#written = { stdout: 0, stderr: 0 };
    this.#hasGap = false;
  }

  async #write(stream: Stream, bytes: Uint8Array): Promise<void> {
    this.#written[stream] += bytes.length;
    await this.#put[stream](bytes);
  }

  #endLine(): void {
    if (this.#midLine) print('');
    this.#midLine = false;
  }
}
