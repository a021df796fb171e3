import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../identity/access.ts';
import { type Role, roleNames } from '../identity/roles.ts';
import { formAgain, refuseInvalid, withProblem } from '../kit/http.ts';
import { stationPath } from '../kit/parts/course.ts';
import { button, errorSummary, onceField, selectField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { type CourseSettings, namesOfReviews, stationsOf } from './course.ts';
import { courseOf } from './examine.ts';
import { setCourse } from './keeping.ts';
import { bulletinReaders, courseKeepers } from './rules.ts';

const path = '/console/bulletins/course';
const Roles = Type.Optional(Type.Array(Type.Enum([...bulletinReaders]), { maxItems: 10 }));
const CourseForm = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  reviews: Type.Integer({ minimum: 0, maximum: 3 }),
  review_1: Roles,
  review_2: Roles,
  review_3: Roles,
  signer_roles: Roles,
  distinct_people: Type.Optional(Type.Literal('on')),
});

/** 三审三校 and the signer: how texts come to be issued here, kept by the office. */
export function addCourseConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: bulletinReaders } } as const;
  routes.get(path, { config, schema: { hide: true } }, async (request, reply) =>
    show(site, request, reply, await courseOf(site.db)),
  );
  routes.post(
    path,
    {
      config: { access: { roles: courseKeepers } },
      schema: { body: CourseForm, hide: true },
      ...formAgain,
    },
    async (request, reply) => {
      let settings = await courseOf(site.db);
      try {
        refuseInvalid(request);
        const { key, reviews, review_1, review_2, review_3, signer_roles, distinct_people } = request.body;
        settings = {
          reviews,
          review_roles: [review_1, review_2, review_3].map((roles): Role[] => roles ?? []),
          signer_roles: signer_roles ?? [],
          distinct_people: distinct_people === 'on',
        };
        await setCourse(site.db, { actor: actorOf(request, 'console'), idempotency_key: key }, settings);
        return reply.redirect(path, 303);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return show(site, request, withProblem(reply, problem), settings, problem);
      }
    },
  );
}

function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: CourseSettings,
  problem?: Problem,
): Promise<FastifyReply> {
  const keeps = !checkRole(actorOf(request, 'console'), courseKeepers);
  const drawn = stationsOf({ state: 'draft', passed: 0 }, settings).map((one) => ({ ...one, here: false }));
  const names = namesOfReviews({ reviews: 3 });
  const head = html`<h1>审核和签发设置</h1>${errorSummary('zh', problem)}<p class="lead">写过的人不审、不签；不论怎么设，至少两个人才能发布。已经送审的文稿按新的设置继续。</p>${stationPath(drawn, '审核进度')}`;
  const form = html`<form method="post" action="${path}" class="stack narrow-form">${onceField(randomUUID())}${selectField(
    {
      name: 'reviews',
      label: '审几次',
      value: String(settings.reviews),
      options: ['不审，只签发', '一审', '二审（初审、终审）', '三审（初审、复审、终审）'].map(
        (text, index) => ({ value: String(index), text }),
      ),
    },
  )}${names.map((_, index) => roleBoxes(`review_${index + 1}`, `第${'一二三'[index]}审由谁办`, settings.review_roles[index] ?? []))}${roleBoxes('signer_roles', '由谁签发', settings.signer_roles)}
<p><label><input type="checkbox" name="distinct_people" ${settings.distinct_people ? html`checked` : ''}> 各审由不同的人办理</label></p>${button(
    {
      text: '保存',
      blocked_by: keeps ? undefined : '由区统筹办设置。',
    },
  )}</form>`;
  const trail = [{ href: '/console/bulletins', text: '公报发布' }];
  return sendConsolePage(site, request, reply, {
    title: '审核和签发设置',
    body: html`${head}${form}`,
    trail,
  });
}

function roleBoxes(name: string, label: string, chosen: readonly Role[]) {
  return html`<fieldset id="${name}"><legend>${label}</legend>${bulletinReaders.map(
    (role) =>
      html`<label class="choice"><input type="checkbox" name="${name}" value="${role}" ${chosen.includes(role) ? html`checked` : ''}> ${roleNames[role].zh}</label>`,
  )}</fieldset>`;
}
