# Unit files as nixos/lib/systemd-lib.nix writes them, as far as the switch looks at them.
let
  inherit (builtins)
    attrNames
    concatStringsSep
    isList
    isBool
    toFile
    ;
  words = value: if isList value then concatStringsSep " " value else value;
  print =
    value:
    if isBool value then
      (if value then "true" else "false")
    else if builtins.isInt value then
      toString value
    else
      value;
  lines =
    settings:
    concatStringsSep "" (
      builtins.concatMap (
        key:
        map (value: "${key}=${print value}\n") (
          if isList settings.${key} then settings.${key} else [ settings.${key} ]
        )
      ) (attrNames settings)
    );
  section = name: text: if text == "" then "" else "[${name}]\n${text}\n";
  dependencies =
    unit:
    concatStringsSep "" (
      map (key: if unit ? ${key} then "${keys.${key}}=${words unit.${key}}\n" else "") (attrNames keys)
    );
  keys = {
    after = "After";
    before = "Before";
    requires = "Requires";
    wants = "Wants";
    bindsTo = "BindsTo";
    partOf = "PartOf";
    conflicts = "Conflicts";
  };
  # Only what differs from the default is written, as on NixOS.
  switching =
    unit:
    (if unit.restartIfChanged or true then "" else "X-RestartIfChanged=false\n")
    + (if unit.reloadIfChanged or false then "X-ReloadIfChanged=true\n" else "")
    + (if unit.stopIfChanged or true then "" else "X-StopIfChanged=false\n")
    + (if unit ? restartTriggers then "X-Restart-Triggers=${words unit.restartTriggers}\n" else "");
  head =
    unit:
    section "Unit" (
      (if unit ? description then "Description=${unit.description}\n" else "")
      + dependencies unit
      + lines (unit.unitConfig or { })
    );
in
{
  service =
    name: unit:
    let
      script = toFile "unit-script-${name}-start" "#!/bin/sh\nset -e\n${unit.script}\n";
      command = if unit ? script then { ExecStart = "/bin/sh ${script}"; } else { };
      environment = unit.environment or { };
    in
    toFile "unit-${name}.service" (
      head unit
      + section "Service" (
        "Environment=PATH=/run/current-system/sw/bin\n"
        + concatStringsSep "" (map (key: "Environment=${key}=${environment.${key}}\n") (attrNames environment))
        + lines (command // (unit.serviceConfig or { }))
        + switching unit
      )
    );
  timer =
    name: unit:
    toFile "unit-${name}.timer" (head unit + section "Timer" (lines (unit.timerConfig or { })));
  socket =
    name: unit:
    toFile "unit-${name}.socket" (head unit + section "Socket" (lines (unit.socketConfig or { })));
  target = name: unit: toFile "unit-${name}.target" (head unit);
}
