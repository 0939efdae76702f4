import { subjectOf, type NewEvent, type ToolCall } from '@cc-executor/contracts';

/** The number of calls of one attempt that are kept; later ones are counted. */
const MAX_CALLS = 10_000;

/** Collects the tool calls of an attempt's agent from its stream. */
export class ToolCalls {
  readonly #calls = new Map<string, ToolCall>();
  #beyond = 0;

  /** Adds an event of an attempt; events without a tool are ignored. */
  take({ type, data }: Pick<NewEvent, 'type' | 'data'>): void {
    const event = { type, data } as NewEvent;
    if (event.type === 'agent.tool_use') {
      const { id, name, input } = event.data;
      if (this.#calls.size >= MAX_CALLS) this.#beyond += 1;
      else this.#calls.set(id, { id, name, what: subjectOf(input), is_error: null, exit_code: null });
    } else if (event.type === 'agent.tool_result') {
      const { id, is_error, exit_code = null } = event.data;
      const call = this.#calls.get(id);
      if (!call) return;
      call.is_error = is_error;
      // For other tools it would be a text that looks like one.
      call.exit_code = call.name === 'Bash' ? exit_code : null;
    }
  }

  /** In chronological order. */
  get list(): ToolCall[] {
    return [...this.#calls.values()];
  }

  /** The number of calls that are not listed. */
  get beyond(): number {
    return this.#beyond;
  }
}
