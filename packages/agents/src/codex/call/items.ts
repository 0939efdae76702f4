import { subjectOf } from '@cc-executor/contracts/subject';
import type { AgentEvent } from '../../agent.ts';
import { capContent, capRaw, capText } from '../../cap.ts';
import { fieldsOf, wordsOf } from '../../lines/foreign.ts';

/** The longest command that is reported, in UTF-16 units. */
const COMMAND_UNITS = 128 * 1024;

type Item = Readonly<Record<string, unknown>>;

/** A call of a tool by Codex, in the names that the agents here share: the same are commands and edits everywhere. */
interface Call {
  name: string;
  input: object;
}

/** Returns the events of an item that starts. */
export function startOf(item: Item): AgentEvent[] {
  const call = callOf(item);
  if (call === null) return [];
  const { name, input } = call;
  return [
    {
      type: 'agent.tool_use',
      data: { id: wordsOf(item['id']), name, input: capContent(input), raw: null },
    },
  ];
}

/** Returns the events of an item that is complete. */
export function endOfItem(item: Item): AgentEvent[] {
  const { type, id, text, status, exitCode } = item;
  if (type === 'userMessage') return [];
  if (type === 'agentMessage' && typeof text === 'string')
    return text === '' ? [] : [{ type: 'agent.text', data: { text: capText(text), raw: null } }];
  if (callOf(item) === null)
    return [{ type: 'agent.message', data: { kind: `item/${wordsOf(type)}`, raw: capRaw(item) } }];
  const isWrong = status !== 'completed' || (Number.isInteger(exitCode) && exitCode !== 0);
  return [
    {
      type: 'agent.tool_result',
      data: {
        id: wordsOf(id),
        is_error: isWrong,
        content: capContent(contentOf(item)),
        ...(Number.isInteger(exitCode) && { exit_code: Number(exitCode) }),
        raw: null,
      },
    },
  ];
}

/** Returns what was denied; null: this was not. */
export function denialOf(item: Item): { tool: string; what: string } | null {
  const call = item['status'] === 'declined' ? callOf(item) : null;
  return call && { tool: call.name, what: subjectOf(call.input) };
}

function callOf(item: Item): Call | null {
  switch (item['type']) {
    case 'commandExecution':
      return { name: 'Bash', input: { command: commandOf(item), cwd: item['cwd'] } };
    case 'fileChange': {
      const changes = Array.isArray(item['changes']) ? item['changes'].map(fieldsOf) : [];
      return { name: 'Edit', input: { file_path: changes[0]?.['path'], changes } };
    }
    case 'mcpToolCall':
      return {
        name: `mcp__${wordsOf(item['server'])}__${wordsOf(item['tool'])}`,
        input: fieldsOf(item['arguments']),
      };
    case 'webSearch':
      return { name: 'WebSearch', input: { query: item['query'] } };
    default:
      return null;
  }
}

/** The command that the model requested: Codex puts it into a shell of the user. */
function commandOf({ command, commandActions }: Item): string {
  const actions = Array.isArray(commandActions) ? commandActions.map(fieldsOf) : [];
  const [only] = actions;
  return actions.length === 1 && typeof only?.['command'] === 'string'
    ? only['command']
    : wordsOf(command, COMMAND_UNITS);
}

function contentOf({ type, aggregatedOutput, changes, result, error, action }: Item): unknown {
  if (type === 'commandExecution') return typeof aggregatedOutput === 'string' ? aggregatedOutput : '';
  if (type === 'mcpToolCall') return error ?? result ?? '';
  return changes ?? action ?? '';
}
