import { z } from 'zod';
import { Denied, notFound } from '../denied.ts';
import { bodyOf, created, numberIn, ok, page, type Call, type Route } from '../route.ts';
import { appShape, installationShape } from '../shapes/app.ts';
import { deliveryItem, deliveryShape } from '../shapes/delivery.ts';
import { fullRepository, repositoryShape } from '../shapes/repository.ts';
import { stamp } from '../shapes/text.ts';
import { repositoryNamed, type Installation, type Permissions, type Repository } from '../state.ts';
import { holds, reaches } from '../tokens.ts';

const grantShape = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number().int()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

function repositoriesOf(call: Call, installation: Installation): Repository[] {
  return [...call.ground.world.repositories.values()].filter((one) => one.installation?.id === installation.id);
}

/** A token that reaches less than the installation: fewer repositories, fewer permissions. Asking for more is refused. */
function grant(call: Call): ReturnType<typeof created> {
  const { world, tokens } = call.ground;
  const id = numberIn(call, 'installation_id');
  const installation = [...world.installations.values()].find((one) => one.id === id);
  if (installation === undefined) throw notFound();
  const asked = bodyOf(call, 'Installation', grantShape);
  const all = repositoriesOf(call, installation);
  let chosen: Repository[] | null = null;
  if (asked.repositories !== undefined || asked.repository_ids !== undefined) {
    const byName = (asked.repositories ?? []).map((name) =>
      all.find((one) => one.name.toLowerCase() === name.toLowerCase()),
    );
    const byId = (asked.repository_ids ?? []).map((number) => all.find((one) => one.id === number));
    chosen = [...byName, ...byId].map((one) => {
      if (one !== undefined) return one;
      throw new Denied(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    });
  }
  const permissions: Permissions = asked.permissions ?? world.app.permissions;
  if (!holds(world.app.permissions, [permissions])) {
    throw new Denied(422, 'The permissions requested are not granted to this installation.');
  }
  const repositories = chosen === null ? null : new Set(chosen.map((one) => one.id));
  // Whoever may read anything may read the metadata.
  const token = tokens.issue(
    { installation, repositories, permissions: { ...permissions, metadata: 'read' } },
    world.now(),
  );
  return created({
    token: token.token,
    expires_at: stamp(token.expiresAt),
    permissions: token.permissions,
    repository_selection: 'selected',
    ...(chosen === null ? {} : { repositories: chosen.map((one) => repositoryShape(world, one)) }),
  });
}

function redeliver(call: Call): { readonly status: number; readonly body: unknown } {
  const id = numberIn(call, 'delivery_id');
  if (!call.ground.webhooks.redeliver((delivery) => delivery.id === id)) throw notFound();
  return { status: 202, body: {} };
}

export const appRoutes: readonly Route[] = [
  { method: 'GET', template: '/app', by: 'app', handle: (call) => ok(appShape(call.ground.world)) },
  {
    method: 'GET',
    template: '/app/installations',
    by: 'app',
    handle: (call) =>
      page(call, '/app/installations', [...call.ground.world.installations.values()], (rows) =>
        rows.map((one) => installationShape(call.ground.world, one)),
      ),
  },
  { method: 'POST', template: '/app/installations/{installation_id}/access_tokens', by: 'app', handle: grant },
  {
    method: 'GET',
    template: '/app/installations/{installation_id}',
    by: 'app',
    handle: (call) => {
      const id = numberIn(call, 'installation_id');
      const found = [...call.ground.world.installations.values()].find((one) => one.id === id);
      if (found === undefined) throw notFound();
      return ok(installationShape(call.ground.world, found));
    },
  },
  {
    method: 'GET',
    template: '/repos/{owner}/{repo}/installation',
    by: 'app',
    handle: (call) => {
      const { world } = call.ground;
      const found = repositoryNamed(world, `${call.params['owner'] ?? ''}/${call.params['repo'] ?? ''}`);
      if (found === null || found.installation === null) throw notFound();
      return ok(installationShape(world, found.installation));
    },
  },
  {
    method: 'GET',
    template: '/installation/repositories',
    by: 'installation',
    handle: (call) => {
      const { world } = call.ground;
      const seen = repositoriesOf(call, call.token.installation).filter((one) => reaches(call.token, one));
      return page(call, '/installation/repositories', seen, (rows) => ({
        total_count: seen.length,
        repository_selection: 'selected',
        repositories: rows.map((one) => fullRepository(world, one)),
      }));
    },
  },
  {
    method: 'GET',
    template: '/app/hook/deliveries',
    by: 'app',
    handle: (call) => listDeliveries(call),
  },
  {
    method: 'GET',
    template: '/app/hook/deliveries/{delivery_id}',
    by: 'app',
    handle: (call) => {
      const id = numberIn(call, 'delivery_id');
      const found = call.ground.webhooks.deliveries().find((one) => one.id === id);
      if (found === undefined) throw notFound();
      return ok(deliveryShape(found));
    },
  },
  { method: 'POST', template: '/app/hook/deliveries/{delivery_id}/attempts', by: 'app', handle: redeliver },
];

/** The newest first, with GitHub's cursor instead of page numbers: new deliveries do not shift the pages. */
function listDeliveries(call: Call): { readonly status: number; readonly body: unknown } {
  const size = Math.min(Math.max(1, Number(call.query.get('per_page') ?? 30) || 30), 100);
  const cursor = call.query.get('cursor');
  const before = cursor === null ? Number.POSITIVE_INFINITY : Number(/^v1_(\d+)$/.exec(cursor)?.[1] ?? Number.NaN);
  if (Number.isNaN(before)) throw new Denied(422, 'Invalid cursor');
  const rows = [...call.ground.webhooks.deliveries()].reverse().filter((one) => one.id < before);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const next = last === undefined || rows.length <= size ? null : `v1_${last.id}`;
  const url = `${call.ground.world.url}/app/hook/deliveries?per_page=${size}`;
  const headers = next === null ? {} : { headers: { link: `<${url}&cursor=${next}>; rel="next"` } };
  return { status: 200, body: shown.map(deliveryItem), ...headers };
}
