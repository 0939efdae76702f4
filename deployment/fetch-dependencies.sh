#!/bin/sh
# Brings npm packages into the workspace in /app, during an image's build only.
#   fetch-dependencies                        downloads what the lockfile names
#   fetch-dependencies <service> [option ...]  links what that service needs, without the network
set -eu

pnpm_version=12.21.0
secrets=/run/secrets

if [ $# -gt 0 ]; then
  service=$1
  shift
  # From the store that the first form has filled.
  pnpm install --offline --prod --frozen-lockfile --reporter=silent --filter-prod "$service..." "$@"
  # pnpm writes down here which registry it was told to use.
  find . -name node_modules -prune -exec sh -c 'rm -f "$1"/.modules.yaml "$1"/.pnpm-workspace-state*' _ {} \;
  exit
fi

if [ -s "$secrets/npmrc" ]; then
  export NPM_CONFIG_USERCONFIG="$secrets/npmrc"
fi
if [ -s "$secrets/ca.pem" ]; then
  export NODE_EXTRA_CA_CERTS="$secrets/ca.pem" NPM_CONFIG_CAFILE="$secrets/ca.pem"
fi
npm install --global --no-audit --no-fund --loglevel=error "pnpm@$pnpm_version"
pnpm fetch --prod --reporter=append-only
# Each service links its own share of the store that this has filled.
rm -rf node_modules
