/** Git's words, and those of ssh, for what a later try does not change. They stand beside words of a lost connection. */
const REFUSED = [
  /authentication failed|could not read (?:username|password)|terminal prompts disabled/i,
  /permission denied|access denied|host key verification failed/i,
  /does not appear to be a git repository|not exported/i,
] as const;

/** Their words, and those of curl, for a network or a server that is away. */
const AWAY = [
  /could not resolve|unable to look up|name resolution|name or service not known/i,
  /connection (?:was )?(?:refused|reset|closed|timed out|aborted)|couldn't connect|failed to connect|unable to connect/i,
  /timed? ?out|no route to host|(?:network|host) is (?:unreachable|down)|broken pipe|operation too slow/i,
  /early eof|hung up unexpectedly|unexpected disconnect|empty reply|recv failure|send failure/i,
  /transfer closed|not closed cleanly|expected flush after|invalid index-pack output|rpc failed; curl/i,
  /\b(?:ssl|tls|gnutls)\b|gnutls_|openssl|certificate/i,
  /(?:returned error:|rpc failed; http|received http code|response) (?:408|429|5\d\d)\b/i,
] as const;

/** Returns whether a git that could not clone from an address says that the network or the server is away. `why`: its message. */
export function isOutOfReach(why: string): boolean {
  const isRefused = REFUSED.some((words) => words.test(why)) || why.split('\n').some(isNone);
  return !isRefused && AWAY.some((words) => words.test(why));
}

/** Returns whether a line says that there is no such repository, whose name may be in the middle of that. */
function isNone(line: string): boolean {
  return /\brepository\b/i.test(line) && line.includes('not found');
}
