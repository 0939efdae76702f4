/** What a service tells the process that started it, where there is a channel to it. */
export type ServiceMessage =
  ({ type: 'ready' } & Record<string, unknown>) | { type: 'failed'; message: string };

/** True when this process was started by another one with a message channel. */
export function hasParent(): boolean {
  return process.send !== undefined;
}

/** Resolves when the message is on its way, or at once when there is nobody to tell. Never rejects. */
export function tellParent(message: ServiceMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}

/** Calls `act` once when the process that started this one is gone. */
export function onParentGone(act: () => void): void {
  if (process.connected) process.once('disconnect', act);
  else act();
}
