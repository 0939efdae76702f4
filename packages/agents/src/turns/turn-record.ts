import { capRaw } from '../cap.ts';
import { keepConversation } from './conversation-file.ts';
import type { ConnectionLost } from './connection.ts';
import { bareTurnEnd } from './judge-answer.ts';
import type { TurnEnd, TurnOptions } from './spec.ts';

const MOST_DENIALS = 20;
/** The notes of a turn in the log; what follows is only a sign of life. */
const MOST_NOTES = 1000;

/** The part of a turn that is the same in every protocol: its first content, its conversation, its denials, its end. */
export class TurnRecord {
  readonly #onNews: TurnOptions['onNews'];
  readonly #onLife: TurnOptions['onLife'];
  readonly #conversationFile: string;
  readonly #denials: TurnEnd['denials'] = [];
  #hasContent = false;
  #notes = 0;
  #isKept = false;

  /** `conversationFile`: the file that keeps the id of its conversation. */
  constructor({ onNews, onLife }: Pick<TurnOptions, 'onNews' | 'onLife'>, conversationFile: string) {
    this.#onNews = onNews;
    this.#onLife = onLife;
    this.#conversationFile = conversationFile;
  }

  /** The denied calls so far; at most 20. */
  get denials(): TurnEnd['denials'] {
    return this.#denials;
  }

  deny(denial: TurnEnd['denials'][number]): void {
    if (this.#denials.length < MOST_DENIALS) this.#denials.push(denial);
  }

  /** Reports once that the model has produced something. */
  noteContent(): void {
    if (this.#hasContent) return;
    this.#hasContent = true;
    this.#onNews({ known: { hasContent: true } });
  }

  /** Records that the conversation is an earlier one, whose id is kept already. */
  resume(): void {
    this.#isKept = true;
  }

  /** Keeps the id of the conversation once there is something to resume. */
  keep(id: string): void {
    if (this.#isKept) return;
    this.#isKept = true;
    try {
      keepConversation(this.#conversationFile, id);
    } catch (error) {
      this.note('conversation_not_kept', String(error));
    }
  }

  /** Reports a message that is passed through. */
  note(kind: string, raw: unknown): void {
    this.#notes += 1;
    if (this.#notes > MOST_NOTES) return this.#onLife();
    if (this.#notes === MOST_NOTES)
      return this.#onNews({ event: { type: 'agent.message', data: { kind: 'notes_omitted', raw: null } } });
    this.#onNews({ event: { type: 'agent.message', data: { kind, raw: capRaw(raw) } } });
  }

  /**
   * Returns the end of a turn whose agent was lost. `agent`: its name, for people. `early`: the remedy if it has not answered
   * its first request; null: it has.
   */
  lost(
    agent: string,
    { why, message }: ConnectionLost,
    { notStarted, early }: { notStarted: string; early: string | null },
  ): TurnEnd {
    if (why === 'ended' && early !== null)
      return this.end('agent_crashed', `${agent} did not answer its first request: ${message}. ${early}`);
    switch (why) {
      case 'not_started':
        return this.end('spawn_failed', notStarted);
      case 'unreadable':
        return this.end('agent_error', `${agent} was ended, since its output cannot be read: ${message}.`);
      default:
        return this.end('agent_crashed', `${agent} died in the middle of its work: ${message}.`);
    }
  }

  /** Returns the end of the turn without an answer. */
  end(outcome: TurnEnd['outcome'], message: string | null): TurnEnd {
    return bareTurnEnd(outcome, message, this.#denials);
  }
}
