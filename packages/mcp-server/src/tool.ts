import type { CcExecutor } from '@cc-executor/sdk';
import type { z } from 'zod';

/** What a tool works with during one call. */
export interface ToolContext {
  /** A client of the server, with the caller's own key and lineage. */
  client: CcExecutor;
  /** Aborts when the caller has gone away, or has cancelled the call. */
  signal: AbortSignal;
  /** Aborts when this server stops: a wait then ends as at its bound, with an answer. */
  stopping: AbortSignal;
  /** Tells the caller how far it is; does nothing for a caller that has not asked for it. */
  progress: (progress: number, total: number, message: string) => Promise<void>;
  /** True: the caller goes on asking by itself, so that nothing is waited for. */
  asTask: boolean;
}

interface ToolText<I extends z.ZodObject, O extends z.ZodObject> {
  name: string;
  title: string;
  /** For the model that chooses among tools: what it gives, when to use it, what comes next. */
  description: string;
  input: I;
  output: O;
  /** True: it changes nothing. */
  readOnly: boolean;
  /** True: it may end or change what others have begun. */
  destructive?: boolean;
  /** True: it gives an overview of an execution, which a client that takes tasks gets as a task, at once. */
  mayBeTask?: boolean;
}

/** A tool whose input has been checked; `run` throws what the client throws. */
export interface Tool extends ToolText<z.ZodObject, z.ZodObject> {
  run: (args: unknown, context: ToolContext) => Promise<Record<string, unknown>>;
}

/** Makes a tool; the types of its input and output are those of its schemas. */
export function defineTool<I extends z.ZodObject, O extends z.ZodObject>(
  tool: ToolText<I, O> & { run: (args: z.output<I>, context: ToolContext) => Promise<z.input<O>> },
): Tool {
  return { ...tool, run: async (args, context) => await tool.run(args as z.output<I>, context) };
}
