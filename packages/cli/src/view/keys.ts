import type { Execution } from '@cc-executor/sdk';

export interface KeyActions {
  execution: Execution;
  isPaused: () => boolean;
  /** Enter: more of the output, or less. */
  onOutput: () => void;
  /** Says what a key has done. */
  say: (text: string) => void;
}

export const KEYS_TEXT = 'q let go  p pause  c cancel  ⏎ output';

const CTRL_C = '\u0003';

/** Listens to the keys of a terminal until the returned function is called; nothing where standard input is none. */
export function listenToKeys({ execution, isPaused, onOutput, say }: KeyActions): (() => void) | null {
  const { stdin } = process;
  if (!stdin.isTTY) return null;
  let mayCancel = false;
  const control = (verb: 'pause' | 'resume' | 'cancel', text: string) => {
    say(text);
    execution[verb]().catch((error: unknown) => {
      say((error as Error).message);
    });
  };
  const press = (key: string) => {
    const asked = mayCancel;
    mayCancel = false;
    // A terminal in raw mode sends no signal itself.
    if (key === CTRL_C || key === 'q') process.kill(process.pid, 'SIGINT');
    else if (key === '\r' || key === '\n') onOutput();
    else if (key === 'p') control(isPaused() ? 'resume' : 'pause', isPaused() ? 'resuming' : 'pausing');
    else if (key === 'c' && asked) control('cancel', 'cancelling');
    else if (key === 'c') {
      mayCancel = true;
      say('c again cancels it');
    } else say(KEYS_TEXT);
  };
  const receive = (data: Buffer) => {
    for (const key of data.toString()) press(key);
  };
  stdin.setRawMode(true);
  stdin.resume();
  stdin.on('data', receive);
  return () => {
    stdin.off('data', receive);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
