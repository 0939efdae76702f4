// Brings what this folder needs: to run, or to develop as well. Plain JavaScript, because it also runs in the older Node
// that then brings the newer one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
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
const SIZES = { claude: 402, node: 127, packages: 95, tools: 350 };

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
  if (!isDone(inputs, purpose)) {
    const installed = await bring(purpose);
    if (!installed) return false;
    record({ inputs, purpose });
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

function isDone(inputs, purpose) {
  try {
    const last = JSON.parse(readFileSync(RECORD, 'utf8'));
    const isEnough = last.purpose === purpose || last.purpose === 'develop';
    return last.inputs === inputs && isEnough && (existsSync(NODE) || !needsNode());
  } catch {
    return false;
  }
}

function needsNode() {
  return nodeVersion() < WANTED_NODE;
}

function nodeVersion() {
  return Number.parseInt(process.versions.node, 10);
}

async function bring(purpose) {
  const withNode = needsNode() || purpose === 'develop';
  const isFirst = !existsSync(RECORD);
  say(
    `cc-executor: ${isFirst ? 'the first start' : 'what it needs has changed'}: it brings into node_modules here`,
  );
  for (const line of contents(purpose, withNode)) say(`  ${line}`);
  say('This takes from half a minute to a few minutes, by your network, and is done once.');
  rmSync(RECORD, { force: true });
  const began = Date.now();
  const fault = await install({ root: ROOT, options: optionsOf(purpose, withNode) });
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

function contents(purpose, withNode) {
  const node = withNode ? [`Node ${WANTED_NODE}`.padEnd(20) + size(SIZES.node)] : [];
  const tools = purpose === 'develop' ? ['tools to develop'.padEnd(20) + size(SIZES.tools)] : [];
  return [
    'Claude Code'.padEnd(20) + size(SIZES.claude),
    ...node,
    'packages'.padEnd(20) + size(SIZES.packages),
    ...tools,
  ];
}

/** Everything for development, else only what the command and the page need. */
function optionsOf(purpose, withNode) {
  if (purpose === 'develop') return [];
  const node = withNode ? ['--filter-prod=@cc-executor/node...'] : [];
  return ['--prod', '--filter-prod=cc-executor...', ...node];
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

function size(megabytes) {
  return `${String(megabytes).padStart(4)} MB`;
}

function seconds(began) {
  return `${String(Math.round((Date.now() - began) / 1000))} s`;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
