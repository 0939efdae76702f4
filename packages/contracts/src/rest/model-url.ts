import { z } from 'zod';

/** The ports that no HTTP client calls, since other protocols use them. Source: "Port blocking" of the Fetch standard. */
const BLOCKED_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104,
  109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515,
  526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049,
  3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);

const EXAMPLE = 'such as http://127.0.0.1:4000/v1';

/** Returns why an address can never be that of an API; null: it may be one. */
function faultOf(text: string): string | null {
  const url = URL.parse(text);
  // The schema says what is wrong with it.
  if (url === null) return null;
  if (url.username + url.password !== '') return 'must not have a password: the key belongs in pass_env';
  if (url.search + url.hash !== '' || /[?#]$/.test(text))
    return `must be the address without a query or a fragment, ${EXAMPLE}`;
  if (/\/chat\/completions\/?$/.test(url.pathname))
    return `must be the address before /chat/completions, which is added, ${EXAMPLE}`;
  return url.port !== '' && BLOCKED_PORTS.has(Number(url.port))
    ? `has the port ${url.port}, which no HTTP client calls`
    : null;
}

/** The address of an API that speaks Chat Completions. What can never work is refused. */
export const ModelUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .max(2000)
  .superRefine((text, context) => {
    const message = faultOf(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
