import { Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** A bound of what the requests of one pass may cost. */
export interface Budget {
  /** In US dollars. */
  usd: number;
  /** Returns what an answer cost, by the name of its model and the usage that it reports. */
  costOf: (model: string, usage: unknown) => AnswerCost;
}

/** The cost of an answer. */
export interface AnswerCost {
  /** In US dollars. */
  usd: number;
  /** False: the price of the model is not known, and the highest of the others was taken. */
  isKnown: boolean;
}

/** The longest line of an answer in which usage is looked for, in UTF-16 units. */
const MOST_LINE = 1024 * 1024;

/** The size of an event with a part of an answer, without that part, and of the text of a token. In UTF-16 units. */
const OF_A_PART = 90;
const OF_A_TOKEN = 4;

/** The cost of the answers to a pass so far. */
export class Spending {
  readonly #budget: Budget;
  #usd = 0;
  #unknown: string | null = null;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Whether the budget is used up. */
  get isOver(): boolean {
    return this.#usd >= this.#budget.usd;
  }

  get usd(): number {
    return this.#budget.usd;
  }

  /** The last model that answered and whose price is not known; null: none. */
  get unknownModel(): string | null {
    return this.#unknown;
  }

  /** Returns what passes an answer of the Messages API on, unchanged, and counts what it cost. */
  meter(): Transform {
    const answer = new Answer();
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        answer.add(chunk);
        done(null, chunk);
      },
      flush: (done) => {
        answer.end();
        done();
      },
      // Also of an answer that its reader has left.
      destroy: (error, done) => {
        const { usd, isKnown } = answer.costBy(this.#budget.costOf);
        this.#usd += usd;
        if (!isKnown) this.#unknown = answer.model;
        done(error);
      },
    });
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** The usage in an answer: in events, each with the numbers so far, or as a whole. */
class Answer {
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #model = '';
  #usage: Fields | null = null;
  /** About how many tokens the parts so far have. */
  #tokens = 0;
  #hasEnded = false;

  add(chunk: Buffer): void {
    const lines = (this.#line + this.#decoder.write(chunk)).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
    if (this.#line.length > MOST_LINE) this.#line = '';
  }

  end(): void {
    this.#read(this.#line);
    this.#line = '';
  }

  get model(): string {
    return this.#model;
  }

  costBy(costOf: Budget['costOf']): AnswerCost {
    if (this.#usage === null) return { usd: 0, isKnown: true };
    // The number of tokens comes at the end, and a client can leave before.
    const told = Number(this.#usage['output_tokens'] ?? 0);
    const output_tokens = this.#hasEnded ? told : Math.max(told, this.#tokens);
    return costOf(this.#model, { ...this.#usage, output_tokens });
  }

  #read(line: string): void {
    const text = line.startsWith('data:') ? line.slice('data:'.length) : line;
    if (text.includes('"content_block_delta"'))
      this.#tokens += Math.max(1, Math.ceil((text.length - OF_A_PART) / OF_A_TOKEN));
    this.#hasEnded ||= text.includes('"message_stop"');
    if (!text.includes('"usage"')) return;
    let message: Fields;
    try {
      message = fieldsOf(JSON.parse(text));
    } catch {
      return;
    }
    // An event has a message or the change of one.
    const { model, usage: first } = fieldsOf(message['message'] ?? message);
    if (typeof model === 'string') this.#model = model;
    const usage = fieldsOf(first ?? message['usage']);
    this.#usage = { ...this.#usage, ...usage };
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
