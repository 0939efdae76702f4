import { fieldsOf } from '../../lines/foreign.ts';
import type { Roots } from './roots.ts';
import type { PermissionLevel } from './spec.ts';
import type { ToolCall } from './tool-calls.ts';

const LOOKS: ReadonlySet<string> = new Set(['read', 'search', 'think']);
const CHANGES: ReadonlySet<string> = new Set(['edit', 'delete', 'move']);

/** Resolves with whether the agent may make a call. Nobody is asked: the permission mode of the task decides. */
export async function mayDo(
  call: ToolCall,
  { leave, roots, servers }: { leave: PermissionLevel; roots: Roots; servers: readonly string[] },
): Promise<boolean> {
  if (leave === 'all' || LOOKS.has(call.kind)) return true;
  if (leave === 'plan') return false;
  if (call.kind === 'execute') return true;
  if (CHANGES.has(call.kind)) {
    const places = await Promise.all(call.paths.map(async (path) => await roots.within(path)));
    // What does not say where it changes something may do it anywhere.
    return places.length > 0 && !places.includes(null);
  }
  // The protocol does not say which server a tool is of; agents have its name in that of the call.
  return servers.some((name) => call.words.includes(name));
}

/** Returns the answer to a question for leave: once, and never for all that follows. */
export function answerTo(options: unknown, isAllowed: boolean): object {
  const given = Array.isArray(options) ? options.map(fieldsOf) : [];
  const kinds = isAllowed ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  const [chosen] = kinds.flatMap((kind) => given.filter((option) => option['kind'] === kind));
  return {
    outcome:
      chosen === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: chosen['optionId'] },
  };
}
