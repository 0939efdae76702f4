/** Where the page is: everything is in the address, so that a link leads back. */
export interface Route {
  path: readonly string[];
  query: URLSearchParams;
}

/** Returns the place that the part of an address behind # names. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const parts = path.split('/').filter((part) => part !== '');
  return { path: parts.map(decoded), query: new URLSearchParams(query) };
}

/** Returns the address of a place. */
export function linkTo(
  path: readonly (string | number)[],
  query: Record<string, string | number> = {},
): string {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const rest = search.size > 0 ? `?${search.toString()}` : '';
  return `#/${path.map((part) => encodeURIComponent(String(part))).join('/')}${rest}`;
}

export const toList = (id: string) => linkTo(['executions', id]);
export const toTask = (id: string, task: number, query: Record<string, string | number> = {}) =>
  linkTo(['executions', id, 'tasks', task], query);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
