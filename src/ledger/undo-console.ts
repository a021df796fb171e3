import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../identity/access.ts';
import { momentText } from '../kit/clock.ts';
import { withProblem } from '../kit/http.ts';
import { button, errorSummary, onceField } from '../kit/parts/form.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { coordinators, doers } from './course.ts';
import { actionWord } from './history/words.ts';
import { findEntry } from './store.ts';
import { undoEntry } from './undo.ts';

const params = Type.Object({ entry: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

/** What one entry of the ledger did, with the button that takes it back. */
export function addUndoConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: ['coordinator', ...doers] } } as const;
  routes.get('/console/changes/:entry', { config, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, request.params.entry),
  );
  const body = Type.Object({ key: Type.String({ minLength: 8, maxLength: 100 }) });
  routes.post(
    '/console/changes/:entry/undo',
    { config, schema: { params, body, hide: true } },
    async (request, reply) => {
      const { entry } = request.params;
      try {
        const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
        const { entry_no } = await undoEntry(site.db, entering, entry);
        return reply.redirect(`/console/changes/${entry_no}`, 303);
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
        return show(site, request, withProblem(reply, problem), entry, problem);
      }
    },
  );
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  entry_no: number,
  problem?: Problem,
): Promise<FastifyReply> {
  const entry = await findEntry(site.db.queries, entry_no);
  if (!entry?.action.startsWith('ledger/')) {
    throw new Problem('ledger/unknown_entry', 'not_found', {
      zh: `台账没有第 ${entry_no} 条操作记录。`,
      en: `The ledger has no entry ${entry_no}.`,
    });
  }
  const actor = actorOf(request, 'console');
  if (entry.actor !== actor.name) refuseIf(checkRole(actor, coordinators));
  const { new: added, changed, cells, numbers } = entry.detail as Record<string, string[] | undefined>;
  const said = [
    added?.length ? `新增 ${added.length} 个项目` : '',
    changed?.length ? `修改 ${changed.length} 个项目` : '',
    cells?.length ? `修改 ${cells.length} 格` : '',
    numbers?.length ? `涉及 ${numbers.length} 个项目` : '',
  ].filter(Boolean);
  const touched = [
    ...new Set([
      ...(added ?? []),
      ...(changed ?? []),
      ...(cells ?? []).map((cell) => cell.split(':')[0]!),
      ...(numbers ?? []),
    ]),
  ];
  const body = html`<h1>${actionWord(entry.action)}</h1>${errorSummary('zh', problem)}
<p class="lead">${said.join('，') || '已完成'}。</p><p class="meta">数据版本 ${entry_no} · ${momentText(entry.at)}</p>
${touched.length ? html`<ul class="numbers">${touched.slice(0, 100).map((number) => html`<li><a href="/console/projects/${encodeURIComponent(number)}">${number}</a></li>`)}${touched.length > 100 ? html`<li>等 ${touched.length} 个</li>` : ''}</ul>` : ''}
<form method="post" action="/console/changes/${entry_no}/undo" class="buttons">${onceField(randomUUID())}${button({ text: '撤销这次操作', kind: 'plain' })}<a class="button" href="/console/projects">回到台账</a></form>
<p class="hint">只要之后没有人在同样的内容上再改动，就可以整体撤销；撤销也会留痕，还可以再撤销回来。</p>`;
  return sendConsolePage(site, request, reply, {
    title: actionWord(entry.action),
    body,
    trail: [{ href: '/console/projects', text: '项目台账' }],
  });
}
