import type { ForgeReader } from '../../jobs/forge.ts';
import type { DeploymentMemory } from '../../jobs/deployment-memory.ts';
import { isOurs } from './authored.ts';
import { deploymentPayloadOf } from './deployment-shape.ts';
import { answerStatus } from './github-fault.ts';
import type { GitHub } from './github-client.ts';

/** Reads back what was mirrored into GitHub's deployments. */
export function createDeploymentReader(github: GitHub, reader: Pick<ForgeReader, 'identity'>): DeploymentMemory {
  return {
    async repository(name) {
      const [owner = '', repo = ''] = name.split('/');
      return github.asApp('reading the installation', async (octokit) => {
        try {
          const { data } = await octokit.rest.apps.getRepoInstallation({ owner, repo });
          return { name, installation: data.id };
        } catch (error) {
          if (answerStatus(error) === 404) return null;
          throw error;
        }
      });
    },
    async payloads(repository, environment, most) {
      const identity = await reader.identity();
      const { data } = await github.within(repository, 'reading the deployments', (octokit, path) =>
        octokit.rest.repos.listDeployments({
          ...path,
          ...(environment === null ? {} : { environment }),
          per_page: Math.min(most, 100),
        }),
      );
      return data
        .filter(({ creator, performed_via_github_app: via }) =>
          isOurs({ user: creator, performed_via_github_app: via ?? null }, github.appId, identity),
        )
        .map(({ payload }) => deploymentPayloadOf(payload));
    },
  };
}
