import type { Expr, Lambda, NixNode } from './syntax.ts';

/** The nodes directly under a node, in the order of the text. */
export function childrenOf(node: NixNode): readonly NixNode[] {
  switch (node.type) {
    case 'ident':
    case 'int':
    case 'float':
    case 'uri':
    case 'search-path':
    case 'text':
      return [];
    case 'string':
    case 'path':
      return node.parts;
    case 'paren':
    case 'interpolation':
      return [node.expr];
    case 'list':
    case 'formals':
      return node.items;
    case 'attrs':
      return node.bindings;
    case 'bind':
      return [...node.path, node.value];
    case 'inherit':
      return node.source === null ? node.names : [node.source, ...node.names];
    case 'select':
      return node.fallback === null ? [node.base, ...node.path] : [node.base, ...node.path, node.fallback];
    case 'has-attr':
      return [node.base, ...node.path];
    case 'apply':
      return [node.fn, ...node.args];
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'formal':
      return node.fallback === null ? [node.name] : [node.name, node.fallback];
    case 'lambda':
      return [...headsOf(node), node.body];
    case 'let':
      return [...node.bindings, node.body];
    case 'with':
      return [node.scope, node.body];
    case 'assert':
      return [node.condition, node.body];
    case 'if':
      return [node.condition, node.whenTrue, node.whenFalse];
  }
}

function headsOf({ name, formals }: Lambda): readonly NixNode[] {
  if (name === null) return formals === null ? [] : [formals];
  if (formals === null) return [name];
  return name.from < formals.from ? [name, formals] : [formals, name];
}

/** Visits a node and everything under it in the order of the text. A visitor that returns false keeps it out of there. */
export function walk(root: NixNode, visit: (node: NixNode) => boolean | void): void {
  const waiting: NixNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (visit(node) === false) continue;
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i] as NixNode);
  }
}

/** The expression without the parentheses around it. */
export function bare(expr: Expr): Expr {
  let inner = expr;
  while (inner.type === 'paren') inner = inner.expr;
  return inner;
}

/** True where two paths of static names are one. */
export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
