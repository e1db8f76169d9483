mkdir -p "$out/bin" "$out/etc" "$out/specialisation"
printf %s "$version" >"$out/nixos-version"
printf %s "$initInterfaceVersion" >"$out/init-interface-version"
printf %s x86_64-linux >"$out/system"
printf %s "loglevel=4" >"$out/kernel-params"
printf %s "$extraDependencies" >"$out/extra-dependencies"
ln -s "$kernel/bzImage" "$out/kernel"
ln -s "$kernel" "$out/kernel-modules"
ln -s "$initrd/initrd" "$out/initrd"
ln -s "$systemd" "$out/systemd"
ln -s "$path" "$out/sw"
cat "$inhibitors" >"$out/switch-inhibitors"
while read -r what at to; do
  mkdir -p "$out/${at%/*}"
  # A unit that is a link to another name is an alias for systemd.
  if [ "$what" = file ]; then cat "$to" >"$out/$at"; else ln -s "$to" "$out/$at"; fi
done <"$manifest"
fill() {
  sed "s|@OUT@|$out|; s|@HOST@|$hostName|; s|@SNIPPETS@|$activationScripts|; s|@CHECKS@|$preSwitchChecks|; s|@EXTRA@|$extraInstallCommands|; s|@BOOT_LOADER@|$out/bin/install-bootloader|" "$1" >"$2"
  chmod 755 "$2"
}
fill "$activate" "$out/activate"
fill "$init" "$out/init"
fill "$installBootLoader" "$out/bin/install-bootloader"
fill "$switchToConfiguration" "$out/bin/switch-to-configuration"
