#!/bin/sh
# Makes the root that all test hosts share, once for each list of packages, and prints where it is. $1: the cache.
# Debian trixie, from the same mirror and through the same proxy as this machine's own packages.
set -eu
here=$(dirname "$(readlink -f "$0")")
cache=$1
suite=trixie
key=$(cat "$here/packages" "$0" | sha256sum | cut -c1-16)
root=$cache/$suite-$key
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ -d "$root" ]; then
  echo "$root"
  exit 0
fi
mirror=$(apt-get indextargets --format '$(REPO_URI) $(LABEL)' 'Created-By: Packages' | sed -n 's/ Debian$//p' | head -n 1)
if [ -z "$mirror" ]; then
  echo "apt knows no mirror of Debian (or its lists are empty: apt-get update)" >&2
  exit 1
fi
proxy=
eval "$(apt-config shell proxy Acquire::http::Proxy)"
if [ -n "$proxy" ]; then
  http_proxy=$proxy
  export http_proxy
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
scripts=/usr/share/debootstrap/scripts
partial=$root.partial
rm -rf "$partial"
echo "making the root of the test hosts (a minute or two, once)" >&2
# A debootstrap that is older than the suite has no script of its own for it; one serves them all.
if ! debootstrap --variant=minbase --keyring="$keyring" --include="$(paste -sd, "$here/packages")" \
  "$suite" "$partial" "$mirror" "$([ -e "$scripts/$suite" ] && echo "$scripts/$suite" || echo "$scripts/sid")" \
  >"$cache/debootstrap.log" 2>&1; then
  tail -n 5 "$cache/debootstrap.log" >&2
  echo "debootstrap failed; all it said is in $cache/debootstrap.log" >&2
  exit 1
fi
rm -rf "$partial"/var/cache/apt/archives/*.deb "$partial"/var/lib/apt/lists/* "$partial"/usr/share/doc \
  "$partial"/usr/share/locale "$partial"/usr/share/man
mv "$partial" "$root"
echo "$root"
