import { isRecord } from './task-body.ts';

/** A call of a tool, as a task has it. */
export interface DirectTool {
  server: string;
  name: string;
  arguments?: Record<string, unknown>;
}

const MARK = /^direct$/i;
/** `mcp__docs__search {"query": "x"}`, with or without code marks around the name, a colon after it or a fence around the JSON. */
const CALL = /^`?mcp__([A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*)__([A-Za-z0-9_.-]+)`?[ \t]*:?\s*/;
const FENCE = /^```(?:json)?[ \t]*\n([^`]*)\n[ \t]*```$/;

/** Returns whether the text after the number of a task marks it as a direct call, without an agent. */
export function isDirect(mode: string | null): boolean {
  return mode !== null && MARK.test(mode.trim());
}

/** Returns the call of a tool that a task is; null: it does not say enough to be one. */
export function toolIn(text: string): DirectTool | null {
  const whole = text.trim();
  const [call, server, name] = CALL.exec(whole) ?? [];
  if (call === undefined || server === undefined || name === undefined) return null;
  const rest = whole.slice(call.length).trim();
  if (rest === '') return { server, name };
  try {
    const given: unknown = JSON.parse(FENCE.exec(rest)?.[1] ?? rest.replace(/^`([^`]*)`$/, '$1'));
    return isRecord(given) ? { server, name, arguments: given } : null;
  } catch {
    return null;
  }
}
