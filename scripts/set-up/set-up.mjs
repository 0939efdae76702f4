// Brings what this folder needs: to run, or to develop as well. Plain JavaScript, because it also runs in the older Node
// that then brings the newer one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

/** The folder that is set up. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const MODULES = join(ROOT, 'node_modules');
/** What the folder was last set up for, beside what was set up. */
const RECORD = join(MODULES, '.cc-executor-set-up.json');
const INPUTS = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'];
const NODE = join(MODULES, '.bin/node');
/** The Node that the packages and services need; an older one brings its own. */
const WANTED_NODE = 24;
/** The oldest that pnpm's installer runs in. */
const OLDEST_NODE = 20;

/** In MB, on Linux and x86-64; tests/architecture/set-up.test.ts measures them. */
const SIZES = { claude: 402, node: 127, packages: 88, containers: 13, tools: 350 };
/** The service that starts containers. What it alone needs is brought where a setting asks for containers. */
const LAUNCHER = '@cc-executor/launcher';
const CONTAINERS =
  /^\s*(?:export\s+)?CC_EXECUTOR_(?:(?:MIN_)?ISOLATION\s*=\s*['"`]?container\b|LAUNCHER_SOCKET\s*=\s*\S)/m;

/**
 * Sets the folder up for a purpose, `run` or `develop`. Asks no registry if that was done for the same lockfile.
 * Prints on standard error; returns whether it succeeded.
 */
export async function setUp(purpose) {
  if (nodeVersion() < OLDEST_NODE) {
    say(`cc-executor needs Node ${OLDEST_NODE} or newer, and this is ${process.version}: https://nodejs.org`);
    return false;
  }
  const inputs = hashOf(INPUTS);
  const wanted = { inputs, purpose, containers: purpose === 'develop' || wantsContainers() };
  if (!isDone(wanted)) {
    const parts = partsOf(wanted);
    const isBrought = await bring(wanted, parts);
    if (!isBrought) return false;
    record({ ...wanted, parts: parts.map(({ name }) => name) });
  }
  return true;
}

/** Builds the page if its sources have changed. Without a page the services run as well. */
export function buildPage() {
  spawnSync(nodeOf(), [join(ROOT, 'packages/dashboard/scripts/build.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Returns the Node to run with: the one of this folder, or else this one. */
export function nodeOf() {
  return existsSync(NODE) ? NODE : process.execPath;
}

function isDone({ inputs, purpose, containers }) {
  const last = lastRecord();
  const isEnough =
    last?.purpose === 'develop' || (last?.purpose === purpose && last.containers >= containers);
  return isEnough && last.inputs === inputs && (existsSync(NODE) || !needsNode());
}

/** Returns what the folder was last set up for; null: it was not. */
function lastRecord() {
  try {
    return JSON.parse(readFileSync(RECORD, 'utf8'));
  } catch {
    return null;
  }
}

/** Returns whether the environment, or else the `.env` of this folder, asks for containers. */
function wantsContainers() {
  const given = Object.entries(process.env).map(([name, value]) => `${name}=${value}`);
  const file = join(ROOT, '.env');
  return CONTAINERS.test([...given, existsSync(file) ? readFileSync(file, 'utf8') : ''].join('\n'));
}

/** Returns whether this folder needs a Node of its own: the machine's is too old, or this already is its own. */
function needsNode() {
  return (
    nodeVersion() < WANTED_NODE ||
    (existsSync(MODULES) && realpathSync(process.execPath).startsWith(realpathSync(MODULES) + sep))
  );
}

function nodeVersion() {
  return Number.parseInt(process.versions.node, 10);
}

async function bring({ purpose, containers }, parts) {
  const last = lastRecord();
  const fresh = parts.filter(({ name }) => !last?.parts?.includes(name));
  if (last === null) say('cc-executor: the first start: it brings into node_modules here');
  else if (fresh.length > 0) say('cc-executor: more is needed now: it brings into node_modules here');
  else say('cc-executor: what it needs has changed: it brings what is new or missing, mostly in seconds.');
  for (const { name, megabytes } of fresh) say(`  ${name.padEnd(20)}${String(megabytes).padStart(4)} MB`);
  if (last === null)
    say('This takes from half a minute to a few minutes, by your network, and is done once.');
  // Nothing counts as done until it is; what was there before is remembered.
  if (last !== null) record({ ...last, inputs: null });
  const began = Date.now();
  const withNode = bringsNode(purpose);
  const fault = await install({ root: ROOT, options: optionsOf({ purpose, containers, withNode }) });
  if (fault !== null) {
    say(`cc-executor: setting up failed after ${seconds(began)}:`);
    say(fault.replace(/^/gm, '  '));
    say('Nothing was started. When the cause is gone, run the same again: it continues with what is there.');
    return false;
  }
  if (withNode && !existsSync(NODE)) linkNode();
  say(`cc-executor: set up in ${seconds(began)}.`);
  return true;
}

function bringsNode(purpose) {
  return needsNode() || purpose === 'develop';
}

/** Returns what a set-up consists of, with its size in MB. */
function partsOf({ purpose, containers }) {
  return [
    { name: 'Claude Code', megabytes: SIZES.claude, isWanted: true },
    { name: `Node ${WANTED_NODE}`, megabytes: SIZES.node, isWanted: bringsNode(purpose) },
    { name: 'packages', megabytes: SIZES.packages, isWanted: true },
    { name: 'for containers', megabytes: SIZES.containers, isWanted: containers },
    { name: 'tools to develop', megabytes: SIZES.tools, isWanted: purpose === 'develop' },
  ].filter(({ isWanted }) => isWanted);
}

/** Everything for development, else only what the command and the page need. */
function optionsOf({ purpose, containers, withNode }) {
  if (purpose === 'develop') return [];
  const node = withNode ? ['--filter-prod=@cc-executor/node...'] : [];
  const launcher = containers ? [] : [`--filter-prod=!${LAUNCHER}`];
  return ['--prod', '--filter-prod=cc-executor...', ...node, ...launcher];
}

/** Makes Node 24 the `node` of this folder's scripts and of its command. */
function linkNode() {
  const target = join(ROOT, 'packages/node/node_modules/node/bin/node');
  mkdirSync(dirname(NODE), { recursive: true });
  rmSync(NODE, { force: true });
  symlinkSync(relative(dirname(NODE), target), NODE);
}

function record(value) {
  const fresh = `${RECORD}.${String(process.pid)}`;
  writeFileSync(fresh, `${JSON.stringify(value)}\n`);
  renameSync(fresh, RECORD);
}

function hashOf(names) {
  const hash = createHash('sha256');
  for (const name of names) hash.update(readFileSync(join(ROOT, name)));
  return hash.digest('hex');
}

function seconds(began) {
  return `${String(Math.round((Date.now() - began) / 1000))} s`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
