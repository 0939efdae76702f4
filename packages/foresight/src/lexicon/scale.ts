const set = (words: string) => new Set(words.split(/\s+/));

/** Words that make a task larger. */
export const LARGE = set(
  'entire whole complete full production scalable distributed comprehensive end-to-end enterprise scratch every all ' +
    'multi-tenant platform system framework engine compiler exhaustive thorough thoroughly microservice production-ready',
);

/** Words that make a task smaller. */
export const SMALL = set(
  'simple small quick typo one-line one-liner single brief briefly short tiny trivial minimal basic hello sentence ' +
    'paragraph line word rename',
);

/** Things that are extra work when they are listed beside the task. In singular. */
export const DELIVERABLES = set(
  'test documentation doc api schema migration docker database frontend backend ci deployment readme authentication ' +
    'logging monitoring ui cli example benchmark validation caching queue dashboard pipeline endpoint pagination',
);
