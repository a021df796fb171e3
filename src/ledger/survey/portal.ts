import { randomBytes } from 'node:crypto';
import { html } from '@prairielearn/html';
import { Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import { say } from '../../kit/i18n.ts';
import { button } from '../../kit/parts/form.ts';
import { refuseIf } from '../../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../../portal/context.ts';
import { portalPage } from '../../portal/layout.ts';
import { giveAnswer, noSurvey } from './actions.ts';
import { answers, answerWords, checkSurveyed } from './rules.ts';
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

/** What a QR code leads to: one question, one answer for each phone. */
export function addSurveyPages(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get('/survey/:code', { config, schema: { params, hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const project = await findSurveyed(site.db.queries, request.params.code);
    if (!project) throw noSurvey();
    refuseIf(checkSurveyed(project));
    const t = (message: { zh: string; en: string }) => say(view.language, message);
    const done = request.cookies[cookieOf(project.id)] === 'done';
    const body = done
      ? html`<h1>${t(words.thanks)}</h1><p class="lead">${project.title}</p><p>${t(words.after)}</p>`
      : html`<h1>${t(words.title)}</h1><p class="lead">${project.title}</p><p>${t(words.lead)}</p>
<form method="post" action="/survey/${request.params.code}" class="stack"><fieldset class="choices"><legend class="hidden">${t(words.question)}</legend>${answers.map(
          (answer) =>
            html`<label class="choice"><input type="radio" name="answer" value="${answer}" required> ${t(answerWords[answer])}</label>`,
        )}</fieldset>${button({ text: t(words.send) })}</form>`;
    await sendPage(reply, portalPage(view, { title: t(words.title), body, index: false }), 'no-store');
  });
  const body = Type.Object({ answer: Type.Enum(answers) });
  routes.post('/survey/:code', { config, schema: { params, body, hide: true } }, async (request, reply) => {
    const { code } = request.params;
    const project = await findSurveyed(site.db.queries, code);
    if (!project) throw noSurvey();
    const name = cookieOf(project.id);
    // One answer for each browser: a second one is thanked for and not counted.
    if (request.cookies[name] !== 'done') {
      await giveAnswer(site.db, code, request.body.answer, `survey-${randomBytes(16).toString('hex')}`);
      reply.setCookie(name, 'done', { path: '/survey', httpOnly: true, sameSite: 'lax', maxAge: 31_536_000 });
    }
    return reply.redirect(`/survey/${code}`, 303);
  });
}

function cookieOf(project_id: number): string {
  return `survey_${project_id}`;
}
