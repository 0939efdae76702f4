import { parseSync, Visitor } from 'oxc-parser';
import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// Checks that folders in which tasks can put what they want are read by `plain-files.ts` of evidence alone: it follows no
// link, waits for no pipe, and reads no more than it is told. What reads other files is named here, with the reason.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLANTED = fileURLToPath(new URL('planted/', import.meta.url));
const FILES = '{packages,services}/*/src/**/*.{ts,js,mjs}';
const HELPER = 'packages/evidence/src/plain-files.ts';
const MODULES = /^(node:)?fs(\/promises)?$/;
const READS =
  /^(readFile|open|opendir|readdir|copyFile|cp|glob)(Sync)?$|^(createReadStream|openAsBlob|default|promises)$/;

const SYSTEM = 'reads /proc, /sys or a device';
const SOURCES = 'reads a file that comes with cc-executor';
const SETTINGS = 'reads a file that the owner names, outside of the folders of tasks';
const CAREFUL = 'opens as the helper does, and reads by chunks with its own bound';
const BY_HAND = 'reads what the caller of the command names, as the caller';
const ALLOWED: Readonly<Record<string, string>> = {
  'packages/agents/src/codex/boxed-codex.ts': SETTINGS,
  'packages/agents/src/launch/cgroup/cgroup.ts': SYSTEM,
  'packages/agents/src/launch/cgroup/cgroups.ts': SYSTEM,
  'packages/agents/src/launch/cgroup/into.ts': SYSTEM,
  'packages/agents/src/launch/in-folder.ts': 'opens a folder by a descriptor, and no link',
  'packages/agents/src/launch/leftovers.ts': SYSTEM,
  'packages/agents/src/launch/left-process.ts': SYSTEM,
  'packages/agents/src/launch/life/sign-of-life.ts': 'opens its own file to write, no link and no pipe',
  'packages/agents/src/launch/survivors.ts': SYSTEM,
  'packages/agents/src/installed-program.ts': 'looks into the folder of an installation',
  'packages/cli/src/agents/install-agent.ts': 'lists the folder that it installs into',
  'packages/cli/src/apply/kept-files.ts': BY_HAND,
  'packages/cli/src/assess/installation.ts': 'copies its own logs',
  'packages/cli/src/assess/is-alive.ts': SYSTEM,
  'packages/cli/src/commands/server-install.ts': 'reads the unit of the user who calls it',
  'packages/cli/src/connection/settings-sources.ts': SETTINGS,
  'packages/cli/src/evidence/find-execution.ts': 'reads a key that the caller names, with a bound',
  'packages/cli/src/init/ignore-env.ts': BY_HAND,
  'packages/cli/src/mcp/add-to-file.ts': BY_HAND,
  'packages/cli/src/options/prompt-flags.ts': BY_HAND,
  'packages/cli/src/options/read-context.ts': BY_HAND,
  'packages/cli/src/task-files/edit-rest.ts': 'reads what the owner edits, in a folder that it makes',
  'packages/cli/src/task-files/read-task-file.ts': BY_HAND,
  'packages/cli/src/version.ts': SOURCES,
  'packages/evidence/src/plain-trees.ts': 'copies files that it has opened so',
  'packages/evidence/src/verify/strangers-among.ts': 'lists a folder entry by entry, at most 20',
  'packages/evidence/src/workspace/read-hash.ts': CAREFUL,
  'packages/evidence/src/workspace/walk.ts': 'lists folders in a thread with bounds of memory and time',
  'packages/executions-files/src/mounts.ts': SYSTEM,
  'packages/executions-redis/src/scripts.ts': SOURCES,
  'packages/hooks/src/read-hooks.ts': SETTINGS,
  'packages/local-stack/src/children/process-identity.ts': SYSTEM,
  'packages/local-stack/src/env-file-warning.ts': SETTINGS,
  'packages/local-stack/src/redis/own-redis.ts': SOURCES,
  'packages/mcp-server/src/identity.ts': SOURCES,
  'packages/mcp-server/src/orchestrate.ts': SOURCES,
  'packages/scripted-model/src/script-file.ts': BY_HAND,
  'packages/sdk/src/installation-key.ts': CAREFUL,
  'packages/service-kit/src/config/concurrency.ts': SYSTEM,
  'packages/service-kit/src/config/read-config.ts': SETTINGS,
  'packages/service-kit/src/config/read-env.ts': SETTINGS,
  'packages/service-kit/src/http/peers.ts': SYSTEM,
  'packages/service-kit/src/lifecycle/handed-over.ts': 'reads /proc, and a descriptor',
  'packages/service-kit/src/memory.ts': SYSTEM,
  'packages/service-kit/src/version.ts': SOURCES,
  'packages/workspaces/src/folder/read-entry.ts': CAREFUL,
  'services/worker/src/attempts/box-of.ts': 'copies results of ours to where a container sees them',
  'services/worker/src/wiring/box-programs.ts': 'copies its own programs to where containers see them',
  'services/egress/src/ways/ways.ts': 'lists the folders of its own sockets',
  'services/launcher/src/identity.ts': 'reads its own id, beside its socket',
  'packages/workspaces/src/folder/workspace-folder.ts': 'opens folders by descriptors, and no link',
  'services/api/src/page/page-files.ts': SOURCES,
  'packages/workspaces/src/objects/loose-objects.ts': 'opens files that it makes',
  'packages/workspaces/src/objects/pack-writer.ts': 'opens files that it makes',
  'packages/workspaces/src/repository/include.ts': 'copies what the owner names, and no link',
  'packages/workspaces/src/repository/in-clone.ts': 'copies objects that it makes',
  'packages/workspaces/src/repository/own-repository.ts': 'copies the index of a clone that it makes',
  'packages/workspaces/src/repository/repository-work.ts': 'reads and copies what it keeps',
  'packages/workspaces/src/restore/apply.ts': CAREFUL,
  'packages/workspaces/src/restore/journal.ts': 'opens a folder, to sync it',
  'services/worker/src/attempts/git-locks/in-use.ts': SYSTEM,
  'services/worker/src/evidence/left-out-files.ts': 'copies a file that it has opened so, to try its disk',
  'services/worker/src/evidence/copies-folder.ts':
    'lists a folder of copies that is no link, for their own names alone',
  'services/worker/src/evidence/orphaned-copies.ts':
    'lists the folders of copies, which are in the data directory',
  'services/worker/src/login/carrier.ts': 'opens a file that it makes',
};

/** Returns the files below a folder that take what reads from Node's modules for files. */
async function readersIn(root: string): Promise<Map<string, string>> {
  const readers = new Map<string, string>();
  for await (const file of glob(FILES, { cwd: root, exclude: (name) => name.includes('node_modules') })) {
    if (file.startsWith('packages/testkit/')) continue;
    const note = (name: string) => readers.set(file, [readers.get(file), name].filter(Boolean).join(', '));
    const { program } = parseSync(file, await readFile(`${root}${file}`, 'utf8'));
    const all = (source: { value: unknown } | null) => {
      if (source !== null && MODULES.test(String(source.value))) note('the whole module');
    };
    new Visitor({
      ImportDeclaration: ({ source, specifiers }) => {
        if (!MODULES.test(source.value)) return;
        for (const one of specifiers)
          if (one.type !== 'ImportSpecifier') note('the whole module');
          else {
            const name = 'name' in one.imported ? one.imported.name : one.imported.value;
            if (READS.test(name)) note(name);
          }
      },
      ExportNamedDeclaration: ({ source }) => all(source),
      ExportAllDeclaration: ({ source }) => all(source),
      ImportExpression: ({ source }) => all('value' in source ? { value: source.value } : null),
      CallExpression: ({ callee, arguments: [first] }) => {
        const isLoad = callee.type === 'Identifier' && callee.name === 'require';
        const isBuiltIn =
          callee.type === 'MemberExpression' &&
          'name' in callee.property &&
          callee.property.name === 'getBuiltinModule';
        if ((isLoad || isBuiltIn) && first && 'value' in first) all({ value: first.value });
      },
    }).visit(program);
  }
  return readers;
}

const faults: string[] = [];
const readers = await readersIn(ROOT);
for (const [file, names] of readers)
  if (file !== HELPER && !(file in ALLOWED))
    faults.push(`${file} reads by ${names}: use ${HELPER}, or say in check-reads.ts why it need not`);
for (const file of Object.keys(ALLOWED))
  if (!readers.has(file)) faults.push(`${file} reads nothing any more: take it out of check-reads.ts`);
// A check that finds nothing proves nothing.
const found = await readersIn(PLANTED);
for (const file of [
  'packages/executions-files/src/reads-under-another-name.ts',
  'services/worker/src/reads-by-built-in.ts',
  'services/worker/src/reads-by-export.ts',
])
  if (!found.has(file)) faults.push(`the planted violation ${file} was not found`);

for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
if (faults.length === 0)
  console.log(`reads: ${String(readers.size - 1)} files read without the helper, each with a reason`);
