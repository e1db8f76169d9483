{
  description = "The fleet of the real test hosts";

  inputs.nixpkgs.url = "path:./nixos";

  outputs =
    { nixpkgs, ... }:
    {
      nixosConfigurations = {
        griffin = nixpkgs.lib.nixosSystem {
          modules = [
            ./common.nix
            ./hosts/griffin
          ];
        };
        wolfhound = nixpkgs.lib.nixosSystem {
          modules = [
            ./common.nix
            ./hosts/wolfhound
          ];
        };
        blackjack = nixpkgs.lib.nixosSystem {
          modules = [
            ./common.nix
            ./hosts/blackjack
          ];
        };
        anubis = nixpkgs.lib.nixosSystem {
          modules = [
            ./common.nix
            ./hosts/anubis
          ];
        };
        kestrel = nixpkgs.lib.nixosSystem {
          modules = [
            ./common.nix
            ./hosts/kestrel
          ];
        };
      };
    };
}
