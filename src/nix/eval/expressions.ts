import type { Expr, Select } from '../syntax.ts';
import { callOf } from './calls.ts';
import type { Evaluator } from './evaluator.ts';
import { binaryOf, unaryOf } from './operators.ts';
import { innerScope, lookUp, setOf } from './scopes.ts';
import { hasPath, selectPath } from './selection.ts';
import { pathOf } from './text-values.ts';
import { list, symbol, siteOf, text, type Env, type Value } from './values.ts';

export function valueOf(evaluator: Evaluator, expr: Expr, env: Env): Value {
  switch (expr.type) {
    case 'ident':
      return lookUp(evaluator, expr.name, env);
    case 'int':
    case 'float':
      return { kind: 'number', value: Number(env.source.text.slice(expr.from, expr.to)) };
    case 'uri':
      return text(env.source.text.slice(expr.from, expr.to), siteOf(env, expr));
    case 'search-path':
      return searchPathOf(env.source.text.slice(expr.from + 1, expr.to - 1));
    case 'string':
      return evaluator.string(expr, env);
    case 'path':
      return pathOf(evaluator, expr, env);
    case 'paren':
      return evaluator.eval(expr.expr, env);
    case 'list':
      return list(expr.items.map((item) => evaluator.later(item, env)));
    case 'attrs':
      return evaluator.named(expr, setOf(evaluator, expr.kind, expr.bindings, env));
    case 'select':
      return selectPath(evaluator, baseOf(evaluator, expr, env), expr.path, expr.fallback, env);
    case 'has-attr':
      return hasPath(evaluator, evaluator.eval(expr.base, env), expr.path, env);
    case 'apply':
      return callOf(evaluator, expr.fn, expr.args, env);
    case 'unary':
      return unaryOf(expr.op, evaluator.eval(expr.operand, env));
    case 'binary':
      return binaryOf(evaluator, expr, env);
    case 'lambda':
      return { kind: 'lambda', node: expr, env };
    case 'let':
      return evaluator.eval(expr.body, innerScope(evaluator, expr.bindings, env));
    case 'with':
      return evaluator.eval(expr.body, {
        parent: env,
        names: null,
        scope: evaluator.later(expr.scope, env),
        source: env.source,
      });
    case 'assert':
      evaluator.consume(evaluator.eval(expr.condition, env));
      return evaluator.eval(expr.body, env);
    case 'if':
      return evaluator.either(
        evaluator.eval(expr.condition, env),
        evaluator.later(expr.whenTrue, env),
        evaluator.later(expr.whenFalse, env),
      );
  }
}

function baseOf(evaluator: Evaluator, { base, path: [first] }: Select, env: Env): Value {
  const isLibrary = first?.type === 'ident' && first.name === 'lib';
  return isLibrary ? evaluator.libraryOwner(() => evaluator.eval(base, env)) : evaluator.eval(base, env);
}

/** `<nixpkgs>` and what stands below it: never a file of the repository. */
function searchPathOf(path: string): Value {
  return symbol(['inputs', ...path.split('/')]);
}
