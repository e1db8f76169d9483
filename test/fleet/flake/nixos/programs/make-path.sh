mkdir -p "$out/bin"
sed "s|@DIALECT@|$dialect|" "$rebuild" >"$out/bin/nixos-rebuild"
cat "$version" >"$out/bin/nixos-version"
chmod 755 "$out/bin/nixos-rebuild" "$out/bin/nixos-version"
# On NixOS these lead into the store; here Debian's own tools stand for them.
for tool in \
  systemctl journalctl machinectl busctl loginctl systemd-run systemd-cat nix nix-store nix-env nix-collect-garbage git \
  sh bash cat ls readlink stat date df sort tail head wc tr base64 cmp sleep id mkdir mv rm touch true false sed grep \
  flock setsid ip ping python3 cut uname hostname find awk env; do
  ln -s "/usr/bin/$tool" "$out/bin/$tool"
done
for package in $packages; do
  for program in "$package"/bin/*; do ln -s "$program" "$out/bin/"; done
done
