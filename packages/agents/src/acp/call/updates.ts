import type { AgentEvent } from '../../agent.ts';
import { capText } from '../../cap.ts';
import { fieldsOf, wordsOf } from '../../lines/foreign.ts';
import type { TurnOptions } from '../../turns/spec.ts';
import type { TurnRecord } from '../../turns/turn-record.ts';
import { Texts, TooLargeMessage, type AgentMessage } from './texts.ts';
import { ToolCall } from './tool-calls.ts';
import { costOf } from './usage.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Calls of tools that are followed; an agent that has more does not end them. */
const MOST_CALLS = 10_000;

/** The session of a turn. */
interface Session {
  id: string;
  /** Whether another attempt can resume it. */
  canResume: boolean;
}

/** The updates that an agent sends during its turn: its texts, its thinking, its calls of tools and its plan. */
export class Updates {
  readonly #options: TurnOptions;
  readonly #record: TurnRecord;
  readonly #isResumed: boolean;
  readonly #texts = new Texts();
  readonly #calls = new Map<string, ToolCall>();
  readonly #tooLarge = Promise.withResolvers<void>();
  #session: Session | null = null;
  #hasText = false;
  #answer = '';
  #isTooLarge = false;

  constructor(options: TurnOptions, record: TurnRecord, { isResumed }: { isResumed: boolean }) {
    this.#options = options;
    this.#record = record;
    this.#isResumed = isResumed;
  }

  /** The last whole text of the agent. */
  get answer(): string {
    return this.#answer;
  }

  /** Resolves when a message is longer than an answer may be; what follows is not taken. */
  get tooLarge(): Promise<void> {
    return this.#tooLarge.promise;
  }

  /** Begins the turn in its session. Messages that the agent replays from a loaded session come before that. */
  begin(session: Session): void {
    this.#session = session;
  }

  /** Takes the params of one `session/update`. */
  take(params: Fields): void {
    if (this.#session === null || params['sessionId'] !== this.#session.id || this.#isTooLarge) return;
    try {
      this.#takeUpdate(params);
    } catch (error) {
      if (!(error instanceof TooLargeMessage)) throw error;
      this.#isTooLarge = true;
      this.#tooLarge.resolve();
    }
  }

  #takeUpdate(params: Fields): void {
    const update = fieldsOf(params['update']);
    const kind = update['sessionUpdate'];
    switch (kind) {
      case 'agent_message_chunk':
      case 'agent_thought_chunk':
        return this.#takeText(kind, update);
      case 'tool_call':
      case 'tool_call_update':
        this.finishText();
        return this.#takeCall(update);
      case 'usage_update': {
        const cost = costOf(update, this.#isResumed);
        if (cost !== null) this.#options.onNews({ known: { cost } });
        return;
      }
      case 'plan':
        this.#record.noteContent();
        this.#options.onMessage({ method: 'session/update', params });
        return this.#record.note('plan', update['entries']);
      case 'current_mode_update':
        return this.#record.note('current_mode_update', update);
      case 'user_message_chunk':
      case 'available_commands_update':
      case 'config_option_update':
      case 'session_info_update':
        return;
      default:
        this.#options.onMessage({ method: 'session/update', params });
    }
  }

  /** Returns the call for which the agent requests permission. */
  callToPermit(params: Fields): ToolCall {
    this.finishText();
    const asked = fieldsOf(params['toolCall']);
    const id = wordsOf(asked['toolCallId']);
    const known = this.#calls.get(id);
    const call = known ?? new ToolCall();
    if (known === undefined && this.#calls.size >= MOST_CALLS) {
      call.take(asked);
      return call;
    }
    this.#calls.set(id, call);
    // A question is no progress of the call.
    const { status: _, ...about } = asked;
    this.#report([...call.take({ toolCallId: id, ...about }), ...call.begin()]);
    this.#record.noteContent();
    return call;
  }

  /** Ends the text that the agent is sending, if there is one. */
  finishText(): void {
    const ended = this.#texts.end();
    if (ended !== null) this.#finish(ended);
  }

  #takeText(kind: 'agent_message_chunk' | 'agent_thought_chunk', update: Fields): void {
    const { ended, text, isNew } = this.#texts.take(kind, update);
    if (ended !== null) this.#finish(ended);
    if (text === '') return;
    this.#record.noteContent();
    if (kind === 'agent_thought_chunk') return;
    if (isNew && this.#hasText) this.#options.onText('\n\n');
    this.#hasText = true;
    this.#options.onText(text);
  }

  #finish({ kind, text }: AgentMessage): void {
    if (text === '') return;
    this.#say({ sessionUpdate: kind, content: { type: 'text', text } });
    if (kind === 'agent_thought_chunk') return;
    this.#answer = text;
    this.#options.onNews({ event: { type: 'agent.text', data: { text: capText(text), raw: null } } });
    this.#keep();
  }

  #takeCall(update: Fields): void {
    const id = wordsOf(update['toolCallId']);
    const known = this.#calls.get(id);
    if (known === undefined && this.#calls.size >= MOST_CALLS) return;
    const call = known ?? new ToolCall();
    this.#calls.set(id, call);
    const wasOver = call.isOver;
    this.#report(call.take(update));
    this.#record.noteContent();
    if (!call.isOver || wasOver) return;
    this.#say(call.whole);
    this.#keep();
  }

  #report(events: readonly AgentEvent[]): void {
    for (const event of events) this.#options.onNews({ event });
  }

  /** A whole message for the transcript, in place of the updates of which it is made up. */
  #say(update: Fields): void {
    const sessionId = this.#session?.id ?? '';
    this.#options.onMessage({ method: 'session/update', params: { sessionId, update } });
  }

  #keep(): void {
    if (this.#session?.canResume) this.#record.keep(this.#session.id);
  }
}
