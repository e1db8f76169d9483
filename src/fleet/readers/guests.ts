import type { FactReader } from './fact-reader.ts';

/** Containers and virtual machines, with what each is made of where that is a name. */
export const guests: FactReader = function* ({ root }) {
  for (const [name, node] of root.at('containers').entries())
    yield { kind: 'container', name, value: 'nixos', site: node.site };
  for (const place of [
    ['virtualisation', 'oci-containers', 'containers'],
    ['virtualisation', 'quadlet', 'containers'],
  ])
    for (const [name, node] of root.at(...place).entries()) {
      const image = node.at('image').text()?.text ?? node.at('containerConfig', 'image').text()?.text;
      yield { kind: 'container', name, value: image ?? 'oci', site: node.site };
    }
  for (const [name, node] of root.at('virtualisation', 'arion', 'projects').entries())
    yield { kind: 'container', name, value: 'arion', site: node.site };
  for (const [name, node] of root.at('microvm', 'vms').entries())
    yield { kind: 'virtual-machine', name, value: 'microvm', site: node.site };
  for (const connection of root.at('virtualisation', 'libvirt', 'connections').entries())
    for (const domain of connection[1].at('domains').items()) {
      const name = domain.at('definition').text()?.text;
      if (name !== undefined) yield { kind: 'virtual-machine', name, value: 'libvirt', site: domain.site };
    }
};
