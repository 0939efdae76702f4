import type { Category } from '@cc-executor/contracts';

/** Verbs that a task starts with. `object`: the object decides, as in "write a poem", "write a test". */
const VERBS_OF: Record<Category | 'object', string> = {
  object:
    'create write make build generate add implement give produce prepare provide develop draft compose set setup ' +
    'update change extend include need run do use improve',
  calculation: 'calculate compute multiply divide sum subtract count estimate convert factor',
  code:
    'refactor fix debug port rewrite optimize optimise program code rename extract inline simplify wrap replace ' +
    'remove drop deprecate upgrade migrate integrate connect handle validate support expose resolve repair patch ' +
    'correct annotate type lint format modernize modernise parallelize parallelise cache redesign restyle restructure rework ' +
    'reorganize reorganise reduce increase speed enable disable split apply ensure turn put get bring keep tune enhance ' +
    'modify adjust edit finish complete process tweak polish refine repair solve',
  analysis:
    'review analyze analyse audit investigate compare evaluate assess check find inspect diagnose benchmark measure ' +
    'profile verify research identify look examine scan detect trace search determine triage',
  architecture: 'design architect plan model propose outline sketch specify',
  explanation:
    'explain describe teach tell show define summarize summarise clarify document what why how who when where which answer walk is are does can should',
  creative: 'translate rhyme brainstorm invent imagine proofread paraphrase',
  data: 'parse clean import export aggregate query transform plot visualize visualise scrape deduplicate merge join normalize normalise extract-data fetch load ingest',
  file: 'move copy delete list read open save back-up backup archive unzip zip organize organise',
  system_command:
    'install execute start stop restart deploy launch commit push pull clone checkout kill configure provision schedule',
  test: 'test unit-test retest',
  build: 'compile package bundle release publish dockerize dockerise rebuild',
  general: 'help continue send download ping print say greet surprise',
};

/** Returns the category of a leading verb. */
export const VERBS: ReadonlyMap<string, Category | 'object'> = new Map(
  Object.entries(VERBS_OF).flatMap(([category, verbs]) =>
    verbs.split(/\s+/).map((verb) => [verb, category as Category | 'object'] as const),
  ),
);

/** Polite words that may precede the verb. */
export const MANNERS: ReadonlySet<string> = new Set(
  (
    'please kindly now then next first second third also finally ok okay hi hello hey dear claude you can could would ' +
    "will i we want need to like let's lets let us me should must just go and so step task todo your job the carefully " +
    'quickly briefly ahead try again'
  ).split(' '),
);
