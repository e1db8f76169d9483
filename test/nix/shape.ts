import { parseNix } from '../../src/nix/parser.ts';
import type { AttrName, Binding, Expr, Interpolation, Lambda, Text } from '../../src/nix/syntax.ts';

/** An expression with every grouping written out, so that a table can show how a text was understood. */
export function shapeOf(text: string): string {
  const { root, errors } = parseNix(text);
  if (root === null) return `error at ${errors[0]?.offset}: ${errors[0]?.message}`;
  return expr(text, root);
}

function expr(text: string, node: Expr): string {
  const go = (inner: Expr): string => expr(text, inner);
  const path = (names: readonly AttrName[]): string => names.map((name) => attrName(text, name)).join('.');
  switch (node.type) {
    case 'ident':
      return node.name;
    case 'int':
    case 'float':
    case 'uri':
    case 'search-path':
      return `${node.type}:${text.slice(node.from, node.to)}`;
    case 'string':
      return `${node.indented ? 'indented' : 'string'}:${parts(text, node.parts)}`;
    case 'path':
      return `path:${parts(text, node.parts)}`;
    case 'paren':
      return `paren(${go(node.expr)})`;
    case 'list':
      return `[${node.items.map(go).join(' ')}]`;
    case 'attrs':
      return `${node.kind === 'plain' ? '' : node.kind}{${bindings(text, node.bindings)}}`;
    case 'select':
      return `(${go(node.base)}).${path(node.path)}${node.fallback === null ? '' : ` or (${go(node.fallback)})`}`;
    case 'has-attr':
      return `(${go(node.base)} ? ${path(node.path)})`;
    case 'apply':
      return `call(${[node.fn, ...node.args].map(go).join(', ')})`;
    case 'unary':
      return `(${node.op}${go(node.operand)})`;
    case 'binary':
      return `(${go(node.left)} ${node.op} ${go(node.right)})`;
    case 'lambda':
      return `fn<${lambdaHead(text, node)}>(${go(node.body)})`;
    case 'let':
      return `let{${bindings(text, node.bindings)}}in(${go(node.body)})`;
    case 'with':
      return `with(${go(node.scope)})(${go(node.body)})`;
    case 'assert':
      return `assert(${go(node.condition)})(${go(node.body)})`;
    case 'if':
      return `if(${go(node.condition)})(${go(node.whenTrue)})(${go(node.whenFalse)})`;
  }
}

function lambdaHead(text: string, { name, formals }: Lambda): string {
  if (formals === null) return name?.name ?? '';
  const items = formals.items.map((formal) =>
    formal.fallback === null ? formal.name.name : `${formal.name.name}?${expr(text, formal.fallback)}`,
  );
  if (formals.ellipsis !== null) items.push('...');
  return `{${items.join(',')}}${name === null ? '' : `@${name.name}`}`;
}

function bindings(text: string, all: readonly Binding[]): string {
  return all
    .map((binding) => {
      if (binding.type === 'bind') {
        return `${binding.path.map((name) => attrName(text, name)).join('.')}=${expr(text, binding.value)};`;
      }
      const source = binding.source === null ? '' : `(${expr(text, binding.source)})`;
      return `inherit${source} ${binding.names.map((name) => attrName(text, name)).join(' ')};`;
    })
    .join('');
}

function attrName(text: string, name: AttrName): string {
  if (name.type === 'ident') return name.name;
  return name.type === 'string' ? `"${parts(text, name.parts)}"` : `\${${expr(text, name.expr)}}`;
}

function parts(text: string, all: readonly (Text | Interpolation)[]): string {
  return all
    .map((part) => (part.type === 'text' ? `<${text.slice(part.from, part.to)}>` : `\${${expr(text, part.expr)}}`))
    .join('');
}
