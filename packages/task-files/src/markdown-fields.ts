import { secondsIn } from '@cc-executor/contracts';

/** An option that a line of a body says in words, such as "**Timeout**: 60s"; `fault`: why it can't be read. */
export type Field = { option: string; value: unknown } | { option: string; fault: string };

const OPTIONS: Readonly<Record<string, string>> = {
  timeout: 'timeout',
  'time limit': 'timeout',
  tools: 'allowed_tools',
  'allowed tools': 'allowed_tools',
  allowed_tools: 'allowed_tools',
  model: 'model',
  retries: 'retries',
  'max retries': 'retries',
};

/** Reads a line that is nothing but a name in bold letters and a value; null: it is none, or its name is no option. */
export function fieldOf(line: string): Field | null {
  const [, name, colon, given] =
    /^[ \t]*(?:[-*+][ \t]+)?(?:\*\*|__)([\p{L}_ ]{1,40})(:?)(?:\*\*|__)([^]*)$/u.exec(line) ?? [];
  const option = OPTIONS[name?.trim().toLowerCase() ?? ''];
  if (option === undefined || given === undefined || (colon === '' && !given.trimStart().startsWith(':')))
    return null;
  // What stands in parentheses is for people, as is code.
  const value = given
    .trimStart()
    .replace(/^:/, '')
    .replace(/[ \t]\([^()]*\)[ \t]*$/, '')
    .replaceAll('`', '')
    .trim();
  return READERS[option]?.(option, value) ?? null;
}

const READERS: Readonly<Record<string, (option: string, value: string) => Field>> = {
  timeout: (option, value) => {
    if (/^(?:auto(?:matic)?|let redis decide|redis|predicted|learnt|learned)$/i.test(value))
      return { option, value: 'auto' };
    const seconds = secondsIn(value);
    return seconds === null
      ? { option, fault: 'is not a time such as 90, 10m or 1h30m' }
      : { option, value: seconds };
  },
  allowed_tools: (option, value) => {
    const tools = value
      .replace(/^\[(.*)\]$/, '$1')
      .split(',')
      .map((tool) => tool.trim().replace(/^(["'])(.*)\1$/, '$2'))
      .filter((tool) => tool !== '');
    const isTool = (tool: string) => /^[A-Za-z0-9_*-]+(?:\([^()]*\))?$/.test(tool);
    return tools.length > 0 && tools.every(isTool)
      ? { option, value: tools }
      : { option, fault: 'is not a list of tools such as Read, Write' };
  },
  model: (option, value) =>
    /^[\w.:/[\]-]+$/.test(value) ? { option, value } : { option, fault: 'is not the name of a model' },
  retries: (option, value) =>
    /^\d{1,3}$/.test(value) ? { option, value: Number(value) } : { option, fault: 'is not a whole number' },
};
