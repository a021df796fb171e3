import type { FastifyRequest } from 'fastify';
import { Problem } from '../kit/problem.ts';
import type { Role } from './roles.ts';

/** Who may use a route: everybody, or holders of one of these roles. */
export type Access = 'public' | { roles: readonly [Role, ...Role[]] };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

/** Refuses to start with a route that does not say who may use it. */
export function requireStatedAccess(route: { url: string; config?: { access?: Access } }): void {
  if (!route.config?.access) throw new Error(`the route ${route.url} does not state its access`);
}

/** Raises `identity/sign_in` where a route is not public: nobody can be signed in yet. */
export function requireAccess(request: FastifyRequest): void {
  if (request.is404 || request.routeOptions.config.access === 'public') return;
  throw new Problem('identity/sign_in', 'unauthenticated', {
    zh: '这里需要工作人员登录。',
    en: 'This needs a staff sign-in.',
  });
}
