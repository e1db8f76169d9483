# What the test fleets need of Nixpkgs, so that Nix can judge them without it: a small library, modules that are merged
# as NixOS merges them, and for each machine a derivation that all of its configuration goes into.
names:
let
  inherit (builtins)
    all any attrNames attrValues concatLists concatMap concatStringsSep elem elemAt filter foldl' functionArgs genList
    hasAttr head intersectAttrs isAttrs isFunction isList isPath isString length listToAttrs map mapAttrs readFile
    replaceStrings sort tail toJSON
    ;

  lib = builtins // {
    inherit mkIf mkMerge mkOverride types;
    mkDefault = mkOverride 1000;
    mkForce = mkOverride 50;
    mkBefore = x: x;
    mkAfter = x: x;
    mkOption = x: x // { _type = "option"; };
    mkEnableOption = name: { _type = "option"; default = false; description = name; };
    nameValuePair = name: value: { inherit name value; };
    genAttrs = list: f: listToAttrs (map (name: { inherit name; value = f name; }) list);
    mapAttrsToList = f: set: map (name: f name set.${name}) (attrNames set);
    mapAttrs' = f: set: listToAttrs (map (name: f name set.${name}) (attrNames set));
    filterAttrs = f: set: listToAttrs (concatMap (name: if f name set.${name} then [ { inherit name; value = set.${name}; } ] else [ ]) (attrNames set));
    optional = c: x: if c then [ x ] else [ ];
    optionals = c: x: if c then x else [ ];
    optionalAttrs = c: x: if c then x else { };
    optionalString = c: x: if c then x else "";
    flatten = x: if isList x then concatMap lib.flatten x else [ x ];
    unique = foldl' (acc: x: if elem x acc then acc else acc ++ [ x ]) [ ];
    imap0 = f: list: genList (n: f n (elemAt list n)) (length list);
    imap1 = f: list: genList (n: f (n + 1) (elemAt list n)) (length list);
    last = list: elemAt list (length list - 1);
    range = a: b: genList (n: a + n) (b - a + 1);
    concatMapStrings = f: list: concatStringsSep "" (map f list);
    concatMapStringsSep = sep: f: list: concatStringsSep sep (map f list);
    concatMapAttrs = f: set: foldl' (acc: name: acc // f name set.${name}) { } (attrNames set);
    hasSuffix = suffix: text: let n = builtins.stringLength text; m = builtins.stringLength suffix; in n >= m && builtins.substring (n - m) m text == suffix;
    hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
    removeSuffix = suffix: text: if lib.hasSuffix suffix text then builtins.substring 0 (builtins.stringLength text - builtins.stringLength suffix) text else text;
    escapeRegex = replaceStrings [ "." "+" ] [ "\\." "\\+" ];
    recursiveUpdate = a: b: if isAttrs a && isAttrs b then a // mapAttrs (name: v: if a ? ${name} then lib.recursiveUpdate a.${name} v else v) b else b;
    attrByPath = path: default: set: if path == [ ] then set else if set ? ${head path} then lib.attrByPath (tail path) default set.${head path} else default;
    importJSON = path: builtins.fromJSON (readFile path);
    importTOML = path: builtins.fromTOML (readFile path);
    fileContents = readFile;
    id = x: x;
    const = x: y: x;
    pipe = foldl' (x: f: f x);
    evalModules = evalModules;
    nixosSystem = nixosSystem;
  };
  types = builtins.listToAttrs (map (name: { inherit name; value = { inherit name; }; }) [ "str" "int" "bool" "attrs" "lines" "path" "port" "unspecified" ]) // {
    listOf = x: x; attrsOf = x: x; nullOr = x: x; enum = x: x; submodule = x: x;
  };

  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };

  # Conditions and priorities are pushed down to where a value stands, so that no condition is asked before its time.
  kindOf = v: if isAttrs v then v._type or "plain" else "plain";
  pushed = v:
    if kindOf v == "if" then map (d: d // { conditions = [ v.condition ] ++ d.conditions; }) (pushed v.content)
    else if kindOf v == "merge" then concatMap pushed v.contents
    else if kindOf v == "override" then map (d: d // { inherit (v) priority; }) (pushed v.content)
    else [ { priority = 100; conditions = [ ]; value = v; } ];
  again = d: map (e: { inherit (e) value; conditions = d.conditions ++ e.conditions; priority = if e.priority != 100 then e.priority else d.priority; }) (pushed d.value);
  isPlainSet = v: isAttrs v && !(v ? _type) && !(v ? drvPath) && !(v ? outPath);
  isOption = v: kindOf v == "option";

  merge = options: given:
    let
      defs = concatMap again given;
      own = if isOption options then (if options ? default then [ { priority = 1500; conditions = [ ]; value = options.default; } ] else [ ]) else [ ];
      isSet = !isOption options && (options != { } || (defs != [ ] && all (d: isPlainSet d.value) defs));
      keys = attrNames (foldl' (acc: d: acc // d.value) options defs);
      live = filter (d: all (c: c) d.conditions) (own ++ defs);
      strongest = foldl' (acc: d: if d.priority < acc then d.priority else acc) 9999 live;
      values = map (d: d.value) (filter (d: d.priority == strongest) live);
    in
    if isSet then listToAttrs (map (name: { inherit name; value = merge (options.${name} or { }) (concatMap (d: if d.value ? ${name} then [ (d // { value = d.value.${name}; }) ] else [ ]) defs); }) keys)
    else if values == [ ] then null
    else if all isList values then concatLists values
    else if all isPlainSet values then foldl' lib.recursiveUpdate { } values
    else elemAt values (length values - 1);

  evalModules = { modules, specialArgs ? { } }:
    let
      args = { inherit lib config options; inherit pkgs; modulesPath = "/nixpkgs/nixos/modules"; } // specialArgs;
      # Overlays and the modules of users are taken as they are written: neither may rest on an option.
      written = path: concatMap (m: let found = lib.attrByPath path null m.config; in if found == null then [ ] else [ found ]) loaded;
      pkgs = foldl' (acc: overlay: acc // overlay acc acc) pkgsFor (concatLists (written [ "nixpkgs" "overlays" ]));
      homes = written [ "home-manager" "users" ];
      home = name: evalModules {
        modules = [ { ${name} = "a home"; } ] ++ concatMap (users: if users ? ${name} then [ users.${name} ] else [ ]) homes;
        specialArgs = removeAttrs specialArgs [ "config" ] // { osConfig = config; inHome = true; };
      };
      argument = name: _: args.${name} or config._module.args.${name};
      load = seen: module:
        let
          key = if isPath module || isString module then toString module else null;
          # A module of Nixpkgs' own says nothing here but its name.
          content =
            if key == null then module
            else if lib.hasPrefix "/nixpkgs" key then { nixpkgs = [ key ]; }
            else import module;
          value = if isFunction content then content (if functionArgs content == { } then args else mapAttrs argument (functionArgs content)) else content;
          isFull = value ? config || value ? options;
          this = {
            config = if isFull then value.config or { } else removeAttrs value [ "imports" "_file" "key" ];
            bare = if isAttrs this.config then removeAttrs this.config [ "home-manager" ] else this.config;
            options = value.options or { };
          };
        in
        if key != null && elem key seen.keys then seen
        else
          let inner = foldl' load (seen // { keys = seen.keys ++ (if key == null then [ ] else [ key ]); }) (value.imports or [ ]);
          in inner // { found = inner.found ++ [ this ]; };
      loaded = (foldl' load { keys = [ ]; found = [ ]; } (modules ++ [ base ])).found;
      options = foldl' lib.recursiveUpdate { } (map (m: m.options) loaded);
      base = { lib, config, ... }: {
        options.networking.hostName = lib.mkOption { default = "nixos"; };
        config.system.name = lib.mkDefault config.networking.hostName;
      };
      config = merge options (concatMap (m: pushed m.bare) loaded) // (if homes == [ ] then { } else { homes = mapAttrs (name: _: (home name).config) (foldl' (acc: users: acc // users) { } homes); });
    in
    { inherit config options; };

  # What a text names in the store is not there: only its name counts.
  bare = builtins.unsafeDiscardStringContext;
  # Everything as text, and every path with what is in it.
  plain = v:
    if isFunction v then "function"
    else if isPath v then "${v}"
    else if isAttrs v then (if v ? drvPath then v.drvPath else if v ? outPath then "${v.outPath}" else mapAttrs (_: plain) (removeAttrs v [ "_module" ]))
    else if isList v then map plain v
    else v;

  pkgsFor = listToAttrs (map (name: { inherit name; value = package name { }; }) names) // {
    inherit lib;
    stdenv = { mkDerivation = attrs: package (attrs.name or attrs.pname or "x") attrs; isLinux = true; };
    callPackage = f: args: let fn = if isFunction f then f else import f; in fn (intersectAttrs (functionArgs fn) pkgsFor // args);
    writeText = name: text: package name { inherit text; };
    fetchurl = attrs: package "source" attrs;
  };
  package = name: attrs: let made = derivation { inherit name; system = "x"; builder = "b"; text = bare (toJSON (plain attrs)); }; in {
    inherit (made) drvPath outPath;
    inherit name;
    override = f: package name (attrs // { again = plain (if isFunction f then f { } else f); });
    overrideAttrs = f: package name (attrs // { again = plain (if isFunction f then f attrs else f); });
  };

  nixosSystem = { modules, specialArgs ? { }, system ? null, ... }:
    let
      evaluated = evalModules { inherit modules specialArgs; };
      # NixOS reads its own options. Of those that a fleet declares for itself it sees what the fleet makes of them, and
      # of a definition whose condition does not hold nothing. What nobody declares beside them would be an error.
      read = isTop: options: config:
        if !isPlainSet config then config
        else
          let
            # Both kinds of test fleets keep their own options here: setting one that no module declares is an error.
            isRead = name: if options == null then true else options ? ${name} || (isTop && name != "my");
            isOwn = name: options != null && options ? ${name} && isOption options.${name} && options.${name} ? default;
            below = name: if isTop && name == "networking" || options == null then null else options.${name} or null;
          in
          lib.filterAttrs (_: value: value != null && value != { })
            (mapAttrs (name: read false (below name)) (lib.filterAttrs (name: _: isRead name && !isOwn name) config));
      text = bare (toJSON (plain { inherit system; config = read true evaluated.options evaluated.config; }));
    in
    evaluated // { judged = (derivation { name = "machine"; system = "x"; builder = "b"; inherit text; }).drvPath; };
in
{ inherit lib; rev = "none"; legacyPackages.x86_64-linux = pkgsFor; outPath = "/nixpkgs"; nixosModules = { }; mkShell = x: x; }
