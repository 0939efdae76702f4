import * as fc from 'fast-check';

/** Texts that have broken a parser, a path, a log, a terminal or a template somewhere. */
const KNOWN = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\uFEFF',
  '\uD800',
  '\uDC00\uD800',
  '\u2028\u2029',
  '\u202Etxt.exe',
  'é́́́',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  '\r\nSet-Cookie: a=b',
  '\n\n{"jsonrpc":"2.0"}',
  '\x1b]52;c;YQ==\x07',
  '\x1b[2J\x1b[H',
  '\x9b31m',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'prototype.polluted',
  'null',
  'undefined',
  'NaN',
  'true',
  '-1',
  '0',
  '00',
  '1e309',
  '0x10',
  '９',
  '9007199254740993',
  '99999999999999999999999999',
  '-0',
  '1.0000000000000001',
  '/etc/passwd',
  '/proc/self/environ',
  '/dev/zero',
  '..',
  '.',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '%252e%252e%252f',
  '%c0%ae%c0%ae/',
  '%00',
  '%zz',
  '%',
  'file:///etc/passwd',
  'C:\\',
  '~root',
  '-rf',
  '--help',
  '; true',
  '$(true)',
  '`true`',
  '| true',
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}',
  '{{tasks.1.result}}',
  '{{tasks.999999999999999999999.result}}',
  '{{{{',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '*\r\n$4\r\nPING\r\n',
  '=HYPERLINK("http://127.0.0.1")',
  '%s%s%s%n',
  'data:text/html,a',
  '2026-02-30T25:61:61Z',
  '+275760-09-13T00:00:00.001Z',
  '0000-00-00',
  '{"a":',
  '[[[[[[',
  '"',
  '\\',
  "'",
  '- &a [*a]',
  '!!js/function x',
  '<<: *a',
  '(a+)+$',
  '^(a|a)*$',
  '(?<=',
];

/** What makes an algorithm slow that is not linear, when it comes often. */
const UNITS = [
  '+(',
  '(',
  '[',
  '{',
  '{{',
  '{{tasks.1.result}}',
  '"',
  "'",
  '\\',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '```\n',
  '~~~\n',
  '- ',
  '> ',
  '**',
  '<!--',
  '</a>',
  '&#',
  '%2e',
  '../',
  'a,',
  'a a ',
  '1.',
  '1. a\n',
  ',,',
  'and ',
  'a.b',
  '://',
  '@',
  '0',
  'é',
  '\u0301',
  '\uD83D\uDE00',
  '/*',
  'x=',
  '$',
  '.*',
];
const TAILS = ['', 'a', '!', '\n', '\0', ')', '"', ']'];

const repeated = fc
  .tuple(fc.constantFrom(...UNITS), fc.nat(4000), fc.constantFrom(...TAILS))
  .map(([unit, times, tail]) => unit.repeat(times) + tail);

/** Any text that a stranger may send; up to 70 KB. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...KNOWN) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...KNOWN), fc.constantFrom(...KNOWN)).map((two) => two.join('')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme' }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: repeated },
);

const numbers = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 0.1, 1e21, -1e21, 2 ** 31, 2 ** 32, 2 ** 53, 5e-324, 1.7976931348623157e308),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const nested = fc
  .tuple(fc.integer({ min: 1, max: 700 }), fc.constantFrom('[', '{"a":', '{"properties":{"a":', '{"not":'))
  .map(([levels, open]): unknown => nest(levels, open));

/** `levels` lists or objects, each in the one before; built from within, since a parser could end at its own bound. */
function nest(levels: number, open: string): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) {
    if (open === '[') value = [value];
    else if (open === '{"a":') value = { a: value };
    else if (open === '{"not":') value = { not: value };
    else value = { properties: { a: value } };
  }
  return value;
}

/** Any JSON that a stranger may send in place of what was asked for. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  { weight: 3, arbitrary: numbers },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [{}], '') },
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: nested },
  {
    weight: 1,
    arbitrary: fc
      .tuple(hostileText, fc.integer({ min: 1, max: 1500 }))
      .map(([text, times]) => manyOf(text, times)),
  },
  { weight: 1, arbitrary: fc.dictionary(hostileText, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 20 }) },
);

/** The same text often, but 100 KB at most in all. */
function manyOf(text: string, times: number): string[] {
  return Array.from({ length: Math.min(times, Math.ceil(100_000 / (text.length + 1))) }, () => text);
}
