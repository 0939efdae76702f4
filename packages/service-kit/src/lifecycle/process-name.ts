/**
 * Names this process, also in its command line, so that a task that kills its own programs by `pkill -f node` or
 * `killall node` does not kill the service that runs it.
 */
export function nameProcess(name: string): void {
  process.title = name.startsWith('cc-executor') ? name : `cc-executor-${name}`;
}
