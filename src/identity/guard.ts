import type { FastifyRequest } from 'fastify';
import { isForPrograms, type Server } from '../kit/http.ts';
import { checkAccess, statedAccess } from './access.ts';
import { logSecurity } from './security-log.ts';
import { findStaff, type SignIn } from './sign-in.ts';
import { visitorOf } from './sign-in-pages.ts';

/**
 * Puts the guard before every route that is added from now on: nobody passes one that does not say who may, and nobody
 * passes it who is not meant. People are led to sign in; programs, and whoever sends something, are told.
 */
export function guard(app: Server, sign_in: SignIn): void {
  app.decorateRequest('staff', null);
  app.decorate('stated', []);
  app.addHook('onRoute', (route) => {
    app.stated.push(...statedAccess(route));
  });
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access ?? 'staff';
    if (request.is404 || access === 'public') return;
    const { staff, cookies } = await findStaff(sign_in, visitorOf(request));
    if (cookies.length) reply.header('set-cookie', cookies);
    request.staff = staff;
    const problem = checkAccess(access, staff);
    if (!problem) return;
    const reading = request.method === 'GET' && !isForPrograms(request.url);
    if (reading && problem.code === 'identity/sign_in') {
      return reply.redirect(`/sign-in?back=${encodeURIComponent(request.url)}`, 303);
    }
    if (reading && problem.code === 'identity/second_factor_missing') {
      return reply.redirect('/account/second-factor', 303);
    }
    throw problem;
  });
  app.addHook('onError', async (request, _reply, error) => logDenial(sign_in, request, error));
}

/** Who is signed in and reaches for what is not theirs is kept in the security log. */
async function logDenial({ db }: SignIn, request: FastifyRequest, error: { code?: string }): Promise<void> {
  const { code } = error;
  if (!request.staff || !(code === 'identity/role' || code === 'identity/reach')) return;
  const detail = { route: request.routeOptions.url ?? '', why: code };
  const { account_id } = request.staff;
  const denial = { event: 'access_denied', success: false, account_id, address: request.ip, detail } as const;
  await logSecurity(db.queries, denial);
}
