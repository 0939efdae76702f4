import { createRequire } from 'node:module';

const SDK = '@anthropic-ai/claude-agent-sdk';
const LIBCS = process.platform === 'linux' ? ['', '-musl'] : [''];

/**
 * Returns the path of the Claude Code to run: the user's own, or the SDK's for this system. Throws, with what
 * to do, if there is none.
 */
export function claudeExecutable(own: string | null): string {
  if (own !== null) return own;
  const { resolve } = createRequire(import.meta.resolve(SDK));
  const system = `${process.platform}-${process.arch}`;
  const program = process.platform === 'win32' ? 'claude.exe' : 'claude';
  for (const libc of LIBCS) {
    try {
      return resolve(`${SDK}-${system}${libc}/${program}`);
    } catch {
      // not installed: only the package that fits this system is
    }
  }
  throw new Error(`No Claude Code for ${system} is installed; reinstall with optional dependencies.`);
}
