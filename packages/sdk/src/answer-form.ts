import type { PromptOptions, ResultsView, TaskInput } from '@cc-executor/contracts';
import type { Task } from './task.ts';
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { CcLocalError, CcServerError } from './errors.ts';
import type { Execution } from './execution.ts';

/** A JSON schema, as an object. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema of a library that supports Standard Schema with JSON Schema, such as zod from 4.2 on. */
export interface TypedSchema<Output = unknown> {
  /** The functions of the library, as Standard Schema names them. */
  readonly '~standard': StandardSchemaV1.Props<unknown, Output> & StandardJSONSchemaV1.Props<unknown, Output>;
}

/** Options for prompts and their answers. */
export interface AnswerOptions {
  /** A fresh agent rewrites the prompt first, so that it can be done without questions; the original is kept. */
  amendPrompt?: boolean;
  /** The answer must be JSON, and is returned as its value. */
  jsonMode?: boolean;
  /** It must match a ready schema. report: `result`, `files_created`, `files_modified`, `summary`. */
  json?: NonNullable<PromptOptions['json']>;
  /** It must match this JSON schema, or this schema of a library, whose type it then has. */
  jsonSchema?: JsonSchema | TypedSchema;
  /** A fresh agent gets this, with the answer in place of `{response}`, and judges it. */
  validationPrompt?: string;
  /** The reaction to a negative verdict; default: warn. */
  onInvalid?: 'warn' | 'fail' | 'retry';
  /**
   * Whether prompts must put a fresh UUID into their answers, as reported by the result's `uuid_proof`; default: true,
   * except for answers that are JSON but not an object. In JSON without a schema it is the field `execution_uuid`.
   */
  uuid?: boolean;
  /** A task without its right UUID fails. */
  requireUuid?: boolean;
}

type TaskResult = ResultsView['results'][number];

/** Returns the tasks with these options; the server rejects options for prompts on a command. */
export function askFor(tasks: readonly Task[], options: AnswerOptions): readonly Task[] {
  const {
    amendPrompt,
    json,
    jsonMode,
    jsonSchema,
    validationPrompt,
    onInvalid,
    uuid = true,
    requireUuid,
  } = options;
  const asked = {
    ...(amendPrompt === undefined ? {} : { amend_prompt: amendPrompt }),
    ...(jsonMode === undefined || jsonSchema !== undefined ? {} : { json_mode: jsonMode }),
    ...(jsonSchema === undefined ? {} : { json_schema: toJsonSchema(jsonSchema) }),
    ...(json === undefined ? {} : { json }),
    ...(validationPrompt === undefined ? {} : { validation_prompt: validationPrompt }),
    ...(onInvalid === undefined ? {} : { on_invalid: onInvalid }),
    ...(requireUuid === undefined ? {} : { require_uuid: requireUuid }),
  };
  return tasks.map((task) => {
    const whole = typeof task === 'string' ? { prompt: task, ...asked } : { ...task, ...asked };
    return (uuid && hasRoomForUuid(whole) ? { uuid: true, ...whole } : whole) as Task;
  });
}

/** Only an object can get a field, and a text a line. */
function hasRoomForUuid({ command, json_schema }: Exclude<TaskInput, string>): boolean {
  return command === undefined && (json_schema === undefined || json_schema['type'] === 'object');
}

/** Returns a task's answer: the value if it had to be JSON, else its text. Throws if it does not match the schema here. */
export async function readAnswer(
  execution: Execution,
  result: TaskResult,
  { json: preset, jsonMode, jsonSchema }: AnswerOptions,
): Promise<unknown> {
  if (jsonSchema === undefined && preset === undefined && jsonMode !== true)
    return await textOf(execution, result);
  // A large answer is not among the results.
  const isLeftOut = result.json === null && result.truncated;
  const json: unknown = isLeftOut ? JSON.parse(await textOf(execution, result)) : result.json;
  return isTyped(jsonSchema) ? await typed(json, jsonSchema, result) : json;
}

async function textOf(execution: Execution, result: TaskResult): Promise<string> {
  if (!result.truncated) return result.result ?? result.stdout;
  const stream = result.result === null ? 'stdout' : 'result';
  return await (await execution.output(result.task_number, { stream })).text();
}

function isTyped(schema: AnswerOptions['jsonSchema']): schema is TypedSchema {
  return schema !== undefined && '~standard' in schema;
}

function toJsonSchema(schema: JsonSchema | TypedSchema): Record<string, unknown> {
  if (!isTyped(schema)) return { ...schema };
  const { jsonSchema, vendor } = schema['~standard'];
  // Older versions of a library do not have it.
  const convert = (jsonSchema as Partial<typeof jsonSchema> | undefined)?.input;
  if (convert === undefined)
    throw new CcLocalError(
      'BAD_OPTION',
      `jsonSchema: this ${vendor} returns no JSON schema; pass a JSON schema instead.`,
    );
  try {
    return convert({ target: 'draft-2020-12' });
  } catch (error) {
    const why = (error as Error).message;
    throw new CcLocalError('BAD_OPTION', `jsonSchema: this is not a JSON schema in ${vendor}: ${why}`, {
      cause: error,
    });
  }
}

/** Validates the value with the library, which may check more and transform it. */
async function typed(json: unknown, schema: TypedSchema, { task_number }: TaskResult): Promise<unknown> {
  const checked = await schema['~standard'].validate(json);
  if (checked.issues === undefined) return checked.value;
  const faults = checked.issues.map(({ message, path = [] }) => {
    const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
    return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
  });
  throw new CcServerError('invalid_output', `Task ${String(task_number)}: ${faults.join('; ')}`);
}
