import type { ResultsView, TaskResult } from '@cc-executor/sdk';
import { takenText } from '@cc-executor/contracts/choice';
import { isSetAside, progressText, statusText } from '@cc-executor/contracts/progress';
import { duration } from './durations.ts';
import { linesOf, oneLine, paint, print } from './print.ts';
import { signOf, styleOf } from './status-styles.ts';
import { terminal } from './terminal.ts';
import { cut, fold, widthOf } from './text-width.ts';

/** Of an output the last lines are shown, of an answer the first ones: many tasks fit on few screens. */
const OUTPUT_LINES = 20;
const ANSWER_LINES = 200;

/** Prints the results of each task for people; with `full` all lines of their outputs that came with them. */
export function printResults(view: ResultsView, { full = false } = {}): void {
  const title = view.title ?? null;
  if (title !== null) print(paint('bold', oneLine(title)));
  for (const task of view.results) printTask(task, view.execution_id, full);
  const state = statusText(view.status, (view.warned_tasks ?? 0) > 0);
  const time = view.total_execution_time === null ? '' : ` in ${duration(view.total_execution_time)}`;
  const cost = view.cost_usd === null ? '' : `, $${view.cost_usd.toFixed(2)}`;
  print(`${paint(styleOf(state), state)}: ${progressText(view)}${time}${cost}`);
}

/** A name is cut to no fewer columns, before the facts beside it go to their own line. */
const SHORTEST_LABEL = 20;
const INDENT = '    ';

function printTask(task: TaskResult, executionId: string, full: boolean): void {
  const warnings = task.warnings ?? task.findings;
  const state = statusText(task.status, warnings.length > 0);
  const facts = [
    state,
    takenText(task.variant),
    task.execution_time === null ? null : duration(task.execution_time),
    task.paused_time === undefined ? null : `paused for ${duration(task.paused_time)}`,
    task.attempt > 1 ? `attempt ${String(task.attempt)}` : null,
    task.cost_usd === null ? null : `$${task.cost_usd.toFixed(2)}`,
  ].filter((fact) => fact !== null);
  const isAside = isSetAside({ status: task.status, taken: task.variant?.taken });
  const sign = paint(isAside ? 'gray' : styleOf(state), signOf(task.status));
  printHead(task, sign, facts.join('  '));
  for (const { text, isOutput } of remarksOf(task))
    for (const line of isOutput ? linesOf(text) : folded(text)) print(`${INDENT}${line}`);
  for (const { message } of warnings)
    for (const line of folded(`! ${oneLine(message)}`)) print(paint('yellow', `${INDENT}${line}`));
  // The answer of an agent that picks is JSON for cc-executor.
  const isChoice = task.choice !== undefined && task.result !== null;
  const whole = `cc-executor logs ${executionId} --task ${String(task.task_number)}`;
  const isShortened = [
    task.result === null || isChoice
      ? printLines(task.stdout, 'last', full)
      : printLines(task.result, 'first', full),
    printLines(task.stderr, 'last', full),
  ].includes(true);
  if (task.truncated || isShortened) print(`${INDENT}… (${whole})`);
}

/** Prints a text, or a part of it. Returns whether lines of it were left out, and says how many. */
function printLines(text: string, part: 'first' | 'last', full: boolean): boolean {
  const lines = text === '' ? [] : linesOf(text);
  const most = part === 'first' ? ANSWER_LINES : OUTPUT_LINES;
  const left = full ? 0 : Math.max(0, lines.length - most);
  const note = paint(
    'dim',
    `${INDENT}… ${left.toLocaleString('en')} lines ${part === 'first' ? 'more' : 'before'}`,
  );
  if (left > 0 && part === 'last') print(note);
  for (const line of left === 0 ? lines : part === 'first' ? lines.slice(0, most) : lines.slice(left))
    print(`${INDENT}${line}`);
  if (left > 0 && part === 'first') print(note);
  return left > 0;
}

/** Prints the number and the name of a task, and what is known of it: on one line if there is room for it. */
function printHead(task: TaskResult, sign: string, facts: string): void {
  const number = `${String(task.task_number)}.`;
  const label = oneLine(task.task_description).slice(0, 100);
  const room = widthOfLines() - number.length - 3;
  const beside = room - widthOf(facts) - 2;
  const isBeside = widthOf(label) <= beside || beside >= SHORTEST_LABEL;
  const shown = paint('bold', cut(label, isBeside ? beside : room));
  print(`${sign} ${number} ${shown}${isBeside ? `  ${facts}` : ''}`);
  if (!isBeside) print(`${INDENT}${facts}`);
}

interface Remark {
  text: string;
  /** Lines of a program, which stay as they are. */
  isOutput?: true;
}

/** The findings and warnings of a task before its output, with the output of a failed check below. */
function remarksOf({ message, choice, outcome, amendment, validation, checks }: TaskResult): Remark[] {
  // Each round of fixes runs them again: what a check says last counts.
  const last = [...new Map(checks.map((check) => [check.command, check])).values()];
  const failed = last.filter((check) => check.outcome !== 'completed');
  // Of checks, their own lines say more.
  const isSaid = outcome === 'check_failed' && failed.length > 0;
  const remarks: Remark[] = message === null || isSaid ? [] : [{ text: oneLine(message) }];
  if (choice !== undefined) remarks.push({ text: oneLine(choice) });
  if (amendment !== null)
    remarks.push({
      text: `prompt ${amendment.amended === null ? 'not ' : ''}amended: ${oneLine(amendment.reason ?? '')}`,
    });
  if (validation?.is_valid === false)
    remarks.push({ text: `judged invalid: ${oneLine(validation.reason ?? '')}` });
  for (const { command, outcome: how, message: why, output_tail } of failed) {
    remarks.push({ text: `check ${oneLine(command)}: ${oneLine(why ?? how)}` });
    for (const line of output_tail.trim() === '' ? [] : linesOf(output_tail))
      remarks.push({ text: `  ${line}`, isOutput: true });
  }
  return remarks;
}

/** Returns a sentence as lines that fit below a task. */
function folded(text: string): string[] {
  const room = widthOfLines() - INDENT.length;
  return room === Infinity ? [text] : fold(text, room);
}

function widthOfLines(): number {
  return terminal.isTerminal ? terminal.width : Infinity;
}
