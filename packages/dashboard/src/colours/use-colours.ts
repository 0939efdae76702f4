import { useEffect, useState } from 'preact/hooks';
import type { DiffLine } from '../parts/diff-model.ts';
import { coloursOf } from './ask-worker.ts';
import { piecesByLine, sidesOf } from './diff-colours.ts';
import { grammarOf } from './grammar-of.ts';
import type { Piece } from './pieces.ts';

const NONE: ReadonlyMap<DiffLine, Piece[]> = new Map();

/** Returns the lines of a diff in coloured pieces; empty until they are there, and where there are no colours. */
export function useColours(lines: readonly DiffLine[], path: string): ReadonlyMap<DiffLine, Piece[]> {
  const [state, set] = useState({ of: lines, pieces: NONE });
  useEffect(() => {
    let isWanted = true;
    const grammar = grammarOf(path);
    const sides = grammar === null ? [] : sidesOf(lines);
    if (grammar === null || sides.length === 0) return undefined;
    const texts = sides.map(({ text }) => text);
    void coloursOf(grammar, texts).then((found) => {
      if (isWanted && found !== null) set({ of: lines, pieces: piecesByLine(sides, found) });
    });
    return () => {
      isWanted = false;
    };
  }, [lines, path]);
  return state.of === lines ? state.pieces : NONE;
}
