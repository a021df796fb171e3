import { Type } from 'typebox';
import { actorOf, type Routes } from '../identity/access.ts';
import { Entered, entered, IdempotencyHeaders, ProblemBody } from '../journal/schema.ts';
import type { Site } from '../portal/context.ts';
import { reviewSecrecy } from './actions.ts';
import { planItems, takeItemStep } from './checklist/actions.ts';
import { itemVerifiers, planners } from './checklist/rules.ts';
import { evidenceKinds, itemStates, NewItem } from './checklist/schema.ts';
import { addComment } from './comments/actions.ts';
import { coordinators, doers } from './course.ts';
import { addEvidence, evidenceGivers } from './evidence/actions.ts';
import { askExtension, decideExtension } from './extensions/actions.ts';
import { issueProjects, mergeProject, proposeProjects } from './proposals/actions.ts';
import { extensionDeciders, ledgerReaders, secrecyReviewers } from './rules.ts';
import { NewProject } from './schema.ts';

const number = Type.String({ maxLength: 40 });
const params = Type.Object({ number });
const note = Type.String({ maxLength: 1000 });
const common = { headers: IdempotencyHeaders, tags: ['staff'], security: [{ session: [] }] };
const answer = { 200: Type.Object(Entered), '4xx': ProblemBody };
const nothing = (written: { entry_no: number; at: Date; repeated: boolean }) =>
  entered({ ...written, outcome: {} });

/** The work around a project for programs of staff: its checklist, evidence, extensions, comments and review. */
export function addWorkApi(routes: Routes, site: Site): void {
  const { db } = site;
  const item = Type.Object({ number, position: Type.Integer({ minimum: 1, maximum: 999 }) });
  routes.post(
    '/api/v1/projects/:number/checklist',
    {
      config: { access: { roles: planners } },
      schema: {
        ...common,
        params,
        body: Type.Object({ items: Type.Array(NewItem, { maxItems: 200 }), reason: Type.Optional(note) }),
        response: { 200: Type.Object({ ...Entered, items: Type.Integer() }), '4xx': ProblemBody },
        summary: '编排执行清单 · Plan the checklist of a project; what is left out is taken off',
      },
    },
    async (request) => {
      const { items, reason } = request.body;
      const plan = { number: request.params.number, items };
      return entered(await planItems(db, { ...enteringOf(request), reason }, [plan]));
    },
  );
  routes.post(
    '/api/v1/projects/:number/items/:position/steps',
    {
      config: { access: { roles: [...doers, ...itemVerifiers] } },
      schema: {
        ...common,
        params: item,
        body: Type.Object({
          to: Type.Enum([...itemStates]),
          note: Type.Optional(note),
          text: Type.Optional(
            Type.String({ maxLength: 2000, description: '佐证的文字 · Evidence as text.' }),
          ),
          kind: Type.Optional(Type.Enum(['record', 'telephone'])),
        }),
        response: { 200: Type.Object({ ...Entered, steps: Type.Integer() }), '4xx': ProblemBody },
        summary: '办理清单事项的下一步 · Take the next step of an item',
      },
    },
    async (request) => {
      const { to, note = null, text = '', kind = 'record' } = request.body;
      const asked = { ...request.params, to, note, text, kind };
      return entered(await takeItemStep(db, enteringOf(request), asked, undefined));
    },
  );
  routes.post(
    '/api/v1/projects/:number/evidence',
    {
      config: { access: { roles: evidenceGivers } },
      schema: {
        ...common,
        params,
        body: Type.Object({
          position: Type.Union([Type.Integer({ minimum: 1, maximum: 999 }), Type.Null()]),
          kind: Type.Enum([...evidenceKinds]),
          title: Type.String({ maxLength: 200 }),
          text: Type.String({ minLength: 1, maxLength: 2000 }),
          disclosure: Type.Enum(['public', 'withheld']),
        }),
        response: { 200: Type.Object({ ...Entered, id: Type.Integer() }), '4xx': ProblemBody },
        summary: '添加文字佐证 · Add evidence that is text; files are sent by the console’s forms',
      },
    },
    async (request) => {
      const given = { ...request.body, number: request.params.number };
      return entered(await addEvidence(db, enteringOf(request), given, undefined));
    },
  );
  routes.post(
    '/api/v1/projects/:number/comments',
    {
      config: { access: { roles: ledgerReaders } },
      schema: {
        ...common,
        params,
        body: Type.Object({
          text: Type.String({ minLength: 1, maxLength: 2000 }),
          position: Type.Optional(Type.Integer({ minimum: 1, maximum: 999 })),
        }),
        response: answer,
        summary: '留言 · Comment on a project or one of its items',
      },
    },
    async (request) => {
      const { text, position } = request.body;
      return nothing(await addComment(db, enteringOf(request), { ...request.params, text, position }));
    },
  );
  routes.post(
    '/api/v1/projects/:number/extensions',
    {
      config: { access: { roles: doers } },
      schema: {
        ...common,
        params,
        body: Type.Object({ deadline: Type.String({ format: 'date' }), reason: note }),
        response: answer,
        summary: '申请延期 · Ask for a later deadline',
      },
    },
    async (request) =>
      nothing(await askExtension(db, enteringOf(request), { ...request.params, ...request.body })),
  );
  routes.post(
    '/api/v1/projects/:number/extension-decision',
    {
      config: { access: { roles: extensionDeciders } },
      schema: {
        ...common,
        params,
        body: Type.Object({ decision: Type.Enum(['granted', 'refused']), note }),
        response: answer,
        summary: '决定延期 · Decide on a later deadline',
      },
    },
    async (request) =>
      nothing(await decideExtension(db, enteringOf(request), { ...request.params, ...request.body })),
  );
  routes.post(
    '/api/v1/ledger/secrecy-review',
    {
      config: { access: { roles: secrecyReviewers } },
      schema: {
        ...common,
        body: Type.Object({ numbers: Type.Array(number, { minItems: 1, maxItems: 500 }) }),
        response: { 200: Type.Object({ ...Entered, reviewed: Type.Integer() }), '4xx': ProblemBody },
        summary: '保密审查通过 · Say that projects may be public',
      },
    },
    async (request) => {
      const { numbers } = request.body;
      return entered(await reviewSecrecy(db, enteringOf(request), request.staff?.name ?? '', numbers));
    },
  );
  addListApi(routes, site);
}

/** 梳理 for programs of staff: proposing, merging and issuing. */
function addListApi(routes: Routes, site: Site): void {
  const { db } = site;
  const Proposal = Type.Omit(NewProject, ['number', 'synthetic', 'secrecy_reviewer']);
  routes.post(
    '/api/v1/ledger/proposals',
    {
      config: { access: { roles: [...doers, ...coordinators] } },
      schema: {
        ...common,
        body: Type.Object({ proposals: Type.Array(Proposal, { minItems: 1, maxItems: 200 }) }),
        response: { 200: Type.Object({ ...Entered, numbers: Type.Array(number) }), '4xx': ProblemBody },
        summary: '申报项目 · Propose projects',
      },
    },
    async (request) => {
      const proposals = request.body.proposals.map((one) => ({ ...one, synthetic: false }));
      return entered(await proposeProjects(db, enteringOf(request), proposals));
    },
  );
  routes.post(
    '/api/v1/projects/:number/merger',
    {
      config: { access: { roles: coordinators } },
      schema: {
        ...common,
        params,
        body: Type.Object({ into: number, note }),
        response: answer,
        summary: '合并到其他项目 · Merge a proposal into another project',
      },
    },
    async (request) =>
      nothing(await mergeProject(db, enteringOf(request), { ...request.params, ...request.body })),
  );
  routes.post(
    '/api/v1/ledger/issue',
    {
      config: { access: { roles: coordinators } },
      schema: {
        ...common,
        body: Type.Object({
          batch: Type.String({ minLength: 1, maxLength: 60 }),
          document_no: Type.String({ minLength: 1, maxLength: 60 }),
          issued_at: Type.String({ format: 'date-time' }),
          numbers: Type.Array(number, { minItems: 1, maxItems: 1000 }),
        }),
        response: { 200: Type.Object({ ...Entered, issued: Type.Integer() }), '4xx': ProblemBody },
        summary: '印发项目清单 · Issue approved projects as a numbered list',
      },
    },
    async (request) => {
      const { numbers, issued_at, ...batch } = request.body;
      const issued = { ...batch, issued_at: new Date(issued_at) };
      return entered(await issueProjects(db, enteringOf(request), issued, numbers));
    },
  );
}

function enteringOf(request: Parameters<typeof actorOf>[0] & { headers: { 'idempotency-key': string } }) {
  return { actor: actorOf(request, 'api'), idempotency_key: request.headers['idempotency-key'] };
}
