import { fenceKind } from './fence-kinds.ts';
import { blocksOf, insideOf, isClosed, type Block } from './markdown-blocks.ts';
import { fieldOf } from './markdown-fields.ts';
import type { FileFault, Source } from './source.ts';
import { readYaml } from './yaml-source.ts';

/** The lines of a task's body, from which options are taken until its text remains. */
export class TaskBody {
  readonly faults: FileFault[] = [];
  readonly notes: FileFault[] = [];
  /** The block with the options, and where its first line is; null: there is none. */
  options: Source | null = null;
  /** The options that single lines set. */
  readonly fields: Record<string, unknown> = {};
  readonly #lines: readonly string[];
  readonly #firstLine: number;
  readonly #blocks: readonly Block[];
  readonly #isGone: boolean[];
  readonly #commands: Block[] = [];
  #shell: Block | null = null;

  /** `firstLine`: where its first line is in the file, from 1. */
  constructor(lines: readonly string[], firstLine: number) {
    this.#lines = lines;
    this.#firstLine = firstLine;
    this.#blocks = blocksOf(lines);
    this.#isGone = lines.map(() => false);
    for (const block of this.#blocks) if (block.kind === 'fence') this.#sort(block);
    this.#takeFields();
  }

  /** Where what remains begins; null: nothing remains. */
  get begins(): Pick<FileFault, 'line' | 'column'> | null {
    const first = this.#lines.findIndex((line, index) => this.#isGone[index] !== true && line.trim() !== '');
    return first === -1 ? null : this.#place(first);
  }

  /** The remaining text, without blank lines around it, and without double blank lines where lines were removed. */
  text(): string {
    const kept: string[] = [];
    let isSeam = false;
    for (const [index, line] of this.#lines.entries()) {
      if (this.#isGone[index] === true) isSeam = true;
      else if (isSeam && line.trim() === '' && (kept.at(-1) ?? '').trim() === '') continue;
      else {
        isSeam = false;
        kept.push(line);
      }
    }
    return withoutBlankEnds(kept);
  }

  /** The command that all that remains is; null: it is a prompt. */
  command(): string | null {
    const [first, second] = this.#commands;
    if (second !== undefined) this.#fault(second.line, 'is a second command: write a task for each');
    else if (first !== undefined && !this.#isAlone(first))
      this.#fault(
        first.line,
        `is a command, and the body has text beside it: take the text away, or write "${first.mark}sh" if all of it is a prompt`,
      );
    if (first !== undefined) return insideOf(first, this.#lines);
    const shell = this.#shell;
    if (shell === null || !isClosed(shell, this.#lines) || !this.#isAlone(shell)) return null;
    this.#note(shell.line, `is run as a command; write "${shell.mark}sh command" to say so`);
    return insideOf(shell, this.#lines);
  }

  #sort(fence: Block): void {
    const kind = fenceKind(fence.text);
    if (kind === null) return;
    if (typeof kind === 'object') this.#fault(fence.line, kind.fault);
    else if (kind === 'shell') this.#shell = fence.inside === null ? fence : this.#shell;
    else if (fence.inside !== null)
      this.#fault(
        fence.line,
        `is a block of ${kind} in a ${fence.inside}: begin its lines at the margin, or write "${fence.mark}text" if it belongs to the prompt`,
      );
    else if (!isClosed(fence, this.#lines))
      this.#fault(
        fence.line,
        `is a block of ${kind} that is never closed: write ${fence.mark} where it ends`,
      );
    else if (kind === 'command') this.#commands.push(fence);
    else this.#takeOptions(fence);
  }

  #takeOptions(fence: Block): void {
    this.#isGone.fill(true, fence.line, fence.end);
    if (this.options !== null)
      return this.#fault(fence.line, 'are options again: write all options of a task in one block');
    const first = this.#firstLine + fence.line + 1;
    const options = readYaml(`${insideOf(fence, this.#lines)}\n`, first);
    this.options = options;
    this.faults.push(...options.faults);
    if (options.faults.length === 0 && options.value !== null && !isRecord(options.value))
      this.#fault(fence.line + 1, 'the options must be names and values');
  }

  #takeFields(): void {
    const isHidden = this.#lines.map(() => false);
    for (const { kind, line, end } of this.#blocks)
      if (kind === 'fence' || kind === 'code' || kind === 'html') isHidden.fill(true, line, end);
    for (const [index, text] of this.#lines.entries()) {
      const field = isHidden[index] === true ? null : fieldOf(text);
      if (field === null) continue;
      const isTwice = field.option in this.fields;
      if ('fault' in field || isTwice) {
        const why = 'fault' in field ? field.fault : 'comes twice';
        this.#note(index, `stays in the prompt: ${field.option} ${why}`);
      } else {
        this.fields[field.option] = field.value;
        this.#isGone[index] = true;
        this.#note(index, `is taken as ${field.option}: ${JSON.stringify(field.value)}`);
      }
    }
  }

  #isAlone({ line, end }: Block): boolean {
    return this.#lines.every(
      (text, index) => (line <= index && index < end) || this.#isGone[index] === true || text.trim() === '',
    );
  }

  #place(index: number) {
    return { line: this.#firstLine + index, column: 1 };
  }

  #fault(index: number, message: string): void {
    this.faults.push({ ...this.#place(index), message });
  }

  #note(index: number, message: string): void {
    this.notes.push({ ...this.#place(index), message });
  }
}

/** Returns lines as text, without the blank ones around it; what is inside stays as it is. */
export function withoutBlankEnds(lines: readonly string[]): string {
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return first === -1 ? '' : lines.slice(first, last + 1).join('\n');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
