import type { Evaluator } from './evaluator.ts';
import { ready, symbol, type Thunk, type Value } from './values.ts';

export const mostOptions = 8;

/** The branch that a condition picks; both where it is not known. */
export function eitherOf(evaluator: Evaluator, condition: Value, whenTrue: Thunk, whenFalse: Thunk): Value {
  if (condition.kind === 'bool') return evaluator.force(condition.value === true ? whenTrue : whenFalse);
  evaluator.consume(condition);
  return { kind: 'choice', options: [whenTrue, whenFalse] };
}

/** Runs a question for each option of the choices among the values, within bounds. */
export function forChoices(
  evaluator: Evaluator,
  values: readonly Value[],
  ask: (values: readonly Value[]) => Value,
): Value {
  let rows: Value[][] = [[]];
  for (const value of values) {
    const options = value.kind === 'choice' ? value.options.map((option) => evaluator.force(option)) : [value];
    rows = rows.flatMap((row) => options.map((option) => [...row, option]));
    if (rows.length > mostOptions)
      return symbol(
        ['unknown'],
        values.map((each) => ready(each)),
      );
  }
  return {
    kind: 'choice',
    options: rows.map((row) =>
      ready(
        row.some(isChoice)
          ? symbol(
              ['unknown'],
              row.map((each) => ready(each)),
            )
          : ask(row),
      ),
    ),
  };
}

function isChoice(value: Value): boolean {
  return value.kind === 'choice';
}
