#!/usr/bin/python3
"""Stands for nixos-rebuild over real Nix: what it takes, does and ends with is held by `rebuild-contract.fleet.ts`.

Two dialects, by the system's `system.rebuildDialect`: `store-path` knows `--store-path` and `--no-reexec`, `fast` is
older and knows `--fast` instead of both. What neither real program knows ends with 2 and does nothing.
"""
import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

DIALECT = "@DIALECT@"
PROFILES = Path("/nix/var/nix/profiles")
FLAKE_FLAGS = ["--extra-experimental-features", "nix-command flakes"]
ACTIONS = ["switch", "boot", "test", "build", "dry-build", "dry-run", "dry-activate", "list-generations"]
UNIT = "nixos-rebuild-switch-to-configuration"


class Mistake(Exception):
    """What the real program calls NixOSRebuildError."""


def parsed(argv):
    parser = argparse.ArgumentParser(prog="nixos-rebuild", add_help=False, allow_abbrev=False)
    parser.add_argument("--verbose", "-v", action="count", default=0)
    for flag in ("--max-jobs", "-j"), ("--cores",), ("--log-format",), ("--builders",):
        parser.add_argument(*flag)
    for flag in ("--keep-going", "-k"), ("--keep-failed", "-K"), ("--fallback",), ("--show-trace",), ("--impure",):
        parser.add_argument(*flag, action="store_true")
    for flag in ("--print-build-logs", "-L"), ("--quiet",), ("--offline",), ("--refresh",), ("--accept-flake-config",):
        parser.add_argument(*flag, action="store_true")
    parser.add_argument("--option", nargs=2, action="append", default=[])
    parser.add_argument("--include", "-I", action="append", default=[])
    parser.add_argument("--override-input", nargs=2, action="append", default=[])
    parser.add_argument("--file", "-f")
    parser.add_argument("--attr", "-A")
    parser.add_argument("--flake", nargs="?", const=True)
    parser.add_argument("--no-flake", dest="flake", action="store_false")
    parser.add_argument("--install-bootloader", action="store_true")
    parser.add_argument("--profile-name", "-p", default="system")
    parser.add_argument("--specialisation", "-c")
    parser.add_argument("--rollback", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sudo", action="store_true")
    if DIALECT == "fast":
        parser.add_argument("--fast", action="store_true")
    else:
        parser.add_argument("--no-reexec", action="store_true")
        parser.add_argument("--fast", action="store_true")
        parser.add_argument("--store-path")
        parser.add_argument("--diff", action="store_true")
    parser.add_argument("action", choices=ACTIONS)
    args = parser.parse_args(argv)
    if args.flake and (args.file or args.attr):
        parser.error("--flake cannot be used with --file or --attr")
    if DIALECT == "fast":
        args.store_path, args.no_reexec = None, args.fast
    else:
        if args.fast:
            print("nixos-rebuild: warning: --fast is deprecated, use --no-reexec instead", file=sys.stderr)
            args.no_reexec = True
        if args.store_path:
            if args.action not in ("switch", "boot", "test", "dry-activate"):
                parser.error(f"--store-path cannot be used with '{args.action}'")
            if args.rollback or args.flake or args.file or args.attr:
                parser.error("--store-path cannot be used with --rollback, --flake, --file or --attr")
    return args


def run(words, **more):
    return subprocess.run([str(word) for word in words], check=True, text=True, **more)


def nix_flags(args):
    flags = []
    for name in ("keep_going", "keep_failed", "fallback", "show_trace", "offline", "refresh", "quiet"):
        if getattr(args, name):
            flags.append("--" + name.replace("_", "-"))
    for name in ("max_jobs", "cores", "log_format", "builders"):
        if getattr(args, name) is not None:
            flags += ["--" + name.replace("_", "-"), getattr(args, name)]
    for pair in args.option:
        flags += ["--option", *pair]
    for path in args.include:
        flags += ["-I", path]
    return flags + ["-v"] * args.verbose


def flake_of(args):
    """The flake's address and the host's attribute, or None where the system is not from a flake."""
    flake = args.flake
    if flake is None and not args.file and not args.attr and Path("/etc/nixos/flake.nix").exists():
        flake = True
    if not flake:
        return None
    address, _, attribute = ("/etc/nixos" if flake is True else flake).partition("#")
    return address, attribute or os.uname().nodename


def build(args, attribute, link, dry=False):
    flake = flake_of(args)
    if flake:
        words = ["nix", *FLAKE_FLAGS, "build", "--print-out-paths"]
        words += [f'{flake[0]}#nixosConfigurations."{flake[1]}".{attribute}', *nix_flags(args)]
        words += ["--impure"] if args.impure else []
        words += [word for pair in args.override_input for word in ("--override-input", *pair)]
        words += ["--print-build-logs"] if args.print_build_logs else []
        words += ([] if link else ["--no-link"]) + (["--dry-run"] if dry else [])
    else:
        words = ["nix-build", args.file or "<nixpkgs/nixos>"]
        words += ["--attr", ".".join(part for part in (args.attr, attribute) if part), *nix_flags(args)]
        words += ([] if link else ["--no-out-link"]) + (["--dry-run"] if dry else [])
    return Path(run(words, stdout=subprocess.PIPE).stdout.strip())


def reexec(args):
    """Builds the program that belongs to the new system and goes on in it."""
    if os.environ.get("_NIXOS_REBUILD_REEXEC"):
        return
    try:
        new = build(args, "config.system.build.nixos-rebuild", link=False) / "bin/nixos-rebuild"
    except subprocess.CalledProcessError:
        if DIALECT != "fast":
            raise
        print("could not build a newer version of nixos-rebuild, using current version", file=sys.stderr)
        return
    os.execve(new, [str(new), *sys.argv[1:]], os.environ | {"_NIXOS_REBUILD_REEXEC": "1"})


def profile_of(args):
    if args.profile_name == "system":
        return PROFILES / "system"
    folder = PROFILES / "system-profiles"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    return folder / args.profile_name


def generations_of(profile):
    numbers = [int(link.name.split("-")[-2]) for link in profile.parent.glob(f"{profile.name}-*-link")]
    return sorted(numbers)


def set_profile(profile, path):
    if not (path / "nixos-version").exists():
        raise Mistake(f"the configuration path is missing essential files: {path}")
    run(["nix-env", "-p", profile, "--set", path])


def rolled_back(args, profile):
    if args.action in ("switch", "boot"):
        run(["nix-env", "--rollback", "-p", profile])
        return profile
    current = os.readlink(profile)
    run(["nix-env", "-p", profile, "--list-generations"], stdout=subprocess.DEVNULL)
    others = [n for n in generations_of(profile) if f"{profile.name}-{n}-link" != current]
    if not others:
        raise Mistake("could not find previous generation")
    # The last in the list, which may be newer than the current one.
    return profile.parent / f"{profile.name}-{others[-1]}-link"


def switch(args, path):
    if args.specialisation:
        if args.action not in ("switch", "test"):
            raise Mistake("'--specialisation' can only be used with 'switch' and 'test'")
        path = path / "specialisation" / args.specialisation
        if not path.exists():
            raise Mistake(f"specialisation not found: {args.specialisation}")
    words = []
    if Path("/run/systemd/system").is_dir():
        words = ["systemd-run", "-E", "LOCALE_ARCHIVE", "-E", "NIXOS_INSTALL_BOOTLOADER", "-E", "NIXOS_NO_CHECK"]
        words += ["--collect", "--no-ask-password", "--pipe", "--quiet", "--service-type=exec", f"--unit={UNIT}"]
    more = {"NIXOS_INSTALL_BOOTLOADER": "1" if args.install_bootloader else "0"}
    prefix = ["sudo"] if args.sudo else []
    run([*prefix, *words, path / "bin/switch-to-configuration", args.action], env=os.environ | more)


def list_generations(args, profile):
    rows = []
    for number in reversed(generations_of(profile)):
        link = profile.parent / f"{profile.name}-{number}-link"
        modules = list((link / "kernel-modules/lib/modules").iterdir())
        revision = run([link / "sw/bin/nixos-version", "--configuration-revision"], capture_output=True)
        rows.append(
            {
                "generation": number,
                "date": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(link.stat().st_ctime)),
                "nixosVersion": (link / "nixos-version").read_text(encoding="utf8").strip(),
                "kernelVersion": modules[0].name if modules else "Unknown",
                "configurationRevision": revision.stdout.strip(),
                "specialisations": sorted(one.name for one in (link / "specialisation").glob("*") if one.is_dir()),
                "current": os.readlink(profile) == link.name,
            }
        )
    if args.json:
        print(json.dumps(rows, indent=2))
    else:
        for row in rows:
            print(row["generation"], row["date"], row["nixosVersion"], row["kernelVersion"], row["current"], sep="  ")


def execute(args):
    profile = profile_of(args)
    if args.action == "list-generations":
        list_generations(args, profile)
        return
    if args.action in ("switch", "boot", "test") and not args.no_reexec:
        reexec(args)
    if args.store_path:
        path = Path(args.store_path)
    else:
        print("building the system configuration...", file=sys.stderr, flush=True)
        if args.rollback:
            path = rolled_back(args, profile)
        else:
            dry = args.action in ("dry-build", "dry-run")
            quiet = ("switch", "boot") if DIALECT == "fast" else ("switch", "boot", "test", "dry-activate")
            path = build(args, "config.system.build.toplevel", link=args.action not in quiet, dry=dry)
            if dry:
                return
    if args.action in ("switch", "boot") and not args.rollback:
        set_profile(profile, path)
    if args.action != "build":
        switch(args, path)
    print("Done. The new configuration is", end=" ", file=sys.stderr, flush=True)
    print(path, flush=True)


def main():
    args = parsed(sys.argv[1:])
    try:
        execute(args)
    except subprocess.CalledProcessError as failed:
        print(str(failed), file=sys.stderr)
        sys.exit(failed.returncode)
    except (Mistake, OSError, KeyboardInterrupt) as mistake:
        sys.exit(f"error: {mistake}")


main()
