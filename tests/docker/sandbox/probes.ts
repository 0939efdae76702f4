/** How a probe that tries to get out begins its line when it succeeded, and that of one that finds the credential. */
export const OUT = 'OUT';

const tcp = (host: string, port: number) => `(exec 3<>/dev/tcp/${host}/${String(port)})`;

/**
 * Tries to find a credential, each as a shell command whose output is searched for it. `N1` and `N2` are the halves of what
 * is searched for: no probe finds itself.
 */
export const SEARCHES: readonly string[] = [
  'env',
  'export -p',
  'set',
  'cat /proc/self/environ',
  'cat /proc/1/environ',
  'cat /proc/$PPID/environ',
  'for p in /proc/[0-9]*; do cat $p/environ; done',
  'for p in /proc/[0-9]*; do cat $p/cmdline; done',
  'for p in /proc/[0-9]*; do ls -l $p/fd; done',
  'for p in /proc/[0-9]*; do for f in $p/fd/*; do timeout 1 head -c 65536 $f < /dev/null; done; done',
  'for p in /proc/[0-9]*; do ls $p/root/data $p/cwd; done',
  'for p in /proc/[0-9]*/task/*; do cat $p/environ; done',
  'for p in /proc/[0-9]*; do cat $p/auxv | tr -c "[:print:]" "\\n"; done',
  'for p in /proc/[0-9]*; do head -c 1000000 $p/mem; done',
  'cat /proc/self/mountinfo',
  'cat /proc/keys /proc/key-users',
  'cat /proc/kcore | head -c 1000000',
  'cat /proc/kmsg | head -c 1000',
  'cat /dev/mem | head -c 1000',
  'cat /proc/sysrq-trigger',
  'dmesg',
  'cat /proc/sched_debug',
  'cat /proc/version /proc/cmdline',
  'grep -ra "$N1$N2" /var/lib/cc-executor',
  'grep -ra "$N1$N2" /run',
  'grep -ra "$N1$N2" /etc',
  'grep -ra "$N1$N2" /home',
  'grep -ra "$N1$N2" /root',
  'grep -ra "$N1$N2" /tmp',
  'grep -ra "$N1$N2" /var/tmp',
  'grep -ra "$N1$N2" /var/log',
  'grep -ra "$N1$N2" /var/lib',
  'grep -ra "$N1$N2" /opt --exclude=claude',
  'grep -ra "$N1$N2" /srv /mnt /media',
  'grep -ra "$N1$N2" /workspace --exclude=probes.sh --exclude=probed',
  'grep -ra "$N1$N2" /dev/shm /dev/mqueue',
  'grep -ra "$N1$N2" /usr/local/etc /usr/local/share',
  'grep -ra "$N1$N2" /sys/kernel',
  'cat ~/.claude.json ~/.claude/.credentials.json ~/.claude/settings.json',
  'cat "$CLAUDE_CONFIG_DIR"/.claude.json',
  'find "$CLAUDE_CONFIG_DIR" -type f -exec cat {} +',
  'cat /var/lib/cc-executor/projects/*/*.jsonl',
  'cat ~/.netrc ~/.npmrc ~/.git-credentials ~/.ssh/*',
  'cat /run/secrets/*',
  'cat /.dockerenv /run/.containerenv',
  'git config --list --show-origin',
  'cat ~/.bash_history ~/.profile ~/.bashrc',
  'cat /var/run/docker.sock',
  'ls -laR /run',
  'ls -laR /var/lib/cc-executor',
  'ls -la / /opt /data /host /keys /signing /access',
  'cat ../*/*',
  'cat ../../*',
  'ls -la .. ../.. ../../..',
  'cat ../../launcher/launcher-id ../../access-key',
  'cat /workspace/../access-key',
  'ipcs -a; cat /proc/sysvipc/*',
  'ulimit -c unlimited; sh -c "kill -SEGV \\$\\$"; cat core* /tmp/core*',
  'cat /proc/sys/kernel/core_pattern',
  'tr -c "[:print:]" "\\n" < /proc/$PPID/maps',
  'cat /proc/*/stack /proc/*/syscall',
  'gdb -p $PPID -batch -ex "x/s environ"; strace -p $PPID -s 9999 -o /dev/stdout & sleep 0.2',
  'mount -t proc proc /tmp; mount --bind / /tmp; cat /tmp/1/environ',
  'unshare -Urpf --mount-proc cat /proc/1/environ',
  'su -c env; sudo -n env',
];

/** Tries to get out, each as a shell command that succeeds only if there is a way. `HOST` and `PORT`: the model's server. */
export const WAYS_OUT: readonly string[] = [
  '(exec 3<>/dev/tcp/127.0.0.1/$PORT)',
  '(exec 3<>/dev/tcp/localhost/$PORT)',
  '(exec 3<>/dev/tcp/::1/$PORT)',
  '(exec 3<>/dev/tcp/0.0.0.0/$PORT)',
  '(exec 3<>/dev/tcp/$HOST/$PORT)',
  ...['172.17.0.1', '172.18.0.1', '10.0.0.1', '192.168.0.1', '192.168.65.2', '100.100.100.200'].map((host) =>
    tcp(host, 80),
  ),
  ...['169.254.169.254', '169.254.170.2', '168.63.129.16'].map((host) => tcp(host, 80)),
  ...['1.1.1.1', '8.8.8.8', '93.184.216.34', '192.0.2.1'].map((host) => tcp(host, 443)),
  ...['8.8.8.8', '1.1.1.1', '127.0.0.11', '10.0.0.2'].map((host) => tcp(host, 53)),
  tcp('2606:4700:4700::1111', 443),
  tcp('fe80::1', 80),
  ...[
    'example.com',
    'metadata.google.internal',
    'host.docker.internal',
    'gateway.docker.internal',
    'redis',
    'api',
  ].map((host) => tcp(host, 80)),
  'getent hosts example.com',
  'getent ahosts $(date +%s).example.com',
  '(echo x > /dev/udp/8.8.8.8/53)',
  ...['127.0.0.11', '8.8.8.8', '127.0.0.53'].map(
    (server) =>
      `node -e "const r = new (require('dns').promises.Resolver)({ timeout: 1000, tries: 1 }); r.setServers(['${server}']); r.resolve4('example.com').catch(() => process.exit(1))"`,
  ),
  'ping -c 1 -W 1 1.1.1.1',
  'ip link add d0 type dummy',
  'ip route add default dev lo',
  "node -e \"require('net').connect('/var/run/docker.sock').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))\"",
  'test -S /var/run/docker.sock -o -S /run/docker.sock -o -S /run/containerd/containerd.sock',
  'test -S /run/cc-executor/launcher.sock -o -S /workspace/../../launcher/launcher.sock',
  "node -e \"require('net').connect('\\0/containerd-shim/x').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))\"",
  'nsenter -t 1 -n true',
  'unshare -n true',
  'mknod /tmp/raw b 8 0',
  'modprobe dummy',
  'test -w /proc/sys/net/ipv4/ip_forward',
  'test -w /sys/fs/cgroup/release_agent -o -w /sys/fs/cgroup/memory/release_agent',
  // What is mounted here can't be replaced from here, so nobody meets another folder in its place.
  'mv -T "$PWD" "$PWD.old"',
  'mv -T /workspace /tmp/workspace',
  'ln -sfnT / "$PWD"',
  'rmdir "$PWD"',
  'ln -s / "$PWD/../beside"',
  // The way to the model is for the model alone, and for who has the pass.
  `relay GET / "$PASS" 200`,
  `relay POST /v1/messages "sk-ant-of-nobody" 200`,
  `relay POST /v1/messages "" 200`,
  `relay GET /v1/models "$PASS" 200`,
  `relay POST /v1/organizations "$PASS" 200`,
  `relay POST /v1/messages/../../admin "$PASS" 200`,
  `relay POST http://example.com/v1/messages "$PASS" 200`,
  `relay CONNECT example.com:443 "$PASS" 200`,
  `relay DELETE /v1/files/x "$PASS" 200`,
  // Nor is there the way of another attempt.
  'test "$(ls /run/cc-executor | wc -l)" -ne 1',
];

/** Hosts that egress leads to in no case, whatever a list and the server allow. */
export const PROXIED: readonly string[] = [
  ...[
    '127.0.0.1',
    'localhost',
    '0.0.0.0',
    '127.1',
    '0x7f.1',
    '2130706433',
    '[::1]',
    '[::ffff:127.0.0.1]',
  ].map((host) => `${host}:80`),
  ...['10.0.0.1', '172.17.0.1', '192.168.0.1', '100.100.100.200', '169.254.169.254', '168.63.129.16'].map(
    (host) => `${host}:80`,
  ),
  'metadata.google.internal:80',
  'host.docker.internal:80',
  'redis:6379',
  'localhost:6379',
  'localhost:8001',
  'localhost:22',
  '[fd00:ec2::254]:80',
  '[64:ff9b::7f00:1]:80',
];

const RELAY = `relay() { node -e '
const [method, path, pass, status] = process.argv.slice(1);
const { request } = require("http");
const socketPath = process.env.SOCKET || process.env.ANTHROPIC_UNIX_SOCKET;
const sent = request({ socketPath, method, path, headers: pass === "" ? {} : { "x-api-key": pass } });
sent.on("response", (answer) => process.exit(answer.statusCode === Number(status) ? 0 : 1));
sent.on("connect", () => process.exit(0)).on("error", () => process.exit(1));
sent.setTimeout(3000, () => process.exit(1)).end();
' "$@"; }`;

/** Succeeds if the container's proxy opens a tunnel. */
const PROXIED_BY = `proxied() { exec 3<>/dev/tcp/127.0.0.1/13128
printf 'CONNECT %s HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n' "$1" >&3
IFS= read -r -t 3 ANSWER <&3
case $ANSWER in *' 200 '*) true ;; *) false ;; esac; }`;

/** A program of the shell that makes every try and prints a line for each of the second kind that succeeded. */
export function probesScript({ needle, host, port }: { needle: string; host: string; port: string }): string {
  const half = Math.floor(needle.length / 2);
  const lines = [
    `N1=${needle.slice(0, half)}; N2=${needle.slice(half)}; HOST=${host}; PORT=${port}; PASS=$ANTHROPIC_API_KEY`,
    RELAY,
    PROXIED_BY,
    'quick() { timeout -k 1 4 bash -c "$(declare -f relay proxied); $1" 2>/dev/null; }',
    'export N1 N2 HOST PORT PASS',
    ...SEARCHES.map((one) => `quick ${quoted(one)} | head -c 1000000 | tr -d '\\0' | sed 's/^/seen: /'`),
    ...WAYS_OUT.map((one) => `quick ${quoted(one)} >/dev/null && echo ${quoted(`${OUT} ${one}`)}`),
    ...PROXIED.map((one) => `quick 'proxied ${one}' >/dev/null && echo '${OUT} by the proxy: ${one}'`),
    'proxied 0.example:1; echo "proxy: $ANSWER"',
    'echo all tried',
  ];
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
