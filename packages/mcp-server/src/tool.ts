import type { CcExecutor } from '@cc-executor/sdk';
import type { z } from 'zod';

/** The context of a tool during one call. */
export interface ToolContext {
  /** A client of the server, with the caller's own key and lineage. */
  client: CcExecutor;
  /** Aborts when the caller is gone or has cancelled the call. */
  signal: AbortSignal;
  /** Aborts when this server stops: a wait then ends with an answer, as at its limit. */
  stopping: AbortSignal;
  /** Reports progress to the caller; does nothing if the caller did not request it. */
  progress: (progress: number, total: number, message: string) => Promise<void>;
  /** True: the caller polls, so the tool does not wait. */
  asTask: boolean;
}

interface ToolText<I extends z.ZodObject, O extends z.ZodObject> {
  name: string;
  title: string;
  /** For the model that chooses a tool: what it returns, when to use it, what comes next. */
  description: string;
  input: I;
  output: O;
  /** True: it changes nothing. */
  readOnly: boolean;
  /** True: it may end or change what others started. */
  destructive?: boolean;
  /** True: it returns an overview of an execution, which a client with tasks receives at once as a task. */
  mayBeTask?: boolean;
}

/** A tool with validated input; `run` throws what the client throws. */
export interface Tool extends ToolText<z.ZodObject, z.ZodObject> {
  run: (args: unknown, context: ToolContext) => Promise<Record<string, unknown>>;
}

/** Creates a tool; its input and output have the types of its schemas. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  tool: ToolText<I, O> & { run: (args: z.output<I>, context: ToolContext) => Promise<z.input<O>> },
): Tool {
  return { ...tool, run: async (args, context) => await tool.run(args as z.output<I>, context) };
}
