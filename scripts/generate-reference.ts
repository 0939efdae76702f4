import {
  ATTEMPT_FINDINGS,
  ERRORS,
  EVENTS,
  EXECUTION_STATES,
  EXECUTION_TRANSITIONS,
  TASK_STATES,
  taskFileSchema,
  WARNINGS,
} from '@cc-executor/contracts';
import { settings } from '@cc-executor/service-kit';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { code, table } from './reference/markdown.ts';
import { outcomesPage } from './reference/outcomes.ts';

// Writes docs/reference from the tables in the code; with --check it only says what is out of date, and exits with 1.
const { values: given } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const FOLDER = new URL('../docs/reference/', import.meta.url);
const HINT = '<!-- Made by scripts/generate-reference.ts from the code; change that. -->';

const PAGES: Record<string, () => string> = {
  'settings.md': () => `# Settings

Environment variables, or lines of a \`.env\` file in the project's folder; the environment wins. All are checked at the
start, and all faults are reported at once. An empty value counts as not set.

${table(
  ['name', 'default', 'what'],
  Object.entries(settings).map(([name, piece]) => [code(name), defaultOf(piece), piece.description ?? '']),
)}
`,
  'errors.md': () => `# Errors

REST answers a problem document (RFC 9457) with a stable \`code\`; JSON-RPC answers the number, with the code in \`data\`.

${table(
  ['code', 'HTTP', 'JSON-RPC', 'worth a retry', 'means'],
  Object.entries(ERRORS).map(([name, { status, rpc, retryable, title }]) => [
    code(name),
    String(status),
    String(rpc),
    retryable ? 'yes' : 'no',
    title,
  ]),
)}
`,
  'events.md': () => `# Events

Every event is \`{seq, epoch, execution_id, at, type, task?, attempt?, data}\`; \`seq\` counts 1, 2, 3 … in each
execution. Output events may be trimmed from a long log; the others never are.

${Object.entries(EVENTS)
  .map(
    ([type, { summary, output, data }]) =>
      `## ${code(type)}\n\n${summary}${output ? ' An output event.' : ''}\n\n${fieldsOf(data)}`,
  )
  .join('\n\n')}
`,
  'findings.md': () => `# Findings

What can be found when the answer of an agent is compared with what was seen: in \`findings\` of the end of an attempt, and
in \`task.finding\` events. What contradicts the agent makes its task \`contradicted\` in a verification; the rest leaves it
\`unverified\`. How they are made: [checks and findings](../guides/checks.md).

${table(
  ['code', 'means', 'contradicts'],
  Object.entries(ATTEMPT_FINDINGS).map(([name, { means, contradicts }]) => [
    code(name),
    means,
    contradicts ? 'yes' : 'no',
  ]),
)}
`,
  'warnings.md': () => `# Warnings

What is worth knowing of an attempt although it did not end it: a \`task.warning\` event, and in \`warnings\` of each
result, where the [findings](findings.md) are too. A task that completed with any is "completed with warnings" wherever its
state is shown; its status stays \`completed\`. \`agent_message_unknown\` and \`silent\` say nothing
about what the task gave, and are events only.

${table(
  ['code', 'means'],
  Object.entries(WARNINGS).map(([name, means]) => [code(name), means]),
)}
`,
  'states.md': () => `# States

## Of an execution

${table(
  ['state', 'means', 'may become'],
  Object.entries(EXECUTION_STATES).map(([name, means]) => [
    code(name),
    means,
    EXECUTION_TRANSITIONS[name as keyof typeof EXECUTION_STATES].map(code).join(', ') ||
      'nothing: it is an end',
  ]),
)}

## Of a task

${table(
  ['state', 'means'],
  Object.entries(TASK_STATES).map(([name, means]) => [code(name), means]),
)}`,
  'outcomes.md': outcomesPage,
};

function defaultOf(piece: z.ZodType): string {
  const value = piece instanceof z.ZodDefault ? piece.def.defaultValue : undefined;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

function fieldsOf(data: z.ZodObject): string {
  return table(
    ['field', 'type', 'what'],
    Object.entries(data.shape as Record<string, z.ZodType>).map(([name, piece]) => [
      code(name),
      typeOf(piece),
      piece.description ?? '',
    ]),
  );
}

function typeOf(piece: z.ZodType): string {
  const { type, enum: values, anyOf, const: value } = z.toJSONSchema(piece) as Record<string, unknown>;
  if (Array.isArray(values))
    return values.length > 6 ? 'one of the table' : values.map((one) => code(String(one))).join(' or ');
  if (value !== undefined) return code(JSON.stringify(value));
  if (Array.isArray(anyOf))
    return (anyOf as { type?: string }[]).map((one) => one.type ?? 'any').join(' or ');
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'any JSON';
}

const stale: string[] = [];
for (const [name, page] of Object.entries(PAGES)) {
  const file = new URL(name, FOLDER);
  const [head = '', ...rest] = page().split('\n');
  const text = await format([head, '', HINT, ...rest].join('\n'), {
    ...(await resolveConfig(file)),
    parser: 'markdown',
  });
  if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
  if (given.check) stale.push(`docs/reference/${name}`);
  else await writeFile(file, text);
}
const schemaFile = new URL('task-list.schema.json', FOLDER);
const schema = await format(JSON.stringify(taskFileSchema()), {
  ...(await resolveConfig(schemaFile)),
  parser: 'json',
});
if ((await readFile(schemaFile, 'utf8').catch(() => '')) !== schema) {
  if (given.check) stale.push('docs/reference/task-list.schema.json');
  else await writeFile(schemaFile, schema);
}
if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run: npm run reference`);
  process.exitCode = 1;
}
