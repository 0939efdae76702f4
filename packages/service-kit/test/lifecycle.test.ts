import { expect, test } from 'vitest';
import { createLogger, Lifecycle } from '../src/index.ts';

const logger = createLogger({ name: 'probe', level: 'silent' });
const newLife = (stopDeadlineMs = 5000) => new Lifecycle({ logger, stopDeadlineMs });

test('what was opened is closed last first, each even if the one before failed, and only once', async () => {
  const life = newLife();
  const closed: string[] = [];
  await life.start(async () => {
    life.onClose('first', () => closed.push('first'));
    life.onClose('second', () => {
      closed.push('second');
      throw new Error('stuck');
    });
    life.onClose('third', async () => closed.push('third'));
  });
  expect(life.state).toBe('running');
  const stopping = life.stop('test');
  expect(life.state).toBe('stopping');
  expect(life.stop('again')).toBe(stopping);
  const report = await stopping;
  expect(closed).toEqual(['third', 'second', 'first']);
  expect(report.faults.map((fault) => fault.message)).toEqual(['closing second failed: stuck']);
  expect(life.state).toBe('stopped');
});

test('a start-up that fails halfway closes what was opened, and reports both errors', async () => {
  const life = newLife();
  let closed = false;
  const start = life.start(async () => {
    life.onClose('broken', () => Promise.reject(new Error('stuck')));
    life.onClose('open', () => (closed = true));
    throw new Error('no port');
  });
  await expect(start).rejects.toThrow('no port; also: closing broken failed: stuck');
  expect(closed).toBe(true);
  expect(life.state).toBe('stopped');
});

test('a start-up that fails with nothing else wrong throws its own error', async () => {
  const error = new Error('no port');
  await expect(newLife().start(() => Promise.reject(error))).rejects.toBe(error);
});

test('the deadline ends a stop that hangs, and names what is still open', async () => {
  const life = newLife(50);
  await life.start(async () => {
    life.onClose('never reached', () => undefined);
    life.onClose('hangs', () => new Promise(() => undefined));
  });
  const report = await life.stop('test');
  expect(report.overdue).toEqual(['never reached', 'hangs']);
});

test('a stop during the start-up waits for it, closes what it opened, and start gives undefined', async () => {
  const life = newLife();
  const opened = Promise.withResolvers<void>();
  const closed: string[] = [];
  const start = life.start(async () => {
    await opened.promise;
    life.onClose('late', () => closed.push('late'));
    return 'details';
  });
  const stop = life.stop('test');
  expect(life.stopSignal.aborted).toBe(true);
  opened.resolve();
  expect(await start).toBeUndefined();
  await stop;
  expect(closed).toEqual(['late']);
});

test('opening something, or starting, when it is stopped throws and says the state', async () => {
  const life = newLife();
  await life.start(async () => undefined);
  await life.stop('test');
  expect(() => life.onClose('thing', () => undefined)).toThrow('the service is stopped');
  await expect(life.start(async () => undefined)).rejects.toThrow(
    "a service that is stopped can't be started",
  );
});
