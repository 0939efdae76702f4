import {
  bareEnd,
  type AgentEnd,
  type AgentRun,
  type AgentSink,
  type AgentTask,
  type StopCause,
} from '../agent.ts';
import { Drain } from '../launch/drain.ts';
import type { Exit } from '../launch/launch.ts';
import { leftWarning, type LeftProcess } from '../launch/left-process.ts';
import { judgeResumed } from '../lost-conversation.ts';
import { Answer } from './answer.ts';
import { endOf } from './end-of.ts';
import { Ending } from './ending.ts';
import { finalAnswer, withoutAnswer, type AnswerForm, type FinalAnswer } from './final-answer.ts';
import { StreamFacts } from './stream-facts.ts';
import { readMessage, type Message } from './message.ts';
import { toEvents } from './messages.ts';
import type { ClaudeOptions } from './options.ts';
import { judge, type Judgement, type EndFacts } from './outcome.ts';
import { Session } from './session.ts';
import { Tail } from '../launch/tail.ts';
import { whyEndedEarly } from './why-ended-early.ts';
import { leftText, misfitWarning, warningsOf } from './warnings.ts';

/** An interrupt ends a turn within 0.1 s; a process that has not reacted in this time will not react. */
const INTERRUPT_MS = 3000;

/** Starts an attempt. Throws when there is no Claude Code to start. */
export function startAttempt(
  options: ClaudeOptions,
  task: AgentTask,
  asked: AnswerForm,
  sink: AgentSink,
): AgentRun {
  const session = new Session(options, task, asked);
  const isResumed = task.session?.resumed === true;
  const attempt = new Attempt(session, { ...options, isResumed }, asked, sink);
  return {
    ended: attempt.run(),
    stop: (cause) => attempt.stop(cause),
    pause: () => {
      session.child.pause().catch(() => undefined);
    },
    resume: () => {
      session.child.resume().catch(() => undefined);
    },
  };
}

/** One attempt. The first of result, exit and stop decides how it ended; nothing later changes that. */
class Attempt {
  readonly #session: Session;
  readonly #asked: AnswerForm;
  readonly #sink: AgentSink;
  readonly #graceMs: number;
  readonly #isResumed: boolean;
  readonly #facts = new StreamFacts();
  readonly #answer = new Answer();
  readonly #stderr = new Tail();
  readonly #ending: Ending;
  #decidedBy: 'result' | 'exit' | 'stop' | undefined;
  #stopped: EndFacts['stopped'];
  #exit: Exit | undefined;
  #leftBehind: string[] = [];
  /** Why it was ended from here. */
  #endedEarly: Judgement | null = null;
  #timer: NodeJS.Timeout | undefined;
  #toldMisfit = false;

  constructor(
    session: Session,
    {
      graceMs,
      isResumed,
      backgroundWaitMs,
    }: Pick<ClaudeOptions, 'graceMs' | 'backgroundWaitMs'> & { isResumed: boolean },
    asked: AnswerForm,
    sink: AgentSink,
  ) {
    this.#session = session;
    this.#graceMs = graceMs;
    this.#isResumed = isResumed;
    this.#asked = asked;
    this.#sink = sink;
    this.#ending = new Ending(this.#facts, {
      options: asked.options,
      backgroundWaitMs,
      onOver: () => this.#finish(),
      onAlive: () => sink.alive(),
    });
    session.child.exited.then((exit) => this.#onExit(exit)).catch(() => this.#endSoon());
  }

  /** Resolves when no process is left and all messages are handed over. Never rejects. */
  async run(): Promise<AgentEnd> {
    try {
      // Output can arrive together with the report of the start.
      const announced = Promise.withResolvers<void>();
      const onStderr = (chunk: Buffer) => this.#onStderr(chunk);
      const stderr = new Drain(this.#session.child.stderr, onStderr, announced.promise);
      const started = await this.#session.started();
      if (typeof started === 'string') return bareEnd('spawn_failed', started);
      this.#sink.given(this.#session.given);
      await this.#sink.event(started);
      announced.resolve();
      for await (const message of this.#session.messages()) await this.#take(message);
      const left = await this.#end();
      await stderr.finish();
      if (left.length > 0) await this.#sink.event({ type: 'task.warning', data: leftWarning(left) });
      const answer = await this.#judge();
      await this.#tell(answer);
      return endOf(this.#known(), answer);
    } catch (error) {
      // The sink threw, or there is a bug here: nothing may keep running unobserved.
      await this.#end();
      return { ...endOf(this.#known(), await this.#judge()), outcome: 'agent_error', message: String(error) };
    } finally {
      clearTimeout(this.#timer);
      this.#ending.stop();
      this.#session.close();
    }
  }

  stop(cause: StopCause): void {
    if (this.#decidedBy !== undefined) return this.#endSoon();
    // A drained, paused or cancelled attempt did not finish; a timeout ends the wait and keeps the answer.
    const isCut = this.#ending.waitsForOwn && cause !== 'timed_out' && cause !== 'silent';
    if (this.#facts.isFinal && !isCut) return this.#finish();
    this.#decidedBy = 'stop';
    this.#stopped = cause === 'silent' && this.#facts.isAsking ? 'unanswered' : cause;
    // Between two turns, nothing can be interrupted.
    if (this.#facts.result !== undefined) return this.#endSoon();
    this.#session.child.resume().catch(() => undefined); // a stopped process hears no interrupt
    this.#session.interrupt();
    this.#timer = setTimeout(() => this.#endSoon(), INTERRUPT_MS);
  }

  async #take(raw: unknown): Promise<void> {
    const message = readMessage(raw);
    if (this.#decidedBy !== 'result') this.#facts.take(message);
    await this.#pass(raw, message);
    if (this.#stopped !== undefined && message.type === 'result') this.#endSoon();
    if (this.#decidedBy !== undefined) return;
    this.#endedEarly = whyEndedEarly(message, this.#facts, this.#asked.options);
    if (this.#endedEarly !== null) return this.#finish();
    this.#ending.look();
  }

  async #pass(raw: unknown, message: Message): Promise<void> {
    if (message.type === 'stream_event') this.#sink.alive();
    else await this.#sink.message(JSON.stringify(raw));
    const { events, misfit } = toEvents(raw);
    for (const event of events) await this.#sink.event(event);
    if (misfit !== null && !this.#toldMisfit) {
      this.#toldMisfit = true;
      await this.#sink.event({ type: 'task.warning', data: misfitWarning(misfit) });
    }
    const text = this.#answer.take(message);
    if (text !== '') await this.#sink.output('stdout', Buffer.from(text));
  }

  /** The answer is complete: what still runs is not part of it. */
  #finish(): void {
    if (this.#decidedBy !== undefined) return;
    this.#decidedBy = 'result';
    this.#leftBehind = this.#facts.background.descriptions;
    if (this.#leftBehind.length > 0 && this.#asked.options.on_background === 'fail')
      this.#endedEarly ??= { outcome: 'background_left', message: leftText(this.#leftBehind) };
    this.#endSoon();
  }

  #onExit(exit: Exit): void {
    const { fault } = this.#session;
    if (this.#decidedBy === undefined && fault !== null)
      this.#endedEarly = {
        outcome: 'agent_error',
        message: `Claude Code was ended, since its output cannot be read: ${fault}.`,
      };
    this.#decidedBy ??= 'exit';
    this.#exit = exit;
    this.#endSoon();
  }

  #end(): Promise<readonly LeftProcess[]> {
    return this.#session.end(this.#graceMs);
  }

  /** The same, without waiting: `run` waits. */
  #endSoon(): void {
    this.#end().catch(() => undefined);
  }

  /** Reports the warnings of the end, and the answer if it did not come as text. */
  async #tell(answer: FinalAnswer): Promise<void> {
    if (answer.json !== null && this.#facts.hasStructuredOutput)
      await this.#sink.output('stdout', Buffer.from(this.#answer.add(answer.result ?? '')));
    for (const data of warningsOf(answer, this.#facts, this.#leftBehind))
      await this.#sink.event({ type: 'task.warning', data });
  }

  #onStderr(chunk: Buffer) {
    this.#stderr.add(chunk);
    return this.#sink.output('stderr', chunk);
  }

  async #judge(): Promise<FinalAnswer> {
    if (this.#endedEarly !== null) return withoutAnswer(this.#endedEarly.outcome, this.#endedEarly.message);
    const judged = judge(this.#known());
    const outcome = this.#isResumed ? judgeResumed(judged.outcome, this.#facts.hasContent) : judged.outcome;
    return await finalAnswer({ ...judged, outcome }, this.#facts, this.#asked);
  }

  #known(): EndFacts {
    return {
      stopped: this.#stopped,
      facts: this.#facts,
      exit: this.#exit,
      failure: this.#session.failure,
      stderr: this.#stderr.toString(),
    };
  }
}
