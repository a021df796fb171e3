import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { headersOf, localPath } from '../kit/http.ts';
import { Problem } from '../kit/problem.ts';
import type { Routes } from './access.ts';
import type { Auth } from './auth.ts';
import { logSecurity } from './security-log.ts';
import { withCookies } from './sign-in.ts';
import type { Door } from './sign-in-pages.ts';

const base = '/sign-in/auth';
const Anything = Type.Record(Type.String(), Type.Unknown());

/**
 * The few of better-auth's own addresses that a browser or a city's app must reach: passkeys, and the way back from
 * single sign-on. All others do not exist here.
 */
export function addAuthRoutes(routes: Routes, door: Door): void {
  const { auth } = door.sign_in;
  const open = { config: { access: 'public' }, schema: { hide: true } } as const;
  const kept = { config: { access: 'staff' }, schema: { hide: true } } as const;
  const post = { body: Anything, hide: true };
  const pass = (request: FastifyRequest, reply: FastifyReply) => forward(auth, request, reply);
  routes.get(`${base}/passkey/generate-authenticate-options`, open, pass);
  routes.post(`${base}/passkey/verify-authentication`, { config: open.config, schema: post }, (...args) =>
    admitted(door, ...args),
  );
  routes.get(`${base}/passkey/generate-register-options`, kept, pass);
  routes.post(`${base}/passkey/verify-registration`, { config: kept.config, schema: post }, pass);
  routes.get(`${base}/callback/:app`, open, (...args) => admitted(door, ...args));
  addStart(routes, door);
}

/** The link to a city's app: a link and no form, because the page's policy lets forms go nowhere else. */
function addStart(routes: Routes, door: Door): void {
  const params = Type.Object({ app: Type.String({ maxLength: 40 }) });
  const schema = { params, querystring: Type.Object({ back: Type.Optional(Type.String()) }), hide: true };
  routes.get('/sign-in/app/:app', { config: { access: 'public' }, schema }, async (request, reply) => {
    const app = door.apps.find((one) => one.id === request.params.app);
    if (!app) throw unknownApp();
    const body = {
      provider: app.id,
      callbackURL: localPath(request.query.back, '/console'),
      errorCallbackURL: '/sign-in',
      disableRedirect: true,
    };
    const answer = await door.sign_in.auth.api.signInSocial({
      body,
      headers: headersOf(request),
      returnHeaders: true,
    });
    if (!answer.response.url) throw unknownApp();
    reply.header('set-cookie', answer.headers.getSetCookie());
    return reply.redirect(answer.response.url, 303);
  });
}

/** Passes a request on and keeps in the security log whether it let somebody in. */
async function admitted(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  await forward(door.sign_in.auth, request, reply);
  const by = request.url.includes('/passkey/') ? 'passkey' : 'app';
  const cookies = [reply.getHeader('set-cookie') ?? []].flat().map(String);
  const success = cookies.some((one) => /session_token=[^;]/.test(one));
  const headers = withCookies(headersOf(request), cookies);
  const session = success ? await door.sign_in.auth.api.getSession({ headers }) : null;
  const account_id = session ? Number(session.user.id) : null;
  const record = { event: 'sign_in', success, account_id, address: request.ip, detail: { by } } as const;
  await logSecurity(door.site.db.queries, record);
  return reply;
}

async function forward(auth: Auth, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { method } = request;
  const init: RequestInit = { method, headers: headersOf(request) };
  if (method === 'POST') init.body = JSON.stringify(request.body);
  const { baseURL } = await auth.$context;
  const response = await auth.handler(new Request(new URL(request.url, baseURL), init));
  reply.code(response.status);
  for (const [name, value] of response.headers) if (name !== 'set-cookie') reply.header(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length) reply.header('set-cookie', cookies);
  return reply.send(Buffer.from(await response.arrayBuffer()));
}

function unknownApp(): Problem {
  return new Problem('identity/unknown_app', 'not_found', {
    zh: '没有配置这种登录方式。',
    en: 'This way of signing in is not set up.',
  });
}
