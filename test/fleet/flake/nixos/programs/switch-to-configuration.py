#!/usr/bin/python3
"""Switches real units from the running system to this one.

The order, the words and the exit codes are those of pkgs/by-name/sw/switch-to-configuration-ng/src/src/main.rs in
nixpkgs; the rules for which unit is restarted are its main ones (X-RestartIfChanged, X-ReloadIfChanged,
X-StopIfChanged), without templates, mounts, swaps and users' own units.

  argument        effect                                                                       exit code
  (any, not root)                                                                              1
  check, test, switch: inhibitors or a pre-switch check                                        1
  switch, boot    the boot loader; where it cannot be installed                                1
  boot            nothing more                                                                 0
  test, switch    another init-interface-version: nothing more                                 100
  test, switch    units stopped, activated; where a snippet failed, what follows is done       2
  test, switch    a unit is failed at the end, or waits for its restart                        4
  dry-activate    says what it would do                                                        0
  anything else   usage                                                                        1
"""
import fcntl
import json
import os
import signal
import subprocess
import sys
import syslog

OUT = "@OUT@"
UNITS = "etc/systemd/system"


def run(*words, **more):
    return subprocess.run(words, text=True, **more)


def say(text):
    """Nobody may listen any more: the switch goes on all the same."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        pass


def units_of(system):
    folder = os.path.join(system, UNITS)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return {name: os.path.join(folder, name) for name in names if not os.path.isdir(os.path.join(folder, name))}


def text_of(path):
    real = os.path.realpath(path)
    if real == "/dev/null":
        return ""
    with open(real, encoding="utf8") as file:
        return file.read()


def active_units():
    """Name -> (active, sub) of every unit that is loaded and not inactive."""
    out = run("systemctl", "list-units", "--full", "--plain", "--no-legend", "--no-pager", capture_output=True).stdout
    found = {}
    for line in out.splitlines():
        words = line.split()
        if len(words) >= 4:
            found[words[0]] = (words[2], words[3])
    return found


class Plan:
    """Which units the difference between two systems stops, reloads, restarts and starts."""

    def __init__(self, current):
        self.stop, self.reload, self.restart, self.start, self.skip = [], [], [], [], []
        before, after = units_of(current), units_of(OUT)
        for unit, state in sorted(active_units().items()):
            if unit not in before or state[0] not in ("active", "activating", "reloading"):
                continue
            if unit not in after:
                self.stop.append(unit)
                continue
            old, new = text_of(before[unit]), text_of(after[unit])
            if old == new:
                continue
            if new == "":
                self.stop.append(unit)
            elif unit.endswith((".target", ".timer", ".socket")):
                self.restart.append(unit)
            elif "X-ReloadIfChanged=true" in new:
                self.reload.append(unit)
            elif "X-RestartIfChanged=false" in new:
                self.skip.append(unit)
            elif "X-StopIfChanged=false" in new:
                self.restart.append(unit)
            else:
                self.stop.append(unit)
                self.start.append(unit)


def inhibited(current):
    """Names of inhibitors that differ, and whether a check of the new system says no."""

    def of(system):
        try:
            with open(os.path.join(system, "switch-inhibitors"), encoding="utf8") as file:
                return json.load(file)
        except FileNotFoundError:
            return {}

    old, new = of(current), of(OUT)
    changed = sorted(name for name in old.keys() & new.keys() if old[name] != new[name])
    for name in changed:
        say(f"{name} changed: {old[name]} -> {new[name]}")
    if changed:
        say("There are changes to critical components of the system.")
    checks = run("/bin/sh", "-c", "_status=0; . @CHECKS@; exit $_status").returncode
    return bool(changed) or checks != 0


def install_boot_loader():
    done = run("@BOOT_LOADER@", OUT).returncode
    if done != 0:
        say("Failed to install bootloader")
        sys.exit(1)
    os.sync()


def listed(verb, units):
    if units:
        say(f"{verb} the following units: {', '.join(sorted(units))}")


def failed_units():
    failed = []
    for unit, (active, sub) in sorted(active_units().items()):
        if active == "failed":
            failed.append(unit)
        elif sub == "auto-restart":
            show = run("systemctl", "show", "--value", "--property=ExecMainStatus", unit, capture_output=True)
            if show.stdout.strip() != "0":
                failed.append(unit)
    return failed


def dry_activate(plan):
    listed("would stop", plan.stop)
    listed("would NOT stop", plan.skip)
    say("would activate the configuration...")
    listed("would reload", plan.reload)
    listed("would restart", plan.restart)
    listed("would start", plan.start)


def activate(plan, current):
    code = 0
    syslog.syslog(f"switching to system configuration {OUT}")
    if plan.stop:
        listed("stopping", plan.stop)
        run("systemctl", "stop", "--", *plan.stop)
    listed("NOT restarting", plan.skip)
    say("activating the configuration...")
    if run(os.path.join(OUT, "activate"), OUT).returncode != 0:
        code = 2
    if os.path.realpath(os.path.join(current, "systemd")) != os.path.realpath(os.path.join(OUT, "systemd")):
        say("restarting systemd...")
        run("systemctl", "daemon-reexec")
    run("systemctl", "reset-failed")
    if run("systemctl", "daemon-reload").returncode != 0:
        code = 3
    if plan.reload:
        listed("reloading", plan.reload)
        if run("systemctl", "reload", "--", *plan.reload).returncode != 0:
            code = 4
    if plan.restart:
        listed("restarting", plan.restart)
        if run("systemctl", "restart", "--", *plan.restart).returncode != 0:
            code = 4
    before = active_units()
    if plan.start:
        listed("starting", plan.start)
    # What a target wants is started again, also what somebody had stopped by hand. A target waits for what it wants.
    targets = ("multi-user.target", "timers.target", "sockets.target")
    if run("systemctl", "start", "--", *targets, *plan.start).returncode != 0:
        code = 4
    failed = failed_units()
    new = sorted(set(active_units()) - set(before) - set(plan.start) - set(plan.stop))
    if new:
        say(f"the following new units were started: {', '.join(new)}")
    if failed:
        say(f"warning: the following units failed: {', '.join(failed)}")
        run("systemctl", "status", "--no-pager", "--full", "--lines=5", "--", *failed, stdout=sys.stderr)
        code = 4
    if code == 0:
        syslog.syslog(f"finished switching to system configuration {OUT}")
    else:
        syslog.syslog(f"switching to system configuration {OUT} failed (status {code})")
    return code


def main():
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action not in ("switch", "boot", "test", "dry-activate", "check"):
        say("Usage: switch-to-configuration [check|switch|boot|test|dry-activate]")
        return 1
    if os.geteuid() != 0:
        say("switch-to-configuration must be run as the root user")
        return 1
    if not os.path.exists("/etc/NIXOS"):
        say("This is not a NixOS installation!")
        return 1
    os.makedirs("/run/nixos", exist_ok=True)
    lock = open("/run/nixos/switch-to-configuration.lock", "w", encoding="utf8")
    # A second switch waits silently.
    fcntl.flock(lock, fcntl.LOCK_EX)
    syslog.openlog("nixos")
    current = os.path.realpath("/run/current-system")
    if action in ("switch", "test", "check") and os.environ.get("NIXOS_NO_CHECK", "") != "1":
        if inhibited(current):
            say("Pre-switch checks failed")
            return 1
        if action == "check":
            return 0
    if action in ("switch", "boot"):
        install_boot_loader()
    if action == "boot":
        return 0
    with open("/run/current-system/init-interface-version", encoding="utf8") as old:
        with open(os.path.join(OUT, "init-interface-version"), encoding="utf8") as new:
            if old.read() != new.read():
                say(
                    "Warning: the new NixOS configuration has an 'init' that is incompatible with the current"
                    " configuration. The new configuration won't take effect until you reboot the system."
                )
                return 100
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    plan = Plan(current)
    if action == "dry-activate":
        dry_activate(plan)
        return 0
    return activate(plan, current)


sys.exit(main())
