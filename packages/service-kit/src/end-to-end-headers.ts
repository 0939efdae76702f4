import type { IncomingHttpHeaders } from 'node:http';

/** Source: RFC 9110, section 7.6.1. */
const OF_ONE_HOP: ReadonlySet<string> = new Set(
  `connection keep-alive te trailer transfer-encoding upgrade
  proxy-authenticate proxy-authorization proxy-connection`.split(/\s+/),
);

/** Returns the headers of a message without those of one hop: what a proxy passes on. */
export function endToEndHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const ofThisHop = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(
    Object.entries(headers).filter(
      (entry): entry is [string, string | string[]] =>
        entry[1] !== undefined && !OF_ONE_HOP.has(entry[0]) && !ofThisHop.has(entry[0]),
    ),
  );
}
