import { fails, type Probe, type ProbeFinding, type Scene } from './probe.ts';

/**
 * What is left on the disks once the new system is there. A warning: putting the old one back frees nothing, and the
 * next deploy would be refused.
 */
export const diskSpace: Probe = {
  id: 'disk-space',
  title: 'The deploy has left enough space on /, /nix and /boot.',
  asks: () => [{ kind: 'look', afterSeconds: 0 }],
  judge: (asked, _expected, scene) =>
    asked.flatMap(({ answer }) => {
      if (answer.kind !== 'look') return [];
      const { freeMiB, freeRootMiB } = answer.look;
      const { min_free_nix_mib, min_free_boot_mib, min_free_root_mib } = scene.fleet.deploy;
      return [
        ...low(scene, '/nix', freeMiB.nix, min_free_nix_mib),
        ...low(scene, '/boot', freeMiB.boot, min_free_boot_mib),
        ...low(scene, '/', freeRootMiB, min_free_root_mib),
      ];
    }),
};

function low(scene: Scene, place: string, left: number | null, least: number): readonly ProbeFinding[] {
  if (left === null || left >= least) return [];
  const message = `${left} MiB are left on ${place}, less than ${least}`;
  return [{ ...fails(diskSpace, scene, message, place), level: 'warning' }];
}
