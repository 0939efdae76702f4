/**
 * Names this process, in its command line too, so that a task that ends programs of its own by `pkill -f node` or
 * `killall node` does not end what runs it.
 */
export function nameProcess(name: string): void {
  process.title = name.startsWith('cc-executor') ? name : `cc-executor-${name}`;
}
