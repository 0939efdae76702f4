import { STATUS_WORDS } from '../texts.ts';

const TONES: Readonly<Record<string, string>> = {
  completed: 'good',
  failed: 'bad',
  timed_out: 'bad',
  paused: 'warn',
  waiting: 'warn',
  cancelling: 'warn',
  running: 'live',
};

/** A state, in words and in a colour. */
export function Status({ status }: { status: string }) {
  return <span class={`badge ${TONES[status] ?? ''}`}>{STATUS_WORDS[status] ?? status}</span>;
}

export function Badge({ tone = '', text }: { tone?: string; text: string }) {
  return <span class={`badge ${tone}`}>{text}</span>;
}
