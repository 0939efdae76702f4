import { waitFor } from '@cc-executor/testkit';
import { describe, expect, it } from 'vitest';
import { SilenceWatch } from '../src/attempts/silence-watch.ts';

function watch(seconds: number) {
  const told: string[] = [];
  let held = false;
  const silence = new SilenceWatch({
    seconds,
    isHeld: () => held,
    onNotice: (after) => told.push(`notice after ${String(after)} s`),
    onSilent: () => told.push('silent'),
  });
  return { told, silence, hold: (now: boolean) => (held = now) };
}

describe('a silence', () => {
  it('is reported when it gets long, and again when it is too long', async () => {
    const { told, silence } = watch(0.2);
    await waitFor(() => told.length === 2);
    silence.stop();
    expect(told).toEqual(['notice after 0.1 s', 'silent']);
  });

  it('that is broken counts from the start, and is logged again', async () => {
    const { told, silence } = watch(4);
    await waitFor(() => told.length === 1);
    silence.heard();
    await waitFor(() => told.length === 2);
    silence.heard();
    silence.stop();
    expect(told).toEqual(['notice after 2 s', 'notice after 2 s']);
  });

  it('is none while a tool runs', async () => {
    const other = watch(0.2);
    const { told, silence, hold } = watch(0.1);
    hold(true);
    await waitFor(() => other.told.length === 2);
    expect(told).toEqual([]);
    hold(false);
    await waitFor(() => told.length === 2);
    silence.stop();
    other.silence.stop();
  });
});
