import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { digestOf } from '../../src/kit/seal.ts';
import { jinwan2021 } from './pack.ts';

const pack = jinwan2021();
const steps = pack.events.flatMap((event) =>
  event.kind === 'steps' ? event.steps.map((step) => ({ ...step, to: event.to, by: event.by })) : [],
);
const projects = pack.events.flatMap((event) => (event.kind === 'registration' ? event.projects : []));
const unitOf = new Map(pack.people.map((person) => [person.login, person.unit_code]));

/** How many projects' last step before a moment is the verified completion. */
function completedBy(moment: string): number {
  const last = new Map<string, string>();
  for (const step of steps)
    if (Date.parse(step.occurred_at) < Date.parse(moment)) last.set(step.number, step.to);
  return [...last.values()].filter((to) => to === 'completed').length;
}

test('495 projects are listed, 12 of them from the report, each with its own number', () => {
  assert.equal(projects.length, 495);
  assert.equal(new Set(projects.map((project) => project.number)).size, 495);
  assert.equal(new Set(projects.map((project) => project.title)).size, 495);
  assert.equal(projects.filter((project) => !project.synthetic).length, 12);
});

test('467 were verified by 9:00 on 3 September 2021, and fewer at the end of every earlier day', () => {
  assert.equal(completedBy('2021-09-03T09:00+08:00'), 467);
  for (
    let day = Date.parse('2021-03-01T00:00+08:00');
    day <= Date.parse('2021-09-03T00:00+08:00');
    day += 86_400_000
  ) {
    assert.ok(completedBy(new Date(day).toISOString()) < 467);
  }
  assert.equal(completedBy('2021-12-31T00:00+08:00'), 467);
});

test('5 projects are past their deadline and still open on 3 September', () => {
  const done = new Set(steps.filter((step) => step.to === 'completed').map((step) => step.number));
  const open = projects.filter((project) => !done.has(project.number));
  assert.equal(open.length, 28);
  assert.equal(open.filter((project) => project.deadline < '2021-09-03').length, 5);
});

test('whoever verifies is another person of another unit than whoever claimed', () => {
  const claim = new Map<string, string>();
  for (const step of steps) {
    if (step.to === 'completion_claimed') claim.set(step.number, step.by);
    if (step.to === 'completed') assert.notEqual(unitOf.get(step.by), unitOf.get(claim.get(step.number)!));
  }
});

test('every unit, area, field and login that is named exists', () => {
  const units = new Set(pack.units.map((unit) => unit.code));
  const areas = new Set(pack.areas.map((area) => area.code));
  const fields = new Set(pack.fields.map((field) => field.code));
  for (const project of projects) {
    assert.ok(
      units.has(project.unit_code) && areas.has(project.area_code) && fields.has(project.field_code),
      project.title,
    );
  }
  for (const event of pack.events) assert.ok(unitOf.has(event.by), event.by);
});

test('the district has 4 towns and 41 villages, without the two pseudo-units', () => {
  const count = (level: string) => pack.areas.filter((area) => area.level === level).length;
  assert.deepEqual([count('district'), count('town'), count('village')], [1, 4, 41]);
});

const cells = (form: string) =>
  pack.events.flatMap((event) =>
    event.kind === 'report' && event.form === form
      ? (parse(event.csv, { columns: true }) as Record<string, string>[])
      : [],
  );

test('the school places add up to the three totals of the report', () => {
  const sum = (stage: string) =>
    cells('schools.new_places')
      .filter((row) => row.stage === stage)
      .reduce((total, row) => total + Number(row.places), 0);
  assert.deepEqual(['kindergarten', 'primary', 'junior'].map(sum), [2160, 3240, 2400]);
});

test('the doses to the end of 1 September add up to the report, after the late and the corrected cell', () => {
  const last = new Map(
    cells('vaccination.doses').map((row) => [`${row.day}|${row.area_code}|${row.dose}`, row]),
  );
  const sum = (dose: string) =>
    [...last.values()]
      .filter((row) => row.dose === dose && row.day! <= '2021-09-01')
      .reduce((total, row) => total + Number(row.doses), 0);
  assert.deepEqual(['1', '2', '3'].map(sum), [440_949, 400_990, 397]);
  assert.ok([...last.values()].some((row) => row.day === '2021-09-02'));
});

test('in no town were there ever more second doses than first ones', () => {
  const rows = [
    ...new Map(
      cells('vaccination.doses').map((row) => [`${row.day}|${row.area_code}|${row.dose}`, row]),
    ).values(),
  ];
  const balance = new Map<string, number>();
  for (const row of rows.toSorted((a, b) =>
    a.day! < b.day! ? -1 : a.day! > b.day! ? 1 : Number(a.dose) - Number(b.dose),
  )) {
    if (row.dose === '3') continue;
    const left = (balance.get(row.area_code!) ?? 0) + Number(row.doses) * (row.dose === '1' ? 1 : -1);
    assert.ok(left >= 0, `${row.day} ${row.area_code}`);
    balance.set(row.area_code!, left);
  }
});

test('events are in order of time and end before the report was published', () => {
  const moments = pack.events.map((event) => Date.parse(event.at));
  assert.deepEqual(
    moments,
    moments.toSorted((a, b) => a - b),
  );
  assert.ok(moments.at(-1)! < Date.parse('2021-09-03T17:10+08:00'));
});

test('the pack is the same each time it is made', () => {
  assert.equal(digestOf(JSON.stringify(jinwan2021())), digestOf(JSON.stringify(pack)));
});
