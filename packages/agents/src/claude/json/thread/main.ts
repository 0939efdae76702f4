import { compileSchema, isToolSchema } from '@cc-executor/service-kit/json-schema';
import { serveThread } from '@cc-executor/service-kit/threads';
import { readAnswer } from './read-answer.ts';

// Checks answers against their schemas, beside the thread that carries the output of agents.
const functions = {
  /** Returns whether Claude Code takes `asked` for the input of a tool. Throws a sentence when `schema` is none. */
  prepare({ schema, asked }: { schema: string; asked: string | null }): boolean {
    compileSchema(JSON.parse(schema) as Record<string, unknown>);
    return asked !== null && isToolSchema(JSON.parse(asked) as Record<string, unknown>);
  },
  read: readAnswer,
};
export type AnswerFunctions = typeof functions;

serveThread(functions);
