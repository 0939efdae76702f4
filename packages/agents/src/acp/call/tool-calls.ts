import type { Denial } from '@cc-executor/contracts';
import { subjectOf } from '@cc-executor/contracts/subject';
import type { AgentEvent } from '../../agent.ts';
import { capContent } from '../../cap.ts';
import { fieldsOf, nameOr, wordsOf } from '../../lines/foreign.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The names that agents here share: the same are commands and edits everywhere. */
const NAMES: Readonly<Record<string, string>> = {
  execute: 'Bash',
  edit: 'Edit',
  read: 'Read',
  search: 'Grep',
  fetch: 'WebFetch',
};
const PATHS = ['path', 'file_path', 'filePath', 'filepath', 'absolute_path'];
const EXIT_CODES = ['exit', 'exitCode', 'exit_code'];

/** A call of a tool by the agent, as its updates make it up. */
export class ToolCall {
  #fields: Record<string, unknown> = {};
  #isOpen = false;
  #isOver = false;

  /** Takes what an update says, and returns the events that follow. */
  take(update: Fields): AgentEvent[] {
    if (this.#isOver) return [];
    for (const [name, value] of Object.entries(update))
      // An update without a value leaves what is known; an empty list says as little.
      if (value !== null && !(Array.isArray(value) && value.length === 0 && name in this.#fields))
        this.#fields[name] = value;
    const { status } = this.#fields;
    const isDone = status === 'completed' || status === 'failed';
    if (!isDone) return status === 'in_progress' ? this.begin() : [];
    this.#isOver = true;
    return [...this.begin(), ...this.#end(status === 'failed')];
  }

  /** Returns the event of its begin, once. */
  begin(): AgentEvent[] {
    if (this.#isOpen) return [];
    this.#isOpen = true;
    const data = { id: this.id, name: this.name, input: capContent(this.input), raw: null };
    return [{ type: 'agent.tool_use', data }];
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get id(): string {
    return wordsOf(this.#fields['toolCallId']);
  }

  get kind(): string {
    return typeof this.#fields['kind'] === 'string' ? this.#fields['kind'] : 'other';
  }

  get name(): string {
    const { name, title } = this.#fields;
    const known = Object.hasOwn(NAMES, this.kind) ? NAMES[this.kind] : undefined;
    return known ?? nameOr(name) ?? nameOr(title) ?? this.kind;
  }

  /** The agent's title of it, for people. */
  get words(): string {
    const { name, title } = this.#fields;
    return [name, title].filter((text) => typeof text === 'string').join(' ');
  }

  /** Its arguments, in the form that such calls have everywhere here. */
  get input(): Fields {
    const { rawInput, title } = this.#fields;
    const given = fieldsOf(rawInput);
    if (this.kind === 'execute') {
      const { command = title } = given;
      return { ...given, command: Array.isArray(command) ? command.join(' ') : command };
    }
    const [path] = this.paths;
    return path === undefined ? given : { file_path: path, ...given };
  }

  /** The files that it names. */
  get paths(): string[] {
    const { locations, content, rawInput } = this.#fields;
    const given = fieldsOf(rawInput);
    const named = [...listOf(locations), ...listOf(content)].map(({ path }) => path);
    const all = [...named, ...PATHS.map((name) => given[name])];
    return [...new Set(all.filter((path) => typeof path === 'string'))];
  }

  /** All that is known of it, as one message. */
  get whole(): Fields {
    return { ...this.#fields, sessionUpdate: 'tool_call_update' };
  }

  /** The report if it is denied. */
  get denial(): Denial {
    return { tool: this.name, what: subjectOf(this.input) };
  }

  #end(isError: boolean): AgentEvent[] {
    const { rawOutput, content } = this.#fields;
    const output = fieldsOf(rawOutput);
    const about = { ...fieldsOf(output['metadata']), ...output };
    const code = EXIT_CODES.map((name) => about[name]).find((value) => Number.isInteger(value));
    return [
      {
        type: 'agent.tool_result',
        data: {
          id: this.id,
          is_error: isError || (code !== undefined && code !== 0),
          content: capContent(textOf(content) ?? rawOutput ?? ''),
          ...(code !== undefined && { exit_code: Number(code) }),
          raw: null,
        },
      },
    ];
  }
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** The texts of a content; null: it has none. */
function textOf(content: unknown): string | null {
  const texts = listOf(content)
    .map(({ content: block }) => fieldsOf(block)['text'])
    .filter((text) => typeof text === 'string');
  return texts.length === 0 ? null : texts.join('\n');
}
