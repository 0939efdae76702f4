import {
  ACP_PROGRAMS,
  AcpEntries,
  check,
  closestTo,
  installCommand,
  type AcpAgent,
  type AcpEntry,
} from '@cc-executor/contracts';
import { readPlainSync } from '@cc-executor/evidence/plain-files';
import { findProgram } from '@cc-executor/service-kit';
import { join } from 'node:path';
import { installedProgram } from '../installed-program.ts';

export interface AcpPlaces {
  /** The file with the user's own entries, which may not exist. */
  entries: string;
  /** The folder into which agents are installed, which may not exist. */
  installed: string;
  /** The search path of the worker. */
  path: string | undefined;
  /** If not null: the only programs that a task may name by a command. */
  allowedCommands: readonly string[] | null;
}

/** A program that speaks the Agent Client Protocol, ready to be started. */
export interface AcpProgram {
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Names of variables of the worker that it gets beside those that all agents get. */
  passEnv: readonly string[];
  /** Whether it is to read and write files through its client. */
  files: boolean;
  /** Returns the base address of its model's server; null: only the program knows it. */
  server: (env: Readonly<Record<string, string>>) => string | null;
}

/** A program that speaks it in a container. */
interface BoxedAcpProgram extends Omit<AcpProgram, 'program' | 'files' | 'server'> {
  /** Its path on the worker's machine, of which a container is given it; or its name in the image. */
  program: { installed: string } | { command: string };
}

/** Why there is no program: with what to do. */
export interface NoProgram {
  why: 'not_installed' | 'not_allowed' | 'unknown' | 'faulty';
  message: string;
}

/** The largest file of entries, in bytes. */
const ENTRY_BYTES = 256 * 1024;
type BuiltIn = keyof typeof ACP_PROGRAMS;

/** Where the models of the built-in programs are, as far as the environment of the worker decides it. */
const SERVERS: Readonly<Record<BuiltIn, AcpProgram['server']>> = {
  opencode: () => null,
  gemini: (env) =>
    env['GEMINI_API_KEY']
      ? env['GOOGLE_GEMINI_BASE_URL'] || 'https://generativelanguage.googleapis.com'
      : null,
};

/** Returns the names that tasks can use, those of the user's file first. Does not throw. */
export function acpNames(places: AcpPlaces): string[] {
  const read = readEntries(places.entries);
  const own = 'fault' in read ? [] : Object.keys(read.entries);
  return [...new Set([...own, ...Object.keys(ACP_PROGRAMS)])];
}

/** Returns what is wrong with the user's file; null: nothing. Does not throw. */
export function entriesFault({ entries }: AcpPlaces): string | null {
  const read = readEntries(entries);
  return 'fault' in read ? read.fault : null;
}

/** Returns whether a name is the user's own, or installed by cc-executor: what is only on PATH nobody asked for. */
export function isChosen(name: string, { entries, installed }: AcpPlaces): boolean {
  const read = readEntries(entries);
  if (!('fault' in read) && Object.hasOwn(read.entries, name)) return true;
  return isBuiltIn(name) && installedProgram(name, join(installed, name)) !== null;
}

/** Returns the program that a task names. Does not throw. */
export function acpProgram(asked: AcpAgent, places: AcpPlaces): AcpProgram | NoProgram {
  const found = entryOf(asked, places);
  if ('why' in found) return found;
  return 'builtIn' in found ? builtIn(found.builtIn, places) : onPath(found, places);
}

/** Returns the program that a task in a container names. Does not throw. */
export function boxedAcpProgram(asked: AcpAgent, places: AcpPlaces): BoxedAcpProgram | NoProgram {
  const found = entryOf(asked, places);
  if ('why' in found) return found;
  if (!('builtIn' in found)) {
    const { command, args, env, pass_env: passEnv } = found;
    return { program: { command }, args, env, passEnv };
  }
  const { builtIn: name } = found;
  const { args, env, passEnv, onPath: command } = ACP_PROGRAMS[name];
  const installed =
    installedProgram(name, join(places.installed, name)) ?? findProgram([command], places.path);
  return { program: installed === null ? { command } : { installed }, args, env, passEnv };
}

function entryOf(asked: AcpAgent, places: AcpPlaces): AcpEntry | { builtIn: BuiltIn } | NoProgram {
  if (typeof asked !== 'string') {
    const { command, args = [] } = asked;
    if (places.allowedCommands?.includes(command) === false)
      return {
        why: 'not_allowed',
        message: `"${command}" is not one of ALLOWED_COMMANDS (${places.allowedCommands.join(', ')}).`,
      };
    return { command, args, env: {}, pass_env: [], files: true };
  }
  const read = readEntries(places.entries);
  if ('fault' in read) return { why: 'faulty', message: read.fault };
  const own = Object.hasOwn(read.entries, asked) ? read.entries[asked] : undefined;
  if (own !== undefined) return own;
  if (isBuiltIn(asked)) return { builtIn: asked };
  const meant = closestTo(asked, acpNames(places));
  return {
    why: 'unknown',
    message:
      `"${asked}" is not a program that this worker knows${meant === null ? '' : `; did you mean "${meant}"?`} ` +
      `It knows ${acpNames(places).join(', ')}; ${places.entries} can name others.`,
  };
}

function isBuiltIn(name: string): name is BuiltIn {
  return Object.hasOwn(ACP_PROGRAMS, name);
}

function builtIn(name: BuiltIn, { installed, path }: AcpPlaces): AcpProgram | NoProgram {
  const { args, onPath: command, env, passEnv, files } = ACP_PROGRAMS[name];
  const more = { env, passEnv, files, server: SERVERS[name] };
  const whole = installedProgram(name, join(installed, name));
  if (whole !== null)
    return whole.endsWith('.js')
      ? { program: process.execPath, args: [whole, ...args], ...more }
      : { program: whole, args, ...more };
  const program = findProgram([command], path);
  return program === null
    ? { why: 'not_installed', message: `It is not installed. Install it: ${installCommand(name)}` }
    : { program, args, ...more };
}

function onPath(
  { command, args, env, pass_env: passEnv, files, model_url: url }: AcpEntry,
  { path }: AcpPlaces,
) {
  const program = command.includes('/') ? command : findProgram([command], path);
  return program === null
    ? { why: 'not_installed' as const, message: `There is no "${command}" on the worker's PATH.` }
    : { program, args, env, passEnv, files, server: () => url ?? null };
}

/** Reads the user's entries each time: the file may change while the worker runs. */
function readEntries(file: string): { entries: Readonly<Record<string, AcpEntry>> } | { fault: string } {
  let text;
  try {
    text = readPlainSync(file, ENTRY_BYTES)?.toString() ?? null;
  } catch (error) {
    return { fault: `${file} cannot be read: ${(error as Error).message}` };
  }
  if (text === null) return { entries: {} };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { fault: `${file} is not JSON: ${(error as Error).message}` };
  }
  const checked = check(AcpEntries, json);
  return checked.error ? { fault: `${file}: ${checked.error.message}` } : { entries: checked.value };
}
