import { expect, it } from 'vitest';
import { settingText } from '../src/setting-text.ts';

it('a setting is shown in the units that a person reads', () => {
  expect(settingText(1024 ** 3, 'bytes')).toBe('1 GiB');
  expect(settingText(1.5 * 1024 ** 2, 'bytes')).toBe('1.5 MiB');
  expect(settingText(604_800, 'seconds')).toBe('7 days');
  expect(settingText(5400, 'seconds')).toBe('1 h 30 min');
  expect(settingText(0, 'seconds')).toBe('0 s');
  expect(settingText([60, 300], 'seconds')).toBe('1 min, 5 min');
  expect(settingText(8001)).toBe('8001');
  expect([settingText([]), settingText(true), settingText(false), settingText(null)]).toEqual([
    'none',
    'yes',
    'no',
    'none',
  ]);
});
