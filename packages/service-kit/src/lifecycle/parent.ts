/** The messages of a service to its parent process, if there is a channel. */
export type ServiceMessage =
  ({ type: 'ready' } & Record<string, unknown>) | { type: 'failed'; message: string };

/** Returns whether this process was started by another one with a message channel. */
export function hasParent(): boolean {
  return process.send !== undefined;
}

/** Resolves when the message is sent, or at once if there is no parent. Never rejects. */
export function notifyParent(message: ServiceMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}

/** Calls `act` once when the parent process has ended. */
export function onParentGone(act: () => void): void {
  if (process.connected) process.once('disconnect', act);
  else act();
}
