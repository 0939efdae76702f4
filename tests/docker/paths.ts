import { join, resolve } from 'node:path';

export const PROJECT = resolve(import.meta.dirname, '../..');

/** Kept between runs: an own engine's images, and a copy of the project. Below node_modules, where no tool looks. */
export const CACHE = join(PROJECT, 'node_modules/.cache/docker-tests');
