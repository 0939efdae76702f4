import { faultsOf, HOOK_STAGES, type HookStage } from '@cc-executor/contracts';
import { ConfigError, findProgram, isProgram } from '@cc-executor/service-kit';
import { programOf } from '@cc-executor/task-rules/command-line';
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, extname, join, resolve, sep } from 'node:path';
import type { HookDefinition } from './hook.ts';
import { HooksFile, type HooksFileEntry } from './hooks-file.ts';

const SETTINGS_FILE = 'hooks.json';
const MODULE = /\.(ts|mts|js|mjs)$/;

export interface HooksPlace {
  /** The folder of the hooks; absolute. */
  directory: string;
  /** The root of the workspaces: no hook is loaded from there. */
  workspaces: string;
  /** A PATH to find the programs of commands. */
  searchPath: string | undefined;
}

/**
 * Returns the hooks of a directory: those that its hooks.json names, in that order, and each module named after a stage, such as
 * `pre_task.ts` or `pre_task.budget.ts`, in the order of their names. Throws one ConfigError with all faults.
 */
export function readHooks(place: HooksPlace): HookDefinition[] {
  const reader = new Reader(place);
  const hooks = reader.read();
  if (reader.faults.length > 0) throw new ConfigError(reader.faults);
  return hooks;
}

class Reader {
  readonly faults: string[] = [];
  readonly #place: HooksPlace;

  constructor(place: HooksPlace) {
    this.#place = place;
  }

  read(): HookDefinition[] {
    const { directory } = this.#place;
    let names: string[] = [];
    try {
      names = readdirSync(directory).toSorted();
    } catch (error) {
      this.faults.push(`CC_EXECUTOR_HOOKS_DIR: got "${directory}"; it can't be read (${codeOf(error)})`);
      return [];
    }
    this.#refuseWorkspace('CC_EXECUTOR_HOOKS_DIR', directory);
    const file = names.includes(SETTINGS_FILE) ? this.#settingsFile() : HooksFile.parse({});
    const listed = HOOK_STAGES.flatMap((stage) =>
      file.hooks[stage].map((entry, index) => {
        const where = `${SETTINGS_FILE}: hooks.${stage}[${String(index)}]`;
        return this.#ofEntry(stage, entry, file.timeout, where);
      }),
    ).filter((hook) => hook !== null);
    const taken = new Set(listed.map(({ runs }) => ('module' in runs ? basename(runs.module) : '')));
    const found = names.flatMap((name) => {
      const stage = HOOK_STAGES.find((one) => name.startsWith(`${one}.`));
      if (stage === undefined || !MODULE.test(name) || name.endsWith('.d.ts') || taken.has(name)) return [];
      return this.#module(stage, name, { timeout: file.timeout, required: false, events: null }, name) ?? [];
    });
    const hooks = [...listed, ...found];
    this.#refuseTwins(hooks);
    return hooks;
  }

  #settingsFile(): HooksFile {
    const path = join(this.#place.directory, SETTINGS_FILE);
    try {
      const parsed = HooksFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
      if (parsed.success) return parsed.data;
      for (const { path: where, message } of faultsOf(parsed.error))
        this.faults.push(`${SETTINGS_FILE}: ${where === '' ? '' : `${where} `}${message}`);
    } catch (error) {
      this.faults.push(`${path}: can't be read as JSON (${(error as Error).message})`);
    }
    return HooksFile.parse({});
  }

  #ofEntry(stage: HookStage, entry: HooksFileEntry, timeout: number, where: string): HookDefinition | null {
    const { command, module = '', name, required, events = null } = entry;
    if (events !== null && stage !== 'on_event') this.faults.push(`${where}: events is for on_event only`);
    if (stage === 'on_event' && required)
      this.faults.push(`${where}: on_event hooks cannot be required: the event has already happened`);
    const settings = { name, timeout: entry.timeout ?? timeout, required, events };
    if (command === undefined) return this.#module(stage, module, settings, where);
    const [program = '', ...args] = typeof command === 'string' ? wordsOf(command) : command;
    const path = program.includes(sep)
      ? resolve(this.#place.directory, program)
      : findProgram([program], this.#place.searchPath);
    if (path === null || !isProgram(path)) {
      this.faults.push(
        `${where}: "${program}" is neither a program on the PATH nor the path of an executable file`,
      );
      return null;
    }
    this.#refuseWorkspace(where, path);
    return {
      ...settings,
      name: name ?? basename(program),
      stage,
      runs: { program: path, args },
      source: [program, ...args].join(' '),
    };
  }

  #module(
    stage: HookStage,
    file: string,
    settings: { name?: string | undefined } & Pick<HookDefinition, 'timeout' | 'required' | 'events'>,
    where: string,
  ): HookDefinition | null {
    const path = resolve(this.#place.directory, file);
    if (!MODULE.test(path) || !isFile(path)) {
      this.faults.push(
        `${where}: "${file}" is not a module: a file of JavaScript or TypeScript (.ts, .mts, .js, .mjs)`,
      );
      return null;
    }
    this.#refuseWorkspace(where, path);
    const stem = basename(file, extname(file));
    const name = settings.name ?? (stem.startsWith(`${stage}.`) ? stem.slice(stage.length + 1) : stem);
    return { ...settings, name, stage, runs: { module: path }, source: file };
  }

  /** A file that a task can write must not run with the rights of the worker. */
  #refuseWorkspace(where: string, path: string): void {
    const [real, root] = [realOf(path), realOf(this.#place.workspaces)];
    if (real === root || real.startsWith(`${root}${sep}`))
      this.faults.push(
        `${where}: "${path}" is among the workspaces, where tasks can write; hooks are taken from elsewhere`,
      );
  }

  #refuseTwins(hooks: readonly HookDefinition[]): void {
    const seen = new Set<string>();
    for (const { stage, name } of hooks) {
      const key = `${stage} ${name}`;
      if (seen.has(key))
        this.faults.push(`${SETTINGS_FILE}: two hooks of ${stage} are named "${name}": give one a name`);
      seen.add(key);
    }
  }
}

function wordsOf(line: string): string[] {
  const { program, args } = programOf(line);
  return [program, ...args];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
