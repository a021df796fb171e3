import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../../identity/access.ts';
import { listPeople } from '../../identity/actions.ts';
import { cutoffText, momentText } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import { grouped } from '../../kit/parts/figures.ts';
import { areaField, button, errorSummary, fieldError, onceField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { namesOf } from '../../portal/names.ts';
import { type Computed, listReleases, type Release } from '../actions.ts';
import { shown } from '../compute.ts';
import { words } from '../words.ts';
import {
  computeProposal,
  getProposal,
  type Proposal,
  releaseProposal,
  returnProposal,
  withdrawProposal,
} from './actions.ts';
import { checkDecision, checkWithdrawal, releaseApprovers, successionNames } from './rules.ts';

const Decide = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  decision: Type.Enum(['released', 'returned', 'withdrawn']),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
});

/** The page of a proposal: every number as it would go out, beside what was said before; and the decision on it. */
export function proposalPage(routes: Routes, site: Site, path: string): void {
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  const config = { access: { roles: releaseApprovers } } as const;
  routes.get(`${path}/:id`, { config, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, path, request.params.id),
  );
  const schema = { params, body: Decide, hide: true };
  routes.post(`${path}/:id/decision`, { config, schema }, async (request, reply) => {
    const { id } = request.params;
    const { key, decision, note = '' } = request.body;
    const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
    try {
      if (decision === 'released') await releaseProposal(site.db, site.registry, entering, id);
      else if (decision === 'returned') await returnProposal(site.db, entering, id, note);
      else await withdrawProposal(site.db, entering, id);
      return reply.redirect(`${path}/${id}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return show(site, request, withProblem(reply, problem), path, id, { note, problem });
    }
  });
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  id: number,
  said: { note?: string; problem?: Problem } = {},
): Promise<FastifyReply> {
  const { queries } = site.db;
  const proposal = await getProposal(queries, id);
  const computed = await computeProposal(queries, site.registry, proposal);
  const people = await listPeople(queries);
  const nameOf = (account_id: number | null) =>
    account_id === null ? '系统' : (people.get(account_id) ?? '');
  const body = html`<h1>${proposal.title}</h1>${errorSummary('zh', said.problem)}
<dl class="facts"><div><dt>截至</dt><dd>${cutoffText(proposal.cutoff, 'zh')}</dd></div><div><dt>数据版本</dt><dd>${proposal.known_entry}</dd></div>
<div><dt>提出</dt><dd>${nameOf(proposal.proposed_by)} ${momentText(proposal.proposed_at)}</dd></div>${
    proposal.succession
      ? html`<div><dt>${successionNames[proposal.succession].zh}</dt><dd>${proposal.reason}（替代数据版本 ${proposal.supersedes_entry} 的发布）</dd></div>`
      : ''
  }${proposal.decided_at ? html`<div><dt>${closedWords[proposal.state]}</dt><dd>${nameOf(proposal.decided_by)} ${momentText(proposal.decided_at)} ${proposal.decision ?? ''}</dd></div>` : ''}</dl>
${await numberTable(site, computed)}
${proposal.state === 'proposed' ? decisionForm(request, path, proposal, said) : ''}`;
  const trail = [{ href: path, text: '数据发布' }];
  return sendConsolePage(site, request, reply, { title: proposal.title, body, trail });
}

const closedWords: Record<Proposal['state'], string> = {
  proposed: '',
  released: '批准发布',
  returned: '退回',
  withdrawn: '撤回',
};

/** Every number of a proposal beside the last released one of the same part. */
async function numberTable(site: Site, computed: readonly Computed[]): Promise<HtmlSafeString> {
  const before = new Map<string, Release>();
  const names = new Map<string, Map<string, string>>();
  for (const { definition, question } of computed) {
    for (const release of await listReleases(site.db.queries, definition.code, 200, true)) {
      const name = [release.code, release.dimension ?? '', release.key ?? ''].join('|');
      if (!before.has(name)) before.set(name, release);
    }
    const { by } = question;
    if (by && !names.has(by)) {
      names.set(by, await namesOf(site.db.queries, by, question.entry_no, 'zh'));
    }
  }
  const lastOf = ({ definition, question, value }: Computed) =>
    before.get([definition.code, question.by ?? '', value.key ?? ''].join('|'));
  return dataTable<Computed>({
    caption: '将发布的数',
    rows: computed,
    columns: [
      {
        title: '指标',
        cell: ({ definition, question, value }) =>
          html`${definition.title.zh}${question.by ? html` · ${names.get(question.by)?.get(value.key ?? '') ?? value.key}` : ''}`,
      },
      {
        title: '数值',
        numeric: true,
        cell: ({ definition, value }) =>
          html`${grouped(shown(definition, value.value) ?? '—')} ${definition.unit.zh}`,
      },
      {
        title: '上次发布',
        numeric: true,
        cell: (one) => {
          const last = lastOf(one);
          return last
            ? html`<a href="/releases/${last.id}">${last.withheld ? words.withheld.zh : grouped(shown(one.definition, last.value) ?? '—')}</a>`
            : '—';
        },
      },
    ],
  });
}

function decisionForm(
  request: FastifyRequest,
  path: string,
  proposal: Proposal,
  { note = '', problem }: { note?: string; problem?: Problem },
): HtmlSafeString {
  const actor = actorOf(request, 'console');
  const blocked = checkRole(actor, releaseApprovers) ?? checkDecision(proposal, actor.account_id);
  const mine = !checkWithdrawal(proposal, actor.account_id);
  const blocked_by = blocked?.text.zh;
  return html`<form method="post" action="${path}/${proposal.id}/decision" class="stack narrow">${onceField(randomUUID())}
${blocked ? '' : areaField({ name: 'note', label: '退回的理由（退回时必填）', rows: 2, maxlength: 1000, value: note, error: fieldError('zh', problem, 'decision') })}
<div class="buttons">${button({ text: '批准发布', name: 'decision', value: 'released', blocked_by })}${blocked ? '' : button({ text: '退回', kind: 'plain', name: 'decision', value: 'returned' })}${mine ? button({ text: '撤回申请', kind: 'plain', name: 'decision', value: 'withdrawn' }) : ''}</div></form>`;
}
