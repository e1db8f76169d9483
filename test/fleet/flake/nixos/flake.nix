{
  description = "What the fleet needs of nixpkgs: a module system without types, and a system that real tools can read";

  outputs = _: { lib.nixosSystem = import ./system.nix; };
}
