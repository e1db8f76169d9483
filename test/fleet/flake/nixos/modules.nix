# Merges modules as NixOS does, without types: sets are merged, lists are joined, and two different values of one
# option are an error.
{ modules, args }:
let
  read =
    module:
    let
      value = if builtins.isPath module || builtins.isString module then import module else module;
      body = if builtins.isFunction value then value args else value;
      own = body.config or (builtins.removeAttrs body [ "imports" ]);
    in
    builtins.concatMap read (body.imports or [ ]) ++ [ own ];

  merge =
    at: left: right:
    if builtins.isAttrs left && builtins.isAttrs right && !(left ? outPath) && !(right ? outPath) then
      left
      // builtins.mapAttrs (
        name: value: if left ? ${name} then merge "${at}.${name}" left.${name} value else value
      ) right
    else if builtins.isList left && builtins.isList right then
      left ++ right
    else if left == right then
      left
    else
      throw "The option `${at}' has conflicting definition values";
in
builtins.foldl' (merge "config") { } (builtins.concatMap read modules)
