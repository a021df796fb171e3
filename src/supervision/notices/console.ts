import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Entitled, type Routes, reaches, unitsWithin } from '../../identity/access.ts';
import { momentText } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import { stationPath, timeline } from '../../kit/parts/course.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  onceField,
  selectField,
  textField,
} from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import { type Naming, namingOf } from '../../ledger/naming.ts';
import type { Site } from '../../portal/context.ts';
import { askedMoment } from '../overview/moment.ts';
import { words } from '../words.ts';
import {
  answerNotice,
  closeNotice,
  type ListedNotice,
  listNoticeSteps,
  listNotices,
  signNotice,
  unknownNotice,
} from './actions.ts';
import { dueText, gradeTag, noticePath, noticeTable } from './parts.ts';
import {
  answerers,
  anyAnswerers,
  gradeWords,
  levels,
  noticeIssuers,
  noticeReaders,
  outcomeWords,
  stateWords,
} from './rules.ts';
import { type Grade, grades, type NoticeState, outcomes } from './schema.ts';

const path = '/console/supervision/notices';
const atMost = 300;
const states = ['issued', 'signed', 'answered', 'closed'] as const satisfies readonly NoticeState[];
const Query = Type.Object({
  grade: Type.Optional(Type.Enum(['', ...grades])),
  state: Type.Optional(Type.Enum(['', 'all', ...states])),
});
const Key = Type.String({ minLength: 8, maxLength: 100 });
const params = Type.Object({ notice: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

/** The notices that somebody's roles reach, and each with what became of it and what can be done. */
export function addNoticeConsole(routes: Routes, site: Site): void {
  const read = { access: { roles: noticeReaders } } as const;
  routes.get(path, { config: read, schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const actor = actorOf(request, 'console');
    const { grade, state } = request.query;
    const filter = {
      units: [...unitsWithin(actor, noticeReaders)],
      grade: grade || undefined,
      state: state && state !== 'all' ? state : undefined,
      open: !state,
    };
    const rows = await listNotices(site.db.queries, filter, atMost);
    const now = await askedMoment(site);
    const body = listBody(rows, await namingOf(site.db), now, { grade: grade ?? '', state: state ?? '' });
    const trail = [{ href: '/console/supervision', text: words.supervision.zh }];
    return sendConsolePage(site, request, reply, { title: words.notices.zh, body, trail });
  });
  routes.get(`${path}/:notice`, { config: read, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, request.params.notice),
  );
  addNoticeSteps(routes, site);
}

function addNoticeSteps(routes: Routes, site: Site): void {
  const answer = { access: { roles: anyAnswerers } } as const;
  const issue = { access: { roles: noticeIssuers } } as const;
  const Answer = Type.Object({
    key: Key,
    text: Type.String({ maxLength: 2000 }),
    promised_on: Type.String({ maxLength: 10 }),
  });
  const Outcome = Type.Object({
    key: Key,
    outcome: Type.Enum([...outcomes]),
    note: Type.String({ maxLength: 2000 }),
  });
  routes.post(
    `${path}/:notice/receipt`,
    { config: answer, schema: { params, body: Type.Object({ key: Key }), hide: true } },
    (request, reply) =>
      tried(site, request, reply, {}, () => signNotice(site.db, entering(request), request.params.notice)),
  );
  routes.post(
    `${path}/:notice/answer`,
    { config: answer, schema: { params, body: Answer, hide: true } },
    (request, reply) => {
      const { text, promised_on } = request.body;
      return tried(site, request, reply, { text, promised_on }, () =>
        answerNotice(site.db, entering(request), request.params.notice, { text, promised_on }),
      );
    },
  );
  routes.post(
    `${path}/:notice/outcome`,
    { config: issue, schema: { params, body: Outcome, hide: true } },
    (request, reply) => {
      const { outcome, note } = request.body;
      return tried(site, request, reply, { outcome, note }, () =>
        closeNotice(site.db, entering(request), request.params.notice, { outcome, note }),
      );
    },
  );
}

function entering(request: FastifyRequest) {
  const { key } = request.body as { key: string };
  return { actor: actorOf(request, 'console'), idempotency_key: key };
}

type Typed = Partial<Record<'text' | 'promised_on' | 'outcome' | 'note', string>>;

/** Takes a step and shows the notice; refused, it shows why and keeps what was typed. */
async function tried(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  typed: Typed,
  work: () => Promise<unknown>,
): Promise<FastifyReply> {
  const { notice } = request.params as { notice: number };
  try {
    await work();
    return reply.redirect(noticePath(notice), 303);
  } catch (problem) {
    if (!(problem instanceof Problem) || (problem.kind !== 'invalid' && problem.kind !== 'conflict'))
      throw problem;
    return show(site, request, withProblem(reply, problem), notice, { typed, problem });
  }
}

function listBody(
  rows: readonly ListedNotice[],
  naming: Naming,
  now: Date,
  asked: { grade: Grade | ''; state: NoticeState | '' | 'all' },
): HtmlSafeString {
  const open = rows.filter((row) => row.state !== 'closed').length;
  return html`<h1>${words.notices.zh}</h1><p class="lead">${rows.length} 份，其中在办 ${open} 份，快到期的在前。</p>
<form class="filters" method="get" action="${path}">
${selectField({ name: 'grade', label: '等级', value: asked.grade, all: '全部', options: grades.map((value) => ({ value, text: gradeWords[value].zh })) })}
${selectField({ name: 'state', label: '办到哪一步', value: asked.state, all: '在办的', options: [...states.map((value) => ({ value: value as string, text: stateWords[value].zh })), { value: 'all', text: '全部' }] })}
<button type="submit" class="button">查看</button></form>
${rows.length ? noticeTable(rows, naming, now, words.notices.zh) : html`<p>没有符合条件的催办、督办。</p>`}`;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  id: number,
  refused: { typed?: Typed; problem?: Problem } = {},
): Promise<FastifyReply> {
  const actor = actorOf(request, 'console');
  const [notice] = await listNotices(site.db.queries, { id }, 1);
  if (!notice || !reaches(actor, noticeReaders, notice.unit_id)) throw unknownNotice();
  const naming = await namingOf(site.db);
  const now = await askedMoment(site);
  const steps = await listNoticeSteps(site.db.queries, id);
  const before = notice.follows_id
    ? (await listNotices(site.db.queries, { id: notice.follows_id }, 1))[0]
    : undefined;
  const stations = states.map((state) => ({
    text: stateWords[state].zh,
    here: state === notice.state,
    passed: states.indexOf(state) < states.indexOf(notice.state),
  }));
  const told = steps.map((step) => ({
    when: momentText(step.occurred_at),
    what:
      step.to_state === 'issued'
        ? '发出'
        : step.to_state === 'signed'
          ? '签收'
          : step.to_state === 'answered'
            ? '反馈'
            : '办结',
    who: step.account_id === null ? '系统按规则' : `${naming.unitName(step.unit_id)} ${step.person ?? ''}`,
    note: step.to_state === 'issued' ? null : step.note,
  }));
  const body = html`<h1>${notice.number}</h1><p class="lead">${gradeTag(notice.grade)} ${notice.emergency ? html`<span class="tag">特急</span>` : ''} <a href="/console/projects/${notice.project_number}/supervision">${notice.title}</a></p>
${errorSummary('zh', refused.problem)}
${stationPath(stations, '办到哪一步')}
<dl class="facts"><div><dt>责任单位</dt><dd>${naming.unitName(notice.unit_id)}（${levels[notice.grade].zh}）</dd></div><div><dt>事由和要求</dt><dd>${notice.text}</dd></div>
<div><dt>期限</dt><dd>${dueText(notice, now)}</dd></div><div><dt>签收、反馈期限</dt><dd>${momentText(notice.sign_by)} 前签收，${momentText(notice.answer_by)} 前反馈（按工作时间算）</dd></div>
${before ? html`<div><dt>接续</dt><dd><a href="${noticePath(before.id)}">${before.number}</a></dd></div>` : ''}</dl>
${forms(actor, notice, refused)}
<h2>经过</h2>${timeline(told)}`;
  const trail = [
    { href: '/console/supervision', text: words.supervision.zh },
    { href: path, text: words.notices.zh },
  ];
  return sendConsolePage(site, request, reply, { title: notice.number, body, trail });
}

function forms(
  actor: Entitled,
  notice: ListedNotice,
  { typed = {}, problem }: { typed?: Typed; problem?: Problem },
): HtmlSafeString {
  if (notice.state === 'closed') return html``;
  const answers = reaches(actor, answerers[notice.grade], notice.unit_id);
  const closes = reaches(actor, noticeIssuers, notice.unit_id);
  const error = (name: string) => fieldError('zh', problem, name);
  const receipt =
    answers && notice.state === 'issued'
      ? html`<form method="post" action="${noticePath(notice.id, '/receipt')}">${onceField(randomUUID())}${button({ text: '签收' })}</form>`
      : '';
  const answer = answers
    ? html`<h2>反馈</h2><form method="post" action="${noticePath(notice.id, '/answer')}" class="stack">${onceField(randomUUID())}
${areaField({ name: 'text', label: '原因和补救措施', value: typed.text ?? '', maxlength: 2000, error: error('text') })}
${textField({ name: 'promised_on', label: '何时能够完成', type: 'date', value: typed.promised_on ?? '', error: error('promised_on') })}
${button({ text: '反馈', kind: notice.state === 'issued' ? 'plain' : 'primary' })}</form>
<p class="meta">需要更多时间的，请在时限之前<a href="/console/projects/${notice.project_number}#extension">申请延期</a>，由区统筹办决定。</p>`
    : '';
  const close = closes
    ? html`<h2>办结</h2><form method="post" action="${noticePath(notice.id, '/outcome')}" class="stack">${onceField(randomUUID())}
${selectField({ name: 'outcome', label: '结果', value: typed.outcome ?? (notice.state === 'answered' ? 'resolved' : 'withdrawn'), options: (['resolved', 'settled', 'withdrawn'] as const).map((value) => ({ value, text: outcomeWords[value].zh })), error: error('outcome') })}
${areaField({ name: 'note', label: '依据或理由', value: typed.note ?? '', rows: 2, maxlength: 2000, error: error('note') })}
${button({ text: '办结', kind: answers ? 'plain' : 'primary' })}</form>`
    : '';
  return html`${receipt}${answer}${close}`;
}
