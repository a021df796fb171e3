import { Readable } from 'node:stream';
import { Type } from 'typebox';
import { actorOf, type Routes } from '../../identity/access.ts';
import { listPeople } from '../../identity/actions.ts';
import type { Database } from '../../kit/db.ts';
import { type ZipFile, zipStream } from '../../kit/zip.ts';
import type { Site } from '../../portal/context.ts';
import { listInstructions } from '../../supervision/actions.ts';
import { getStaffProject, type StaffProject } from '../actions.ts';
import { listItemSteps } from '../checklist/store.ts';
import { listComments } from '../comments/store.ts';
import { findFile } from '../evidence/files.ts';
import { listEvidence } from '../evidence/store.ts';
import { listExtensions } from '../extensions/store.ts';
import { tellDeeds } from '../history/deeds.ts';
import { changesByEntry } from '../history/rules.ts';
import { listDeeds, listProjectEntries, listVersions } from '../history/store.ts';
import { readNaming } from '../naming.ts';
import { ledgerReaders } from '../rules.ts';
import { listParts, projectsById } from '../store.ts';
import { listAnswers } from '../survey/store.ts';
import { type Archived, indexPage, pathOf } from './index-page.ts';

/** 一项一档: everything about a project as one indexed archive, for audit. */
export function addArchive(routes: Routes, site: Site): void {
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const config = { access: { roles: ledgerReaders } } as const;
  routes.get(
    '/console/projects/:number/archive.zip',
    { config, schema: { params, hide: true } },
    async (request, reply) => {
      const found = await getStaffProject(site.db, actorOf(request, 'console'), request.params.number);
      const archived = await archivedOf(site.db, found);
      const name = encodeURIComponent(`${found.project.number} ${found.project.title}（一项一档）.zip`);
      return reply
        .type('application/zip')
        .header('content-disposition', `attachment; filename="archive.zip"; filename*=UTF-8''${name}`)
        .header('cache-control', 'no-store')
        .send(Readable.from(zipStream(filesOf(site.db, archived), new Date())));
    },
  );
}

/** Everything about a project but its files. */
async function archivedOf(db: Database, found: StaffProject): Promise<Archived> {
  const { queries } = db;
  const { project, steps, items, entry_no } = found;
  const naming = await readNaming(queries, entry_no);
  const versions = await listVersions(queries, project.id);
  const parents = await projectsById(
    queries,
    versions.flatMap((version) => version.project.parent_id ?? []),
  );
  const numberOf = (id: number) => parents.get(id)?.number ?? '';
  return {
    project,
    steps,
    items,
    entry_no,
    naming,
    numberOf,
    people: await listPeople(queries),
    parts: await listParts(queries, entry_no, project.id),
    item_steps: await listItemSteps(queries, entry_no, project.id),
    evidence: await listEvidence(queries, entry_no, project.id),
    extensions: await listExtensions(queries, entry_no, project.id),
    comments: await listComments(queries, entry_no, project.id),
    survey: await listAnswers(queries, project.id),
    instructions: await listInstructions(queries, project.id),
    entries: await listProjectEntries(queries, project.id),
    deeds: tellDeeds(await listDeeds(queries, project.id), naming),
    changes: changesByEntry(versions, naming, numberOf),
  };
}

/** The archive's files: an index to read, the record for programs, and every file of evidence under its number. */
async function* filesOf(db: Database, archived: Archived): AsyncGenerator<ZipFile> {
  const { entry_no, project, steps, items, item_steps, evidence } = archived;
  const { extensions, comments, survey, instructions, entries } = archived;
  const record = {
    entry_no,
    project,
    steps,
    items,
    item_steps,
    evidence,
    extensions,
    comments,
    survey,
    instructions,
    entries,
  };
  yield { name: '目录.html', content: Buffer.from(indexPage(archived).toString()) };
  yield { name: '记录.json', content: Buffer.from(JSON.stringify(record, null, 2)) };
  for (const [index, one] of evidence.entries()) {
    const file = one.file_digest ? await findFile(db.queries, one.file_digest) : undefined;
    if (file) yield { name: pathOf(one, index), content: file.content };
  }
}
