import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import { withProblem } from '../../kit/http.ts';
import { say } from '../../kit/i18n.ts';
import { button, errorSummary, onceField } from '../../kit/parts/form.ts';
import { type Problem, refuseIf } from '../../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../../portal/context.ts';
import { portalPage } from '../../portal/layout.ts';
import type { ProjectRow } from '../schema.ts';
import { giveAnswer, noSurvey, tooManyAnswers } from './actions.ts';
import { type AnswersSeen, isOneTooMany, uncount } from './limit.ts';
import { type Answer, answers, answerWords, checkSurveyed } from './rules.ts';
import { findSurveyed } from './store.ts';

const params = Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9_-]{20,60}$' }) });
const words = {
  title: { zh: '这件事办得怎么样？', en: 'How was this done?' },
  lead: { zh: '选一项就好，不用留姓名电话。', en: 'Choose one; no name or number is asked for.' },
  send: { zh: '提交', en: 'Send' },
  thanks: { zh: '收到了，谢谢。', en: 'Received, thank you.' },
  after: {
    zh: '您的评价会计入这件事的满意度；不满意的会退回单位整改。',
    en: 'It counts for how satisfied people are; what is not good goes back to the unit.',
  },
  question: { zh: '您满意吗', en: 'Are you satisfied' },
};

/** What a QR code leads to: one question, one answer for each phone, and no more from an address than a household gives. */
export function addSurveyPages(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  const seen: AnswersSeen = new Map();
  routes.get('/survey/:code', { config, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, request.params.code),
  );
  const body = Type.Object({
    answer: Type.Enum(answers),
    key: Type.String({ minLength: 8, maxLength: 100 }),
  });
  routes.post('/survey/:code', { config, schema: { params, body, hide: true } }, async (request, reply) => {
    const { code } = request.params;
    const { answer, key } = request.body;
    const project = await surveyedBy(site, code);
    const name = cookieOf(project.id);
    // One answer for each browser: a second one is thanked for and not counted.
    if (request.cookies[name] !== 'done') {
      const given = { address: request.ip, project_id: project.id, key };
      if (isOneTooMany(seen, given)) {
        const problem = tooManyAnswers();
        return show(site, request, withProblem(reply, problem), code, { problem, answer });
      }
      await giveAnswer(site.db, code, answer, `survey-${key}`).catch((error) => {
        uncount(seen, given);
        throw error;
      });
      reply.setCookie(name, 'done', { path: '/survey', httpOnly: true, sameSite: 'lax', maxAge: 31_536_000 });
    }
    return reply.redirect(`/survey/${code}`, 303);
  });
}

async function surveyedBy(site: Site, code: string): Promise<ProjectRow> {
  const project = await findSurveyed(site.db.queries, code);
  if (!project) throw noSurvey();
  refuseIf(checkSurveyed(project));
  return project;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  code: string,
  refused?: { problem: Problem; answer: Answer },
): Promise<FastifyReply> {
  const view = await viewOf(site, request);
  const project = await surveyedBy(site, code);
  const t = (message: { zh: string; en: string }) => say(view.language, message);
  const done = request.cookies[cookieOf(project.id)] === 'done';
  const form = html`<form method="post" action="/survey/${code}" class="stack">${onceField(randomUUID())}<fieldset class="choices"><legend class="hidden">${t(words.question)}</legend>${answers.map(
    (answer) =>
      html`<label class="choice"><input type="radio" name="answer" value="${answer}" ${answer === refused?.answer ? html`checked` : ''} required> ${t(answerWords[answer])}</label>`,
  )}</fieldset>${button({ text: t(words.send) })}</form>`;
  const body = done
    ? html`<h1>${t(words.thanks)}</h1><p class="lead">${project.title}</p><p>${t(words.after)}</p>`
    : html`<h1>${t(words.title)}</h1>${errorSummary(view.language, refused?.problem)}<p class="lead">${project.title}</p><p>${t(words.lead)}</p>
${form}`;
  await sendPage(reply, portalPage(view, { title: t(words.title), body, index: false }), 'no-store');
  return reply;
}

function cookieOf(project_id: number): string {
  return `survey_${project_id}`;
}
