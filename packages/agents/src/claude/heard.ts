import { subjectOf, type Denial, type PlanUse } from '@cc-executor/contracts';
import { Background } from './background.ts';
import type { Limit, Message, Result, Said, Streamed, SystemMessage } from './message.ts';
import { planUse } from './plan-use.ts';
import { listOf, numberOr, textOr } from './read.ts';

/** What an attempt's messages have told so far that its end is judged by. */
export class Heard {
  /** Of its first message that names one. */
  sessionId: string | null = null;
  model: string | null = null;
  /** Of Claude Code. */
  version: string | null = null;
  /** The last one: its cost and its usage by model are cumulative. */
  result: Result | undefined;
  /** True when the last result is the answer, as far as is known: nothing it waits for runs, no turn has followed. */
  isFinal = false;
  /** Of all results: each counts its own. */
  turns = 0;
  /** How many results were numbered by the process and never came. */
  lostResults = 0;
  /** Why the last request to the model failed, as Claude Code names it. */
  error: string | undefined;
  /** True when the model has said or done anything at all. */
  hasContent = false;
  /** The text of the model's last message. */
  lastText = '';
  /** True while a streamed message of the main thread has not told why it ends. */
  isMidMessage = false;
  limitReached = false;
  /** True when paid extra usage served a request after the plan's own limit was reached. */
  usesOverage = false;
  /** How long Claude Code waited before it last repeated the present request by itself, in milliseconds; 0: it did not. */
  retryDelayMs = 0;
  /** When the limit that was told last resets, in seconds since 1970. */
  limitResetsAt: number | undefined;
  limitType: string | undefined;
  /** How much of the plan's limits is used, as it was told last. */
  plan: PlanUse[] = [];
  /** What the model gave last as its structured output, whether or not it was accepted. */
  structuredInput: unknown;
  /** The calls of tools that were denied, by their id. */
  readonly denied = new Map<string, Denial>();
  /** Why the conversation could not be written down; undefined: it was, as far as is known. */
  notKept: string | undefined;
  readonly background = new Background();
  #lastId = '';
  #results = 0;
  /** In which Claude Code works, as it says itself; '': it did not say. */
  #folder = '';
  readonly #openHooks = new Set<string>();

  /** True when the answer came as the model's structured output, and not as text. */
  get hasStructuredOutput(): boolean {
    return this.result?.subtype === 'success' && this.result.structuredOutput !== undefined;
  }

  /** True while nothing but the model's answer can be what is waited for. */
  get isAsking(): boolean {
    return this.sessionId !== null && !this.isFinal && this.#openHooks.size === 0;
  }

  hear(message: Message): void {
    this.background.hear(message);
    if (beginsTurn(message)) this.isFinal = false;
    if (message.type === 'assistant' && message.isMain) this.#hearSaid(message);
    if (message.type === 'stream_event' && message.isMain) this.#hearStreamed(message);
    if (message.type === 'rate_limit_event') this.#hearLimit(message);
    if (message.type === 'system') this.#hearSystem(message);
    if (message.type === 'result') this.#hearResult(message);
  }

  #hearSaid({ id, blocks, error }: Said): void {
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

  #hearStreamed({ kind, stopReason }: Streamed): void {
    if (kind === 'message_start') {
      this.isMidMessage = true;
      this.retryDelayMs = 0;
    }
    if (kind === 'message_delta') this.isMidMessage = stopReason === null;
  }

  #hearLimit({ status, resetsAt, limitType, isOverage, info }: Limit): void {
    const isReached = status === 'rejected';
    this.limitReached = isReached && !isOverage;
    this.usesOverage ||= isReached && isOverage;
    this.limitResetsAt = resetsAt;
    this.limitType = limitType;
    this.plan = planUse(info);
  }

  #hearSystem({ subtype, sessionId, fields }: SystemMessage): void {
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

  #hearResult(result: Result): void {
    this.result = result;
    this.lostResults = Math.max(this.lostResults, (result.index ?? 0) - this.#results);
    this.#results += 1;
    this.sessionId ??= result.sessionId;
    this.turns += result.turns;
    for (const { id, tool, input } of result.denials)
      this.denied.set(id, { tool, what: this.#withoutFolder(input === undefined ? '' : subjectOf(input)) });
    this.isFinal = result.isError || !this.background.isAwaited;
  }

  /** A file of the workspace is named as it is seen from there; Claude Code makes its path absolute. */
  #withoutFolder(subject: string): string {
    const folder = `${this.#folder}/`;
    return this.#folder !== '' && subject.startsWith(folder) ? subject.slice(folder.length) : subject;
  }
}

function isContent({ type, text }: Said['blocks'][number]): boolean {
  return type !== 'text' || text !== '';
}

function beginsTurn(message: Message): boolean {
  if (message.type === 'system') return message.subtype === 'init';
  return (message.type === 'assistant' || message.type === 'stream_event') && message.isMain;
}
