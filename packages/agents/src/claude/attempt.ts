import { setTimeout as delay } from 'node:timers/promises';
import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { bareEnd, type AgentEnd, type AgentSink, type StopCause } from '../agent.ts';
import { Drain } from '../launch/drain.ts';
import type { Exit } from '../launch/launch.ts';
import { Answer } from './answer.ts';
import { endOf } from './end-of.ts';
import { Heard } from './heard.ts';
import { toEvents } from './messages.ts';
import type { Session } from './session.ts';
import { Tail } from './tail.ts';

/** An interrupt ends a turn within 0.1 s; what has not reacted in this time does not react at all. */
const INTERRUPT_MS = 3000;
/** Claude Code exits 0.05 s after its result, unless what it left in the background keeps it. */
const EXIT_MS = 2000;

/** One attempt. The first of result, exit and stop decides how it ended; nothing later changes that. */
export class Attempt {
  readonly #session: Session;
  readonly #sink: AgentSink;
  readonly #graceMs: number;
  readonly #heard = new Heard();
  readonly #answer = new Answer();
  readonly #stderr = new Tail();
  #decided = false;
  #stopped: StopCause | undefined;
  #exit: Exit | undefined;
  #force: NodeJS.Timeout | undefined;

  constructor(session: Session, sink: AgentSink, graceMs: number) {
    this.#session = session;
    this.#sink = sink;
    this.#graceMs = graceMs;
    void session.child.exited.then((exit) => this.#onExit(exit));
  }

  /** Resolves when no process is left and all that came has been handed over. Never rejects. */
  async run(): Promise<AgentEnd> {
    try {
      const stderr = new Drain(this.#session.child.stderr, (chunk) => this.#onStderr(chunk));
      const started = await this.#session.started();
      if (typeof started === 'string') return bareEnd('spawn_failed', started);
      await this.#sink.event({ type: 'task.process', data: started });
      await this.#listen();
      await this.#leave();
      await stderr.finish();
      return this.#end();
    } catch (error) {
      // A sink that throws, or a fault of ours: nothing may run on unheard.
      await this.#session.end(this.#graceMs);
      return { ...this.#end(), outcome: 'agent_error', message: String(error) };
    } finally {
      clearTimeout(this.#force);
      this.#session.close();
    }
  }

  stop(cause: StopCause): void {
    if (this.#decided) return void this.#session.end(this.#graceMs);
    this.#decided = true;
    this.#stopped = cause;
    if (this.#heard.result !== undefined) return void this.#session.end(this.#graceMs);
    this.#session.interrupt();
    this.#force = setTimeout(() => void this.#session.end(this.#graceMs), INTERRUPT_MS);
  }

  async #listen(): Promise<void> {
    for await (const message of this.#session.messages()) {
      this.#heard.hear(message);
      const isLast = message.type === 'result' && (this.#decided || this.#heard.isFinal);
      this.#decided ||= isLast;
      await this.#pass(message);
      if (isLast) return;
    }
  }

  async #pass(message: SDKMessage): Promise<void> {
    if (message.type === 'stream_event') this.#sink.alive();
    else await this.#sink.message(JSON.stringify(message));
    for (const event of toEvents(message)) await this.#sink.event(event);
    const text = this.#answer.take(message);
    if (text !== '') await this.#sink.output('stdout', Buffer.from(text));
  }

  /** Gives the process time to exit by itself where it can, then ends whatever is left. */
  async #leave(): Promise<void> {
    const background = this.#heard.background.descriptions;
    if (this.#stopped === undefined && this.#exit === undefined) {
      if (background.length === 0) await this.#exitWithin(EXIT_MS);
      else await this.#warnOf(background);
    }
    await this.#session.end(this.#graceMs);
  }

  async #exitWithin(ms: number): Promise<void> {
    const waiting = new AbortController();
    const waited = delay(ms, undefined, { signal: waiting.signal }).catch(() => undefined);
    await Promise.race([this.#session.child.exited, waited]);
    waiting.abort();
  }

  async #warnOf(background: readonly string[]): Promise<void> {
    const message = `Still running when the agent was done, and ended with it: ${background.join('; ')}`;
    await this.#sink.event({ type: 'task.warning', data: { code: 'background_ended', message } });
  }

  #onExit(exit: Exit): void {
    this.#decided = true;
    this.#exit = exit;
    void this.#session.end(this.#graceMs);
  }

  #onStderr(chunk: Buffer) {
    this.#stderr.add(chunk);
    return this.#sink.output('stderr', chunk);
  }

  #end(): AgentEnd {
    return endOf({
      stopped: this.#stopped,
      heard: this.#heard,
      exit: this.#exit,
      failure: this.#session.failure,
      stderr: this.#stderr.toString(),
    });
  }
}
