import type { Budgets } from '../budgets.ts';
import type { Route } from '../route.ts';
import { appRoutes } from './app.ts';
import { checkRoutes } from './checks.ts';
import { commitCommentRoutes } from './commit-comments.ts';
import { contentRoutes } from './contents.ts';
import { deploymentRoutes } from './deployments.ts';
import { gitRoutes } from './git.ts';
import { issueRoutes } from './issues.ts';
import { pullRoutes } from './pulls.ts';
import { rateLimitRoutes } from './rate-limit.ts';
import { repositoryRoutes } from './repositories.ts';
import { treeRoutes } from './trees.ts';

/** All that the practice forge answers. The first that fits is used: `commits/{ref}` would swallow what is longer. */
export function everyRoute(budgets: Budgets): readonly Route[] {
  return [
    ...appRoutes,
    ...rateLimitRoutes(budgets),
    ...gitRoutes,
    ...commitCommentRoutes,
    ...treeRoutes,
    ...issueRoutes,
    ...pullRoutes,
    ...checkRoutes,
    ...deploymentRoutes,
    ...contentRoutes,
    ...repositoryRoutes,
  ];
}
