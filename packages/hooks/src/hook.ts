import type { HookStage, HookView } from '@cc-executor/contracts';

/** A hook that runs in its own process. */
export interface HookDefinition {
  name: string;
  stage: HookStage;
  /** The file of a module, or a program with its arguments; paths are absolute. */
  runs: { module: string } | { program: string; args: readonly string[] };
  /** The source that is reported. */
  source: string;
  /** True: a failure of the hook fails the step that it runs for. */
  required: boolean;
  /** Seconds. */
  timeout: number;
  /** For on_event: the event types that it runs for; null: all except output. */
  events: readonly string[] | null;
}

/** The description of a hook for people. */
export function viewOf({ name, stage, source, required, timeout, events }: HookDefinition): HookView {
  return { name, stage, source, required, timeout, ...(events === null ? {} : { events: [...events] }) };
}
