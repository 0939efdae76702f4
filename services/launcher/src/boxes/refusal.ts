import type { Answer } from '@cc-executor/sandbox/protocol';

type Refused = Extract<Answer, { answer: 'refused' }>;

/** A request that is not met, with the answer to it. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly reason: Refused['reason'];

  constructor(reason: Refused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }

  get answer(): Refused {
    return { answer: 'refused', reason: this.reason, message: this.message };
  }
}
