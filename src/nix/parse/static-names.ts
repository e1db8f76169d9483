import type { AttrName, Binding, Expr } from '../syntax.ts';

/** False where Nix's parser refuses a computed name: the first step of a path in `let`, and any name in `inherit`. */
export function allowsName(binding: Binding): boolean {
  if (binding.type === 'inherit') return binding.names.every(isStaticName);
  return isStaticName(binding.path[0] as AttrName);
}

/** A name that Nix's parser knows: `a`, `"a"`, and also `${"a"}`. */
function isStaticName(name: AttrName): boolean {
  switch (name.type) {
    case 'ident':
      return true;
    case 'string':
      return name.parts.every((part) => part.type === 'text');
    case 'interpolation':
      return isPlainString(name.expr);
  }
}

function isPlainString(expr: Expr): boolean {
  let inner = expr;
  while (inner.type === 'paren') inner = inner.expr;
  if (inner.type === 'uri') return true;
  return inner.type === 'string' && inner.parts.every((part) => part.type === 'text');
}
