/** The meaning of a fence, by the words after its mark. */
export type FenceKind = 'command' | 'shell' | 'options' | { fault: string } | null;

const SHELLS = new Set(['sh', 'bash', 'zsh', 'shell', 'ksh', 'dash']);
const DATA = new Set(['yaml', 'yml', 'json']);
const COMMAND = new Set(['command', 'commands', 'cmd', 'run', 'exec', 'execute']);
const OPTIONS = new Set(['options', 'option', 'opts']);

/** Reads "sh command", "bash {command}", "{.sh .command}", "yml options" and the like. */
export function fenceKind(info: string): FenceKind {
  const words = info
    .toLowerCase()
    .slice(0, 200)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const [language = '', ...marks] = words;
  if (COMMAND.has(language) && (marks.length === 0 || SHELLS.has(marks[0] ?? ''))) return 'command';
  if (OPTIONS.has(language) && (marks.length === 0 || DATA.has(marks[0] ?? ''))) return 'options';
  if (SHELLS.has(language)) {
    if (marks.some((mark) => COMMAND.has(mark))) return 'command';
    return marks.some((mark) => isNear(mark, 'command')) ? { fault: meant('sh command') } : 'shell';
  }
  if (DATA.has(language)) {
    if (marks.some((mark) => OPTIONS.has(mark))) return 'options';
    return marks.some((mark) => isNear(mark, 'options')) ? { fault: meant('yaml options') } : null;
  }
  if (marks.includes('command')) return { fault: `can't be run as ${language}: ${meant('sh command')}` };
  if (marks.includes('options')) return { fault: `can't be read as ${language}: ${meant('yaml options')}` };
  return null;
}

function meant(what: string): string {
  return `write "\`\`\`${what}" if that is what it is`;
}

/** Whether one of the words becomes the other with two letters added, left out or changed. */
function isNear(word: string, other: string): boolean {
  if (Math.abs(word.length - other.length) > 2) return false;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of word.split('').entries()) {
    const next = [index + 1];
    for (let place = 1; place <= other.length; place += 1)
      next[place] = Math.min(
        (row[place] ?? 0) + 1,
        (next[place - 1] ?? 0) + 1,
        (row[place - 1] ?? 0) + (other[place - 1] === letter ? 0 : 1),
      );
    row = next;
  }
  return (row[other.length] ?? 3) <= 2;
}
