import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes, reaches } from '../identity/access.ts';
import { momentText } from '../kit/clock.ts';
import { withProblem } from '../kit/http.ts';
import { timeline } from '../kit/parts/course.ts';
import { areaField, button, errorSummary, fieldError, onceField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import { getStaffProject } from '../ledger/actions.ts';
import { ledgerReaders } from '../ledger/rules.ts';
import type { Site } from '../portal/context.ts';
import { giveInstruction, type Instruction, listInstructions } from './actions.ts';
import { instructionGivers } from './rules.ts';
import { words } from './words.ts';

const Asked = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  text: Type.String({ maxLength: 2000 }),
});

/** The instructions of leaders on a project: read by staff whose roles reach it, written by leaders and liaisons. */
export function addInstructionConsole(routes: Routes, site: Site): void {
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const path = '/console/projects/:number/instructions';
  const read = { access: { roles: ledgerReaders } } as const;
  routes.get(path, { config: read, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply, request.params.number),
  );
  const give = { access: { roles: instructionGivers } } as const;
  routes.post(path, { config: give, schema: { params, body: Asked, hide: true } }, async (request, reply) => {
    const { number } = request.params;
    const { key, text } = request.body;
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await giveInstruction(site.db, entering, { number, text });
      return reply.redirect(`/console/projects/${encodeURIComponent(number)}/instructions`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind !== 'invalid') throw problem;
      return show(site, request, withProblem(reply, problem), number, { text, problem });
    }
  });
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  asked: { text?: string; problem?: Problem } = {},
): Promise<FastifyReply> {
  const actor = actorOf(request, 'console');
  const { project } = await getStaffProject(site.db, actor, number);
  const instructions = await listInstructions(site.db.queries, project.id);
  const form = html`<form method="post" action="/console/projects/${number}/instructions" class="stack">${onceField(randomUUID())}
${areaField({ name: 'text', label: words.text.zh, maxlength: 2000, value: asked.text ?? '', error: fieldError('zh', asked.problem, 'text') })}
${button({ text: words.give.zh })}</form>`;
  const body = html`<h1>${words.instructions.zh}</h1><p class="lead">${project.title}</p>${errorSummary('zh', asked.problem)}
${instructions.length ? timeline(instructions.map(item)) : html`<p>${words.none.zh}</p>`}
${reaches(actor, instructionGivers, project.unit_id) ? form : ''}`;
  const trail = [
    { href: '/console/projects', text: words.ledger.zh },
    { href: `/console/projects/${number}`, text: project.title },
  ];
  return sendConsolePage(site, request, reply, { title: words.instructions.zh, body, trail });
}

function item({ at, leader, text, entered_by }: Instruction) {
  const who = entered_by ? `${entered_by} ${words.for_leader.zh}` : '';
  return { when: momentText(at), what: leader, who, note: text };
}
