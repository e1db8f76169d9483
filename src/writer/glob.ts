import { z } from 'zod';
import { assert } from '../core/bug.ts';

/** One step of a pattern: exactly this character, one of a part, any of a part, any across parts, or whole parts. */
type Step =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'one' | 'part' | 'all' | 'folders' };

const mostAlternatives = 32;
const mostWildcards = 16;

/** A glob as a tool takes it. Braces multiply, so what they come to is counted before anything is matched. */
export const globShape = z
  .string()
  .min(1)
  .max(200)
  .refine((glob) => stepsOf(glob) !== null, {
    message: `is more than a glob may be: ${mostWildcards} wildcards and ${mostAlternatives} alternatives`,
  });

/**
 * A glob over paths with `/`: `*` and `?` stay inside a part, `**` crosses parts, `{a,b}` is either. All places where a
 * match could stand are followed side by side, so the time grows with pattern times path and no pattern blows up.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  const alternatives = stepsOf(glob);
  assert(alternatives !== null, 'a glob within its limits');
  return (path) => alternatives.some((steps) => matches(steps, path));
}

function stepsOf(glob: string): readonly (readonly Step[])[] | null {
  const alternatives = expandBraces(glob);
  if (alternatives === null) return null;
  const all = alternatives.map(readSteps);
  return all.every((steps) => steps.filter(({ kind }) => kind !== 'character').length <= mostWildcards) ? all : null;
}

/** `a{b,c}d` as `abd` and `acd`, the innermost braces first. An open brace that is never closed is a character. */
function expandBraces(glob: string): readonly string[] | null {
  let texts = [glob];
  for (;;) {
    const next = texts.flatMap((text) => {
      const group = /\{([^{}]*)\}/.exec(text);
      if (group === null) return [text];
      const after = text.slice(group.index + group[0].length);
      return (group[1] ?? '').split(',').map((choice) => text.slice(0, group.index) + choice + after);
    });
    if (next.length > mostAlternatives) return null;
    if (next.every((text, index) => text === texts[index])) return next;
    texts = next;
  }
}

function readSteps(glob: string): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at] ?? '';
    const startsPart = at === 0 || glob[at - 1] === '/';
    if (startsPart && glob.startsWith('**/', at)) {
      steps.push({ kind: 'folders' });
      at += 2;
    } else if (glob.startsWith('**', at)) {
      steps.push({ kind: 'all' });
      at += 1;
    } else if (character === '*') steps.push({ kind: 'part' });
    else if (character === '?') steps.push({ kind: 'one' });
    else steps.push({ kind: 'character', character });
  }
  return steps;
}

function matches(steps: readonly Step[], path: string): boolean {
  let places = withEmpty(steps, [0]);
  for (let at = 0; at < path.length && places.size > 0; at++) {
    const character = path[at] ?? '';
    const next: number[] = [];
    for (const place of places) {
      const step = steps[place];
      if (step === undefined) continue;
      switch (step.kind) {
        case 'character':
          if (step.character === character) next.push(place + 1);
          break;
        case 'one':
          if (character !== '/') next.push(place + 1);
          break;
        case 'part':
          if (character !== '/') next.push(place);
          break;
        case 'all':
          next.push(place);
          break;
        // Stays while inside a folder's name; only behind its slash may what follows begin.
        case 'folders':
          next.push(place);
          break;
      }
    }
    places = withEmpty(steps, next, character);
  }
  return places.has(steps.length);
}

/** The places with those that can be reached without taking a character. */
function withEmpty(steps: readonly Step[], places: readonly number[], last?: string): Set<number> {
  const all = new Set<number>();
  for (const from of places) {
    let place = from;
    for (;;) {
      all.add(place);
      const kind = steps[place]?.kind;
      const passes = kind === 'part' || kind === 'all' || (kind === 'folders' && (last === undefined || last === '/'));
      if (!passes) break;
      place += 1;
    }
  }
  return all;
}
