# The npm packages of all services, for builds whose registry needs settings that no layer may keep.
# Needs BuildKit; its image is the build argument DEPENDENCIES of Dockerfile. See docs/guides/docker.md.

ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE}
COPY deployment/fetch-dependencies.sh /usr/local/bin/fetch-dependencies
WORKDIR /app
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca.pem fetch-dependencies
