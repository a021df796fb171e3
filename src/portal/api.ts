import { Type } from 'typebox';
import { answerOf } from '../figures/answer.ts';
import { shown } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import { getRelease, releaseJson } from '../figures/release-page.ts';
import type { Routes } from '../identity/access.ts';
import { listPublishedProjects } from '../ledger/actions.ts';
import { ApiListQuery, ListedProjectBody } from '../ledger/schema.ts';
import type { Site } from './context.ts';

const ProjectPage = Type.Object({
  /** The entry that the list is of; null before the first publication. */
  known_entry: Type.Union([Type.Integer(), Type.Null()]),
  items: Type.Array(ListedProjectBody),
  /** To be sent as `after` for the next page; null on the last. */
  next: Type.Union([Type.String(), Type.Null()]),
});

const Figure = Type.Object({
  code: Type.String(),
  version: Type.Integer(),
  title: Type.String(),
  explanation: Type.String(),
  unit: Type.String(),
  dimensions: Type.Array(Type.String()),
  /** As of the newest release; null before the first. */
  value: Type.Union([Type.Number(), Type.Null()]),
  cutoff: Type.Union([Type.String(), Type.Null()]),
  entry_no: Type.Union([Type.Integer(), Type.Null()]),
});

/** Open data: what the portal shows, for programs. */
export function addOpenData(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get(
    '/api/v1/projects',
    {
      config,
      schema: {
        querystring: ApiListQuery,
        response: { 200: ProjectPage },
        summary: '公开项目，按完成时限 · Public projects by deadline',
      },
    },
    async (request) => {
      const { q, after, limit = 20, ...filter } = request.query;
      const [deadline, id] = (after ?? '').split('_');
      const place = deadline ? { deadline, id: Number(id) } : undefined;
      const found = await listPublishedProjects(site.db, { ...filter, words: q }, place, limit + 1);
      if (!found) return { known_entry: null, items: [], next: null };
      const { known_entry, projects } = found;
      const items = projects
        .slice(0, limit)
        .map((one) => ({ ...one, completed_at: one.completed_at?.toISOString() ?? null }));
      const last = items.at(-1);
      const next = projects.length > limit && last ? `${last.deadline}_${last.id}` : null;
      return { known_entry, items, next };
    },
  );
  routes.get(
    '/api/v1/figures',
    {
      config,
      schema: {
        response: { 200: Type.Array(Figure) },
        summary: '全部指标及最新发布值 · Every figure with its newest released value',
      },
    },
    async () => Promise.all([...site.registry.keys()].map((code) => figureJson(site, code))),
  );
  const params = Type.Object({ code: Type.String({ maxLength: 80 }) });
  routes.get(
    '/api/v1/figures/:code',
    {
      config,
      schema: {
        params,
        response: { 200: Figure },
        summary: '一个指标及最新发布值 · One figure with its newest released value',
      },
    },
    async (request) => figureJson(site, request.params.code),
  );
  const release = Type.Object({ id: Type.String({ maxLength: 30 }) });
  routes.get(
    '/api/v1/releases/:id',
    { config, schema: { params: release, summary: '一个发布版本 · A release' } },
    async (request) => releaseJson(site, await getRelease(site, request.params.id)),
  );
}

async function figureJson(site: Site, code: string) {
  const definition = getFigure(site.registry, code);
  const { version, title, explanation, unit, dimensions } = definition;
  const answer = await answerOf(site, definition, {});
  const at = answer?.question;
  const text = answer ? shown(definition, answer.whole.value) : null;
  return {
    code,
    version,
    title: title.zh,
    explanation: explanation.zh,
    unit: unit.zh,
    dimensions: [...dimensions],
    value: text === null ? null : Number(text),
    cutoff: at?.cutoff.toISOString() ?? null,
    entry_no: at?.entry_no ?? null,
  };
}
