/** Whom processes in containers run as where their worker is root. */
const ORDINARY = { uid: 1000, gid: 1000 };

/** Returns whom processes in containers run as: this process' user, or an ordinary one in place of root. */
export function boxUser(): { uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return uid === 0 ? ORDINARY : { uid, gid };
}
