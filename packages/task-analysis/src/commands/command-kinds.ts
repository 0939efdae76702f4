import type { Category, Complexity } from '@cc-executor/contracts';
import { commandsOf, programAndSubcommand } from './command-words.ts';

export interface CommandKind {
  category: Category;
  complexity: Complexity;
}

/** The kinds of commands by program, or by program and subcommand; the first match counts. */
const KINDS: readonly (readonly [RegExp, Category, Complexity])[] = [
  [/^(playwright|cypress|testcafe|detox)( |$)/, 'test', 'high'],
  [
    /^(pytest|jest|vitest|mocha|ava|rspec|phpunit|tox|nox|ctest|unittest|nextest|bats|behave|cucumber|karma|minitest)( |$)/,
    'test',
    'low',
  ],
  [
    /^(npm|pnpm|yarn|bun|deno|just|make|gmake|rake|mix|gradlew?|mvnw?|dotnet|go|cargo|rails|swift|flutter|bazel|nx|turbo|composer|poetry|node)( run)? (e2e|test:e2e)/,
    'test',
    'high',
  ],
  [
    /^(npm|pnpm|yarn|bun|deno|just|make|gmake|rake|mix|gradlew?|mvnw?|dotnet|go|cargo|rails|swift|flutter|bazel|nx|turbo|composer|poetry|node)( run)? (test|t|tst|verify|check-tests|nextest)\b/,
    'test',
    'low',
  ],
  [
    /^(eslint|oxlint|ruff|mypy|pyright|flake8|pylint|shellcheck|biome|stylelint|hadolint|golangci-lint|semgrep|knip|cloc|tokei|diff|cmp|wc)( |$)/,
    'analysis',
    'trivial',
  ],
  [
    /^(cargo (clippy|check|audit)|go vet|(npm|pnpm|yarn|bun|make|just)( run)? (lint|check|typecheck|types|audit|knip)\b)/,
    'analysis',
    'low',
  ],
  [
    /^(docker|podman)( compose)? (build|up)|^docker-compose (build|up)|^docker buildx|^(terraform|helm|bazel) /,
    'build',
    'medium',
  ],
  [
    /^(npm|pnpm|yarn|bun|cargo|go|make|gmake|just|mvnw?|gradlew?|dotnet|vite|next|nx|turbo|swift|flutter|rake|mix|poetry|uv)( run)? (build|package|compile|dist|bundle|release|assemble|all|publish|bootjar)\b/,
    'build',
    'medium',
  ],
  [/^(mvnw?|gradlew?|bazel) /, 'build', 'medium'],
  [
    /^(webpack|rollup|esbuild|tsup|parcel|gcc|g\+\+|clang|clang\+\+|cc|rustc|javac|msbuild|cmake|ninja|meson|xcodebuild|ld|tsc|swiftc)( |$)/,
    'build',
    'low',
  ],
  [/^(make|gmake|just|rake)( |$)/, 'build', 'medium'],
  [/^(prettier|black|gofmt|rustfmt|isort|autopep8)( |$)|^cargo fmt|^go fmt/, 'code', 'trivial'],
  [
    /^(jq|yq|awk|gawk|sed|sort|uniq|cut|tr|psql|mysql|sqlite3|duckdb|xsv|csvkit|csvcut|mongosh?|redis-cli|pg_dump|pg_restore|mysqldump|bq)( |$)/,
    'data',
    'trivial',
  ],
  [/^(bc|expr|seq|factor|dc|units)( |$)/, 'calculation', 'trivial'],
  [
    /^(ls|cp|mv|rm|mkdir|rmdir|touch|cat|find|fd|tar|zip|unzip|gzip|gunzip|chmod|chown|ln|rsync|du|head|tail|tree|stat|file|tee|grep|rg|less|realpath|basename|dirname|dd|install)( |$)/,
    'file',
    'trivial',
  ],
  [
    /^(npm|pnpm|yarn|bun|pip3?|poetry|uv|cargo|go|apt|apt-get|brew|composer|bundle|gem|conda|dnf|yum|apk)( (install|i|ci|add|update|upgrade|sync|get|mod|fetch|download|dlx))?( |$)/,
    'system_command',
    'low',
  ],
  [/^git (clone|push|pull|fetch|submodule|lfs)/, 'system_command', 'low'],
  [
    /^(wget|curl|ssh|scp|ansible|ansible-playbook|kubectl|aws|gcloud|az|gh|docker|podman|docker-compose|python3?|node|ruby|perl|php|java|deno|bash|sh|zsh|Rscript)( |$)/,
    'system_command',
    'low',
  ],
];

const ORDER: readonly Complexity[] = ['trivial', 'low', 'medium', 'high', 'extreme'];

function kindOf(name: string, options: readonly string[]): CommandKind {
  // Then it compiles nothing.
  if (name.startsWith('tsc') && options.includes('--noEmit'))
    return { category: 'analysis', complexity: 'trivial' };
  const found = KINDS.find(([pattern]) => pattern.test(name));
  return found
    ? { category: found[1], complexity: found[2] }
    : { category: 'system_command', complexity: 'trivial' };
}

/** Returns the kind of a command line: that of its heaviest command. */
export function commandKind(line: string): CommandKind {
  const kinds = commandsOf(line).map((command) => kindOf(programAndSubcommand(command), command.options));
  return kinds.reduce<CommandKind>(
    (heaviest, kind) =>
      ORDER.indexOf(kind.complexity) > ORDER.indexOf(heaviest.complexity) ? kind : heaviest,
    kinds[0] ?? { category: 'system_command', complexity: 'trivial' },
  );
}
