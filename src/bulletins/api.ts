import { Type } from 'typebox';
import { isDemonstration } from '../demonstration.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { Entered, entered, IdempotencyHeaders, ProblemBody } from '../journal/schema.ts';
import { cutoffOf } from '../kit/clock.ts';
import type { Site } from '../portal/context.ts';
import { withdraw } from './actions.ts';
import type { Act } from './course.ts';
import { draftPath } from './draft-page.ts';
import { createDraft, takeAct } from './drafts.ts';
import { examine, getDraft } from './examine.ts';
import { bulletinReaders, bulletinWriters, kindCodes, kindOf, termLimits, withdrawers } from './rules.ts';
import { versionOf } from './schema.ts';
import { longestText } from './templates.ts';

const staff = { tags: ['staff'], security: [{ session: [] }] };
const Nothing = Type.Union([Type.String(), Type.Null()]);
const DraftParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

const NewDraftBody = Type.Object({
  kind: Type.Enum([...kindCodes]),
  cutoff: Type.String({
    maxLength: 40,
    description: '2021-09-03（当日24时）或 2021-09-03T09:00 · 2021-09-03 (its 24:00) or 2021-09-03T09:00.',
  }),
  template: Type.Optional(
    Type.String({
      maxLength: 60,
      description: '没有正文时由模板写出 · Writes the text where none is given.',
    }),
  ),
  title: Type.Optional(Type.String({ maxLength: 300 })),
  text: Type.Optional(Type.String({ maxLength: longestText })),
  audience: Type.Optional(Type.Enum(['public', 'staff'])),
  addressee: Type.Optional(Type.String({ maxLength: 200 })),
  contact: Type.Optional(Type.String({ maxLength: 200 })),
  term_days: Type.Optional(Type.Integer({ minimum: termLimits.least, maximum: termLimits.most })),
});

/** Bulletins for programs: a draft is made, looked at, and led through its course by the same acts as at a desk. */
export function addBulletinApi(routes: Routes, site: Site): void {
  routes.post(
    '/api/v1/bulletins',
    {
      config: { access: { roles: bulletinWriters } },
      schema: {
        headers: IdempotencyHeaders,
        body: NewDraftBody,
        response: {
          200: Type.Object({ ...Entered, id: Type.Integer(), url: Type.String() }),
          '4xx': ProblemBody,
        },
        summary: '起草一份公报 · Begin a bulletin',
        ...staff,
      },
    },
    async (request) => {
      const { kind, cutoff, template, title = '', text = '', audience, ...rest } = request.body;
      const entering = {
        actor: actorOf(request, 'api'),
        idempotency_key: request.headers['idempotency-key'],
      };
      const asked = {
        kind,
        audience: audience ?? kindOf(kind).audience,
        template: template ?? null,
        title,
        text,
        cutoff: cutoffOf(cutoff),
        addressee: rest.addressee ?? null,
        contact: rest.contact ?? null,
        term_days: rest.term_days ?? null,
        synthetic: await isDemonstration(site.db),
      };
      const written = entered(await createDraft(site.db, site.registry, entering, asked));
      return { ...written, url: draftPath(written.id) };
    },
  );
  addDraftView(routes, site);
  for (const [act, noun, summary] of draftActs) addAct(routes, site, act, noun, summary);
  addWithdrawal(routes, site);
}

const Line = Type.Object({ line: Type.Integer(), text: Type.String() });
const DraftBody = Type.Object({
  id: Type.Integer(),
  version: Type.Integer({ description: '送审、审核、签发时带上 · Send it with each act.' }),
  kind: Type.String(),
  audience: Type.String(),
  state: Type.String(),
  passed: Type.Integer(),
  title: Type.String(),
  text: Type.String(),
  cutoff: Type.String(),
  known_entry: Type.Union([Type.Integer(), Type.Null()]),
  number: Nothing,
  faults: Type.Array(Line),
  questions: Type.Array(
    Type.Object({ line: Type.Integer(), kind: Type.String(), place: Type.String(), source: Nothing }),
  ),
  checks: Type.Array(Type.Object({ code: Type.String(), ok: Type.Boolean(), detail: Type.String() })),
});

function addDraftView(routes: Routes, site: Site): void {
  routes.get(
    '/api/v1/bulletin-drafts/:id',
    {
      config: { access: { roles: bulletinReaders } },
      schema: {
        params: DraftParams,
        response: { 200: DraftBody, '4xx': ProblemBody },
        summary: '一份文稿及核对单 · A draft with its check list',
        ...staff,
      },
    },
    async (request) => {
      const draft = await getDraft(site.db, request.params.id);
      const { faults, questions, checks } = await examine(site.db, site.registry, draft);
      const { id, kind, audience, state, passed, title, text, known_entry, number } = draft;
      return {
        ...{ id, kind, audience, state, passed, title, text, known_entry, number },
        version: versionOf(draft),
        cutoff: draft.cutoff.toISOString(),
        faults: faults.map(({ line, message }) => ({ line, text: message.zh })),
        questions: questions.map(({ line, kind, place, source }) => ({ line, kind, place, source })),
        checks: checks.map(({ code, ok, detail }) => ({ code, ok, detail })),
      };
    },
  );
}

const draftActs: readonly [Act, string, string][] = [
  ['submission', 'submission', '送审 · Send for review'],
  ['review', 'review', '审核通过 · Approve'],
  ['return', 'return', '退回修改 · Send back'],
  ['recall', 'recall', '撤回修改 · Take back'],
  ['refresh', 'refresh', '更新数字，重新送审 · Refresh the numbers and send again'],
  ['secrecy', 'secrecy-review', '保密审查通过 · Clear for secrecy'],
  ['issue', 'signature', '签发 · Sign and issue'],
];

function addAct(routes: Routes, site: Site, act: Act, noun: string, summary: string): void {
  const writers = act === 'submission' || act === 'recall' || act === 'refresh';
  routes.post(
    `/api/v1/bulletin-drafts/:id/${noun}`,
    {
      config: { access: { roles: writers ? bulletinWriters : bulletinReaders } },
      schema: {
        headers: IdempotencyHeaders,
        params: DraftParams,
        body: Type.Object({
          // What is cleared, reviewed or signed is what was read.
          version: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
          note: Type.Optional(Type.String({ maxLength: 1000 })),
        }),
        response: {
          200: Type.Object({ ...Entered, id: Type.Integer(), number: Nothing }),
          '4xx': ProblemBody,
        },
        summary,
        ...staff,
      },
    },
    async (request) => {
      const entering = {
        actor: actorOf(request, 'api'),
        idempotency_key: request.headers['idempotency-key'],
      };
      // What the body says beside these is nobody's word: it names no act and no draft.
      const { version, note } = request.body;
      const asked = { id: request.params.id, act, version, note };
      return entered(await takeAct(site.db, site.registry, entering, asked));
    },
  );
}

function addWithdrawal(routes: Routes, site: Site): void {
  routes.post(
    '/api/v1/bulletins/:number/withdrawal',
    {
      config: { access: { roles: withdrawers } },
      schema: {
        headers: IdempotencyHeaders,
        params: Type.Object({ number: Type.String({ maxLength: 40 }) }),
        body: Type.Object({
          reason: Type.String({ minLength: 1, maxLength: 500 }),
          mask_title: Type.Optional(Type.Boolean()),
        }),
        response: { 200: Type.Object({ ...Entered, number: Type.String() }), '4xx': ProblemBody },
        summary: '撤稿 · Withdraw at once',
        ...staff,
      },
    },
    async (request) => {
      const entering = {
        actor: actorOf(request, 'api'),
        idempotency_key: request.headers['idempotency-key'],
      };
      const { reason, mask_title = false } = request.body;
      return entered(
        await withdraw(site.db, entering, { number: request.params.number, reason, mask_title }),
      );
    },
  );
}
