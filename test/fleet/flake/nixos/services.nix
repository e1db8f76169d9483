# The services that a module may enable, as units and files.
{ config }:
let
  inherit (builtins) concatStringsSep attrNames toFile;
  inherit (config) networking;
  inherit (config.services) openssh bind;
  optional = condition: set: if condition then set else { };
  named = toFile "named.conf" ''
    options {
      directory "/run/named";
      pid-file none;
      session-keyfile none;
      listen-on { any; };
      listen-on-v6 { none; };
      recursion no;
      dnssec-validation no;
    };
    controls { };
    ${concatStringsSep "" (
      map (zone: ''
        zone "${zone}" { type primary; file "${bind.zones.${zone}}"; };
      '') (attrNames bind.zones)
    )}
  '';
  sshd = toFile "sshd_config" ''
    Port ${toString openssh.port}
    UsePAM yes
    PasswordAuthentication no
    KbdInteractiveAuthentication no
    PermitRootLogin no
    HostKey /etc/ssh/ssh_host_ed25519_key
    ${openssh.extraConfig}
  '';
in
{
  services = {
    "network-addresses-${networking.interface}" = {
      description = "Address configuration of ${networking.interface}";
      wantedBy = [ "multi-user.target" ];
      before = [ "sshd.service" ];
      stopIfChanged = false;
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStop = "-ip address flush dev ${networking.interface}";
      };
      script = ''
        ip link set lo up
        ip address replace ${networking.address} dev ${networking.interface}
        ip link set ${networking.interface} up
        ip route replace default via ${networking.gateway}
      '';
    };
  }
  // optional openssh.enable {
    sshd = {
      description = "SSH Daemon";
      wantedBy = [ "multi-user.target" ];
      stopIfChanged = false;
      restartTriggers = [ sshd ];
      serviceConfig = {
        ExecStart = "/usr/sbin/sshd -D -f /etc/ssh/sshd_config";
        ExecReload = "/bin/kill -HUP $MAINPID";
        KillMode = "process";
        Restart = "always";
        RuntimeDirectory = "sshd";
        RuntimeDirectoryMode = "0755";
        RuntimeDirectoryPreserve = true;
      };
    };
  }
  // optional bind.enable {
    bind = {
      description = "BIND Domain Name Server";
      wantedBy = [ "multi-user.target" ];
      serviceConfig = {
        ExecStart = "/usr/sbin/named -f -c ${named}";
        ExecReload = "/bin/kill -HUP $MAINPID";
        User = "bind";
        AmbientCapabilities = "CAP_NET_BIND_SERVICE";
        RuntimeDirectory = "named";
      };
    };
  };

  etc = {
    "resolv.conf".text = concatStringsSep "" (map (one: "nameserver ${one}\n") networking.nameservers);
    "hosts".text = "127.0.0.1 localhost ${networking.hostName}\n";
    "hostname".text = "${networking.hostName}\n";
  }
  // optional openssh.enable { "ssh/sshd_config".source = sshd; };
}
