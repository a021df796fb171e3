import type { FastifyRequest } from 'fastify';
import { Problem } from '../kit/problem.ts';
import type { Role } from './roles.ts';

/** Who may use a route: everybody, or holders of one of these roles. Every route states it, or does not compile. */
export type Access = 'public' | { roles: readonly [Role, ...Role[]] };

/** What is kept with each route about who may use it. */
export interface AccessConfig {
  access: Access;
}

/** Raises `identity/sign_in` where a route is not public and nobody is signed in. */
export function requireAccess(request: FastifyRequest): void {
  if (request.is404) return;
  const { access } = request.routeOptions.config as Partial<AccessConfig>;
  if (access === 'public') return;
  throw new Problem('identity/sign_in', 'unauthenticated', {
    zh: '这里需要工作人员登录。',
    en: 'This needs a staff sign-in.',
  });
}
