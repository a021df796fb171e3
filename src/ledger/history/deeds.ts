// What each entry did around a project, in sentences: which item, which evidence, what was said. The cells of the project
// itself are told by `differences`.
import { evidenceWords } from '../checklist/rules.ts';
import type { Naming } from '../naming.ts';
import { answers, answerWords, channelWords } from '../survey/rules.ts';
import { itemStateWords } from '../words.ts';
import type { Deeds } from './store.ts';

/** Sentences about what entries did, by entry, in the order of the rows. */
export function tellDeeds(deeds: Deeds, naming: Pick<Naming, 'unitName'>): Map<number, string[]> {
  const told = new Map<number, string[]>();
  const tell = (entry_no: number, ...sentences: (string | false | null)[]) => {
    const said = sentences.filter((one) => one !== false && one !== null && one !== '');
    if (said.length > 0) told.set(entry_no, [...(told.get(entry_no) ?? []), ...(said as string[])]);
  };
  const itemName = (id: number | null) => {
    const item = deeds.items.findLast((one) => one.id === id);
    return item ? `第 ${item.position} 项“${item.title}”` : '';
  };

  for (const { since_entry, note } of deeds.steps) tell(since_entry, note);
  for (const [before, item] of pairs(deeds.items))
    tell(item.since_entry, ...itemChanges(before, item, naming));
  for (const item of removed(deeds.items))
    tell(item.until_entry!, `去掉第 ${item.position} 项“${item.title}”`);
  for (const step of deeds.item_steps) {
    const note = step.note ? `：${step.note}` : '';
    tell(step.since_entry, `${itemName(step.item_id)} → ${itemStateWords[step.to_state].zh}${note}`);
  }
  for (const [before, one] of pairs(deeds.evidence)) {
    if (before) continue;
    const text = one.text && one.text !== one.title ? `：${one.text}` : '';
    tell(
      one.since_entry,
      `${itemName(one.item_id)}佐证（${evidenceWords[one.kind].zh}）“${one.title}”${text}`,
    );
  }
  for (const one of removed(deeds.evidence)) tell(one.until_entry!, `移除佐证“${one.title}”`);
  for (const one of deeds.comments) {
    const about = itemName(one.item_id);
    tell(one.since_entry, about ? `${about}：${one.text}` : one.text);
  }
  for (const [before, one] of pairs(deeds.extensions)) {
    if (!before) tell(one.since_entry, `申请从 ${one.former_deadline} 延到 ${one.deadline}：${one.reason}`);
    else if (one.decision) {
      const note = one.decision_note ? `：${one.decision_note}` : '';
      tell(one.since_entry, `${one.decision === 'granted' ? '同意' : '不同意'}延到 ${one.deadline}${note}`);
    }
  }
  for (const one of deeds.answers) {
    const counted = answers
      .filter((name) => one[name] > 0)
      .map((name) => `${answerWords[name].zh} ${one[name]}`);
    tell(one.since_entry, `${channelWords[one.channel]}测评：${counted.join('、')}`);
  }
  return told;
}

type Item = Deeds['items'][number];

function itemChanges(before: Item | undefined, item: Item, naming: Pick<Naming, 'unitName'>): string[] {
  const name = `第 ${item.position} 项“${item.title}”`;
  const plan = [item.planned_start, item.planned_end].filter(Boolean).join(' 至 ');
  if (!before) {
    const facts = [`权重 ${Number(item.weight)}`, naming.unitName(item.unit_id), plan && `计划 ${plan}`];
    return [`列入${name}（${facts.filter(Boolean).join('，')}）`];
  }
  const told: string[] = [];
  if (before.title !== item.title) told.push(`名称由“${before.title}”改来`);
  if (before.position !== item.position) told.push(`原为第 ${before.position} 项`);
  if (before.weight !== item.weight) told.push(`权重 ${Number(before.weight)} → ${Number(item.weight)}`);
  if (before.unit_id !== item.unit_id) {
    told.push(`责任单位 ${naming.unitName(before.unit_id)} → ${naming.unitName(item.unit_id)}`);
  }
  const former = [before.planned_start, before.planned_end].filter(Boolean).join(' 至 ');
  if (former !== plan) told.push(`计划 ${former || '（空）'} → ${plan || '（空）'}`);
  return told.length > 0 ? [`${name}：${told.join('，')}`] : [];
}

interface Version {
  id: number;
  since_entry: number;
  until_entry: number | null;
}

/** Each version with the one that it replaced, if any. */
function pairs<Kind extends Version>(versions: readonly Kind[]): [before: Kind | undefined, version: Kind][] {
  const last = new Map<number, Kind>();
  return versions.map((version) => {
    const before = last.get(version.id);
    last.set(version.id, version);
    return [before, version];
  });
}

/** The last versions of rows that were taken away. */
function removed<Kind extends Version>(versions: readonly Kind[]): Kind[] {
  const last = new Map(versions.map((version) => [version.id, version]));
  return [...last.values()].filter((version) => version.until_entry !== null);
}
