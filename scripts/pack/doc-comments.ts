import { parseSync, type TSType, type TSTypeLiteral } from 'oxc-parser';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

// Writes the descriptions of the schemas into the declarations of the contracts package, as comments of the fields. The
// compiler leaves them out, since it infers the types; editors show them, also for types that are derived from a schema.

interface Comment {
  at: number;
  text: string;
}

type Walk = (node: TSType, value: unknown) => void;

const DIST = join(import.meta.dirname, '../../packages/contracts/dist');

for await (const file of glob('**/*.d.ts', { cwd: DIST })) {
  const path = join(DIST, file);
  const code = await readFile(path, 'utf8');
  const module = (await import(pathToFileURL(path.replace(/\.d\.ts$/, '.js')).href)) as Record<
    string,
    unknown
  >;
  const comments = commentsOf(path, code, module).toSorted((a, b) => b.at - a.at);
  if (comments.length === 0) continue;
  const commented = comments.reduce(
    (text, each) => text.slice(0, each.at) + each.text + text.slice(each.at),
    code,
  );
  await writeFile(path, commented);
}

/** Returns the comments that the declarations of a module lack, with the offset of each. */
function commentsOf(path: string, code: string, module: Record<string, unknown>): Comment[] {
  const comments: Comment[] = [];
  const walk: Walk = (node, value) => {
    if (node.type === 'TSTypeLiteral') fieldsOf(node, value);
    else if (node.type === 'TSTypeReference')
      argumentsOf(value).forEach((argument, number) => {
        const type = node.typeArguments?.params[number];
        if (type !== undefined) walk(type, argument);
      });
    else if (node.type === 'TSTupleType' && Array.isArray(value))
      node.elementTypes.forEach((type, number) => {
        walk(type as TSType, value[number]);
      });
    else if (node.type === 'TSTypeOperator') walk(node.typeAnnotation, value);
  };
  const fieldsOf = (literal: TSTypeLiteral, value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const member of literal.members) {
      if (member.type !== 'TSPropertySignature' || member.typeAnnotation == null) continue;
      const field = (value as Record<string, unknown>)[nameOf(code.slice(member.key.start, member.key.end))];
      const text = describedBy(field);
      if (text !== undefined && !/\*\/\s*$/.test(code.slice(0, member.start)))
        comments.push({ at: member.start, text: comment(text, indentOf(code, member.start)) });
      walk(member.typeAnnotation.typeAnnotation, field);
    }
  };
  for (const statement of parseSync(path, code).program.body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null;
    if (declared?.type !== 'VariableDeclaration') continue;
    for (const { id } of declared.declarations)
      if (id.type === 'Identifier' && id.typeAnnotation != null)
        walk(id.typeAnnotation.typeAnnotation, module[id.name]);
  }
  return comments;
}

/** Returns the values that the type arguments of a schema's type stand for, in their order. */
function argumentsOf(value: unknown): unknown[] {
  if (!(value instanceof z.ZodType)) return [];
  if (value instanceof z.ZodObject) return [value.shape];
  if (value instanceof z.ZodArray) return [value.element];
  if (value instanceof z.ZodRecord) return [value.keyType, value.valueType];
  if (value instanceof z.ZodUnion) return [value.options];
  if (value instanceof z.ZodTuple) return [value.def.items];
  if (value instanceof z.ZodIntersection) return [value.def.left, value.def.right];
  if (value instanceof z.ZodPipe) return [value.in, value.out];
  return 'innerType' in value.def ? [value.def.innerType] : [];
}

/** Returns the description of a field, or that of what it wraps. */
function describedBy(value: unknown): string | undefined {
  if (!(value instanceof z.ZodType)) return undefined;
  if (value.description !== undefined) return value.description;
  if (value instanceof z.ZodPipe) return describedBy(value.in);
  return 'innerType' in value.def ? describedBy(value.def.innerType) : undefined;
}

function comment(text: string, indent: string): string {
  return `/** ${text.replaceAll('*/', '*\\/')} */\n${indent}`;
}

function indentOf(code: string, at: number): string {
  return code.slice(code.lastIndexOf('\n', at - 1) + 1, at);
}

/** Returns the name of a field as it is declared, with or without quotes. */
function nameOf(key: string): string {
  return key.replace(/^(['"])(.*)\1$/, '$2');
}
