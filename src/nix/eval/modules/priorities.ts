import type { Value } from '../values.ts';

/** What is written plainly; less is stronger (nixpkgs, lib/modules.nix). */
export const plainPriority = 100;

const priorities = new WeakMap<Value, number>();

/**
 * The same value with the priority that `mkForce` or `mkDefault` gives it. Whoever merges definitions asks for it;
 * for everybody else the value is what it was.
 */
export function withPriority(value: Value, priority: number): Value {
  // A system is told from another by being it.
  if (value.kind === 'system' || priority === priorityOf(value)) return value;
  const made = { ...value };
  priorities.set(made, priority);
  return made;
}

export function priorityOf(value: Value): number {
  return priorities.get(value) ?? plainPriority;
}
