import { z } from 'zod';

/** A name, or a path from the root: none leads out of the workspace, and none is a pattern. */
const named = z
  .string('must be a name or a path')
  .min(1, 'must not be empty')
  .max(1024, 'must have at most 1024 characters')
  .refine((value) => !/\p{Cc}/u.test(value), 'must have no control characters')
  .refine(
    (value) => !value.startsWith('/') && value.split('/').every((part) => !['', '.', '..'].includes(part)),
    'must be a name, or a path below the workspace',
  )
  .refine((value) => !/[*?[\]!]/.test(value), 'must be a name or a path, and no pattern')
  .refine((value) => !/(?:^|\/)\.git$/i.test(value), 'must not be the data of git');

const names = z.array(named, 'must be a list of names and paths').max(100, 'must have at most 100 names');

/** The files that snapshots leave out and that the copies of tasks get, linked or copied. */
export const CopiesOption = z
  .strictObject(
    {
      link: names
        .optional()
        .describe(
          'What is linked: the files are hard links to those of the workspace, so it takes no time and no place. New, replaced and removed files are those of the copy alone; a write into a file in place reaches all (warning linked_changed).',
        ),
      copy: names.optional().describe('What is copied beside that, and nothing else. Default: all the rest.'),
    },
    'must be an object with link or copy',
  )
  .meta({ id: 'Copies' });
export type CopiesOption = z.output<typeof CopiesOption>;

/**
 * Returns what becomes of a path that snapshots leave out in the copy of a task. A name stands for everything that has it, a
 * path with a "/" for that alone.
 */
export function placeInCopy({ link, copy }: CopiesOption, path: string): 'link' | 'copy' | 'none' {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const isNamed = (by: readonly string[]) => by.includes(path) || by.includes(name);
  if (link && isNamed(link)) return 'link';
  return copy === undefined || isNamed(copy) ? 'copy' : 'none';
}

/** Why nothing can be linked in lists whose attempts run in containers. */
export const NOT_LINKED_IN_CONTAINERS =
  'excludes isolation "container", in which no attempt can write into the files of another';
