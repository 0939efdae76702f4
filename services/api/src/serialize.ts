import type { FastifySerializerCompiler } from 'fastify/types/schema.js';

/**
 * Answers are built from typed views, and their schemas are for the description: tests check them, not
 * every answer, where a check could only turn a good answer into an error.
 */
export const serializeJson: FastifySerializerCompiler<unknown> = () => (data) => JSON.stringify(data);
