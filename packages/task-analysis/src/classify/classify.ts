import { toolOf, type Category, type Complexity, type TaskKind } from '@cc-executor/contracts';
import { commandKind } from '../commands/command-kinds.ts';
import { visibleText } from '../text/visible-text.ts';
import { promptCategory } from './category.ts';
import { promptComplexity } from './complexity.ts';
import { leadOf } from './prompt-start.ts';
import { commandSignature, promptSignature } from './signature.ts';
import { tagsOf, withoutTags } from './tags.ts';

/** The input of a classification. */
export interface TaskText {
  kind: TaskKind;
  text: string;
}

export interface Classification {
  category: Category;
  complexity: Complexity;
  /** Equal for tasks that differ only in names. */
  signature: string;
  /** Coarser than the signature: the start of the task. */
  stem: string;
  /** The error in the text's tags. */
  tagFaults: string[];
}

/** Classifies a task by its text; a tag in the text, such as `[category:code]`, wins. */
export function classify({ kind, text }: TaskText): Classification {
  const visible = visibleText(text);
  const tags = tagsOf(visible);
  const bare = withoutTags(visible);
  if (kind === 'tool') return ofTool(text);
  const found = kind === 'command' ? ofCommand(bare) : ofPrompt(bare);
  return {
    ...found,
    category: tags.category ?? found.category,
    complexity: tags.complexity ?? found.complexity,
    tagFaults: tags.faults,
  };
}

/** Its arguments don't count: they differ from call to call. */
function ofTool(text: string): Classification {
  const { server, name } = toolOf(text);
  const signature = `tool ${server} ${name}`;
  return { category: 'general', complexity: 'trivial', signature, stem: server, tagFaults: [] };
}

function ofCommand(text: string): Omit<Classification, 'tagFaults'> {
  const signature = commandSignature(text);
  return { ...commandKind(text), signature, stem: signature.split(' ', 1)[0] ?? '' };
}

function ofPrompt(text: string): Omit<Classification, 'tagFaults'> {
  const lead = leadOf(text);
  const category = promptCategory(text, lead);
  const signature = promptSignature(text, lead);
  return {
    category,
    complexity: promptComplexity(text, category, lead),
    signature,
    stem: lead.verb,
  };
}
