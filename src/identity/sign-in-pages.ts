import { type HtmlSafeString, html, unsafeHtml } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { renderSVG } from 'uqr';
import { headersOf, localPath, withProblem } from '../kit/http.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { type Routes, staffOf } from './access.ts';
import { getLink, setPasswordByLink, signInByLink } from './links.ts';
import { beginSecondFactor, confirmSecondFactor, type NewSecondFactor } from './second-factor.ts';
import {
  type Admission,
  confirmByCode,
  type SignIn,
  signInByPassword,
  signOut,
  type Visitor,
  withCookies,
} from './sign-in.ts';
import { beginForm, codeForm, linkForm, passwordForm } from './sign-in-forms.ts';
import type { StaffApp } from './staff-apps.ts';
import { words } from './words.ts';

const Credentials = Type.Object({
  login: Type.String({ maxLength: 100 }),
  password: Type.String({ maxLength: 1000 }),
  back: Type.Optional(Type.String({ maxLength: 2000 })),
});
const Code = Type.Object({
  code: Type.String({ maxLength: 40 }),
  back: Type.Optional(Type.String({ maxLength: 2000 })),
});
const Back = Type.Object({
  back: Type.Optional(Type.String({ maxLength: 2000 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
});
const Token = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{32}$' }) });
const NewPassword = Type.Object({ password: Type.Optional(Type.String({ maxLength: 1000 })) });

/** What the pages of signing in are made from. */
export interface Door {
  site: Site;
  sign_in: SignIn;
  apps: readonly StaffApp[];
  /** Whether passkeys can be had here: they are bound to a name, and an address of digits is none. */
  passkeys: boolean;
}

/** Signing in and out, a first password by a one-time link, the second factor. Everything works without JavaScript. */
export function addSignInPages(routes: Routes, door: Door): void {
  addPassword(routes, door);
  addSecondFactor(routes, door);
  addLinks(routes, door);
  addEnrolment(routes, door);
  const config = { access: 'signed_in' } as const;
  routes.post('/sign-out', { config, schema: { hide: true } }, async (request, reply) => {
    const cookies = await signOut(door.sign_in, visitorOf(request), staffOf(request).account_id);
    return reply.header('set-cookie', cookies).redirect('/sign-in', 303);
  });
}

function addPassword(routes: Routes, door: Door): void {
  const config = { access: 'public' } as const;
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    form: { login: string; back: string; problem?: Problem },
  ) => {
    const view = await viewOf(door.site, request);
    const body = passwordForm(view, door, form);
    await sendDoor(reply, view, words.sign_in, body);
  };
  const query = { querystring: Back, hide: true };
  routes.get('/sign-in', { config, schema: query }, async (request, reply) => {
    const { back, error } = request.query;
    const problem = error ? new Problem('identity/app', 'unauthenticated', words.app_refused) : undefined;
    await show(request, reply, { login: '', back: back ?? '', ...(problem && { problem }) });
  });
  routes.post('/sign-in', { config, schema: { body: Credentials, hide: true } }, async (request, reply) => {
    const { login, password, back = '' } = request.body;
    try {
      const admission = await signInByPassword(door.sign_in, visitorOf(request), login.trim(), password);
      return admit(reply, admission, back);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(request, withProblem(reply, problem), { login, back, problem });
    }
  });
}

function addSecondFactor(routes: Routes, door: Door): void {
  const config = { access: 'public' } as const;
  const show = async (request: FastifyRequest, reply: FastifyReply, back: string, problem?: Problem) => {
    const view = await viewOf(door.site, request);
    const action = '/sign-in/second-factor';
    await sendDoor(reply, view, words.second_factor, codeForm(view, action, back, problem));
  };
  routes.get(
    '/sign-in/second-factor',
    { config, schema: { querystring: Back, hide: true } },
    async (request, reply) => show(request, reply, request.query.back ?? ''),
  );
  routes.post(
    '/sign-in/second-factor',
    { config, schema: { body: Code, hide: true } },
    async (request, reply) => {
      const { code, back = '' } = request.body;
      try {
        return admit(reply, await confirmByCode(door.sign_in, visitorOf(request), code), back);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return show(request, withProblem(reply, problem), back, problem);
      }
    },
  );
}

function addLinks(routes: Routes, door: Door): void {
  const config = { access: 'public' } as const;
  const { db } = door.sign_in;
  const show = async (
    request: FastifyRequest<{ Params: { token: string } }>,
    reply: FastifyReply,
    problem?: Problem,
  ) => {
    const view = await viewOf(door.site, request);
    const link = await getLink(db, request.params.token);
    const title = link.purpose === 'setup' ? words.link_setup : words.link_demonstration;
    await sendDoor(reply, view, title, linkForm(view, request.params.token, link, problem));
  };
  routes.get('/sign-in/link/:token', { config, schema: { params: Token, hide: true } }, show);
  routes.post(
    '/sign-in/link/:token',
    { config, schema: { params: Token, body: Type.Union([NewPassword, Type.Null()]), hide: true } },
    async (request, reply) => {
      const { token } = request.params;
      const visitor = visitorOf(request);
      const password = request.body?.password;
      try {
        if ((await getLink(db, token)).purpose === 'demonstration') {
          return admit(reply, await signInByLink(door.sign_in, visitor, token), '');
        }
        const admission = await setPasswordByLink(door.sign_in, visitor, token, password ?? '');
        const headers = withCookies(visitor.headers, admission.cookies);
        // The password is at hand now; asked for again on the next page it would only be a burden.
        const factor = await beginSecondFactor(door.sign_in, headers, password ?? '');
        reply.header('set-cookie', admission.cookies);
        return showFactor(door, request, reply, factor);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.code === 'identity/link') throw problem;
        return show(request, withProblem(reply, problem), problem);
      }
    },
  );
}

function addEnrolment(routes: Routes, door: Door): void {
  const config = { access: 'signed_in' } as const;
  const begin = async (request: FastifyRequest, reply: FastifyReply, problem?: Problem) => {
    const view = await viewOf(door.site, request);
    await sendDoor(reply, view, words.set_second_factor, beginForm(view, problem));
  };
  const path = '/account/second-factor';
  routes.get(path, { config, schema: { hide: true } }, async (request, reply) => begin(request, reply));
  const Password = Type.Object({ password: Type.String({ maxLength: 1000 }) });
  routes.post(path, { config, schema: { body: Password, hide: true } }, async (request, reply) => {
    try {
      const factor = await beginSecondFactor(door.sign_in, headersOf(request), request.body.password);
      return showFactor(door, request, reply, factor);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return begin(request, withProblem(reply, problem), problem);
    }
  });
  routes.post(
    `${path}/confirmation`,
    { config, schema: { body: Code, hide: true } },
    async (request, reply) => {
      const { account_id } = staffOf(request);
      try {
        const visitor = visitorOf(request);
        const admission = await confirmSecondFactor(door.sign_in, visitor, account_id, request.body.code);
        return admit(reply, admission, '');
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        const view = await viewOf(door.site, request);
        const body = codeForm(view, `${path}/confirmation`, '', problem);
        return sendDoor(withProblem(reply, problem), view, words.set_second_factor, body);
      }
    },
  );
}

/** Who asks, as signing in needs to know. */
export function visitorOf(request: FastifyRequest): Visitor {
  return { headers: headersOf(request), address: request.ip };
}

function admit(reply: FastifyReply, { cookies, next }: Admission, back: string): FastifyReply {
  reply.header('set-cookie', cookies);
  if (next === 'signed_in') return reply.redirect(localPath(back, '/console'), 303);
  const query = back ? `?back=${encodeURIComponent(back)}` : '';
  return reply.redirect(`/sign-in/second-factor${query}`, 303);
}

async function sendDoor(
  reply: FastifyReply,
  view: View,
  title: Message,
  body: HtmlSafeString,
): Promise<FastifyReply> {
  const text = say(view.language, title);
  const page = portalPage(view, {
    title: text,
    body: html`<div class="door"><h1>${text}</h1>${body}</div>`,
    index: false,
  });
  await sendPage(reply, page, 'no-store');
  return reply;
}

async function showFactor(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  { uri, spare_codes }: NewSecondFactor,
): Promise<FastifyReply> {
  const view = await viewOf(door.site, request);
  const t = (message: Message) => say(view.language, message);
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const body = html`<p class="lead">${t(words.set_second_factor_lead)}</p>
<div class="qr" role="img" aria-label="${t(words.set_second_factor)}">${unsafeHtml(renderSVG(uri, { border: 2 }))}</div>
<p>${t(words.secret)}：<code>${secret}</code></p>
${codeForm(view, '/account/second-factor/confirmation', '')}
<h2>${t(words.spare_codes)}</h2><p>${t(words.spare_codes_lead)}</p>
<ul class="codes">${spare_codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>`;
  return sendDoor(reply, view, words.set_second_factor, body);
}
