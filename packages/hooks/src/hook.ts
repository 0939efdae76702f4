import type { HookStage, HookView } from '@cc-executor/contracts';

/** A hook that is run in a process of its own. */
export interface HookDefinition {
  name: string;
  stage: HookStage;
  /** A module's file, or a program and its arguments; paths are absolute. */
  runs: { module: string } | { program: string; args: readonly string[] };
  /** What is told of it as its source. */
  source: string;
  /** True: what it is for fails when it fails. */
  required: boolean;
  /** Seconds. */
  timeout: number;
  /** Of on_event: the types that it is run for; null: all but output. */
  events: readonly string[] | null;
}

/** What people are told of a hook. */
export function viewOf({ name, stage, source, required, timeout, events }: HookDefinition): HookView {
  return { name, stage, source, required, timeout, ...(events === null ? {} : { events: [...events] }) };
}
