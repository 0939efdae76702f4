import { readFile } from 'node:fs/promises';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** Reads a JSON object from a file. Throws a CliError that says what is wrong with it. */
export async function readContext(file: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new CliError(EXIT.usage, `${file} can't be read as JSON: ${(error as Error).message}`);
  }
  throw new CliError(EXIT.usage, `${file} is not a JSON object.`);
}
