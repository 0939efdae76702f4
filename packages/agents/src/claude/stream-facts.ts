import { subjectOf, type Denial, type PlanUse } from '@cc-executor/contracts';
import { Background } from './background.ts';
import type { Limit, Message, Result, WholeMessage, Streamed, SystemMessage } from './message.ts';
import { planUse } from './plan-use.ts';
import { listOf, numberOr, textOr } from './read.ts';

/** Collects from an attempt's messages the facts by which its end is judged. */
export class StreamFacts {
  /** From the first message that has one. */
  sessionId: string | null = null;
  model: string | null = null;
  /** The version of Claude Code. */
  version: string | null = null;
  /** The last result: its cost and its usage by model are cumulative. */
  result: Result | undefined;
  /** True if the last result is the answer, as far as is known: nothing that belongs to it runs, and no turn followed. */
  isFinal = false;
  /** The sum over all results: each counts its own. */
  turns = 0;
  /** How many results the process numbered that never arrived. */
  lostResults = 0;
  /** Claude Code's name for why the last request to the model failed. */
  error: string | undefined;
  /** True if the model has produced anything. */
  hasContent = false;
  /** The text of the model's last message. */
  lastText = '';
  /** True while a streamed message of the main thread has no stop reason. */
  isMidMessage = false;
  limitReached = false;
  /** True when paid extra usage served a request after the plan's own limit was reached. */
  usesOverage = false;
  /** How long Claude Code waited before it last retried the current request, in milliseconds; 0: no retry. */
  retryDelayMs = 0;
  /** When the last reported limit resets, in seconds since 1970. */
  limitResetsAt: number | undefined;
  limitType: string | undefined;
  /** How much of the plan's limits is used, as last reported. */
  plan: PlanUse[] = [];
  /** The model's last structured output, accepted or not. */
  structuredInput: unknown;
  /** The denied tool calls, by id. */
  readonly denied = new Map<string, Denial>();
  /** Why the conversation could not be saved; undefined: it was, as far as is known. */
  notKept: string | undefined;
  readonly background = new Background();
  #lastId = '';
  #results = 0;
  /** Claude Code's working directory, as it reports it; '': not reported. */
  #folder = '';
  readonly #openHooks = new Set<string>();

  /** True if the answer came as structured output and not as text. */
  get hasStructuredOutput(): boolean {
    return this.result?.subtype === 'success' && this.result.structuredOutput !== undefined;
  }

  /** True while only the model can be what the attempt waits for. */
  get isAsking(): boolean {
    return this.sessionId !== null && !this.isFinal && this.#openHooks.size === 0;
  }

  take(message: Message): void {
    this.background.take(message);
    if (beginsTurn(message)) this.isFinal = false;
    if (message.type === 'assistant' && message.isMain) this.#takeSaid(message);
    if (message.type === 'stream_event' && message.isMain) this.#takeStreamed(message);
    if (message.type === 'rate_limit_event') this.#takeLimit(message);
    if (message.type === 'system') this.#takeSystem(message);
    if (message.type === 'result') this.#takeResult(message);
  }

  #takeSaid({ id, blocks, error }: WholeMessage): void {
    this.error = error;
    if (id !== this.#lastId || error !== undefined) this.lastText = '';
    this.#lastId = id;
    if (error === undefined) {
      this.hasContent ||= blocks.some(isContent);
      this.lastText += blocks.map(({ type, text }) => (type === 'text' ? text : '')).join('');
    }
    for (const { type, name, input } of blocks)
      if (type === 'tool_use' && name === 'StructuredOutput') this.structuredInput = input;
  }

  #takeStreamed({ kind, stopReason }: Streamed): void {
    if (kind === 'message_start') {
      this.isMidMessage = true;
      this.retryDelayMs = 0;
    }
    if (kind === 'message_delta') this.isMidMessage = stopReason === null;
  }

  #takeLimit({ status, resetsAt, limitType, isOverage, info }: Limit): void {
    const isReached = status === 'rejected';
    this.limitReached = isReached && !isOverage;
    this.usesOverage ||= isReached && isOverage;
    this.limitResetsAt = resetsAt;
    this.limitType = limitType;
    this.plan = planUse(info);
  }

  #takeSystem({ subtype, sessionId, fields }: SystemMessage): void {
    if (subtype === 'init') {
      this.sessionId ??= sessionId;
      this.model = textOr(fields['model'], this.model);
      this.version = textOr(fields['claude_code_version'], this.version);
      this.#folder = textOr(fields['cwd'], this.#folder);
    }
    if (subtype === 'session_writes_lost' && listOf(fields['lost']).includes('transcript'))
      this.notKept = textOr(fields['error_code'], 'for a reason that it did not name');
    if (subtype === 'hook_started') this.#openHooks.add(textOr(fields['hook_id'], ''));
    if (subtype === 'hook_response') this.#openHooks.delete(textOr(fields['hook_id'], ''));
    if (subtype === 'api_retry') this.retryDelayMs = numberOr(fields['retry_delay_ms'], 0);
  }

  #takeResult(result: Result): void {
    this.result = result;
    this.lostResults = Math.max(this.lostResults, (result.index ?? 0) - this.#results);
    this.#results += 1;
    this.sessionId ??= result.sessionId;
    this.turns += result.turns;
    for (const { id, tool, input } of result.denials)
      this.denied.set(id, { tool, what: this.#withoutFolder(input === undefined ? '' : subjectOf(input)) });
    this.isFinal = result.isError || !this.background.isAwaited;
  }

  /** A file of the workspace is named relative to it; Claude Code makes its path absolute. */
  #withoutFolder(subject: string): string {
    const folder = `${this.#folder}/`;
    return this.#folder !== '' && subject.startsWith(folder) ? subject.slice(folder.length) : subject;
  }
}

function isContent({ type, text }: WholeMessage['blocks'][number]): boolean {
  return type !== 'text' || text !== '';
}

function beginsTurn(message: Message): boolean {
  if (message.type === 'system') return message.subtype === 'init';
  return (message.type === 'assistant' || message.type === 'stream_event') && message.isMain;
}
