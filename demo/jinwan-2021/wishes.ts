import { numberOf } from '../../src/wishes/rules.ts';
import type { Circle, TakerKind } from '../../src/wishes/schema.ts';
import { readInput } from './input.ts';
import type { PackEvent } from './types.ts';

/** What is wished for: by whom, and in a sentence or two. None of it is anybody's. */
const wished: readonly [Circle, title: string, story: string][] = [
  ['elder', '想要一副老花镜', '眼睛看不清报纸了，想配一副合适的老花镜。'],
  ['child', '想要一套科普书', '喜欢看星星，想有一套讲宇宙的书。'],
  ['elder', '想有人陪着去做一次体检', '子女在外地，一个人不敢去医院。'],
  ['disabled', '轮椅的刹车坏了', '想请人修一修，出门下坡放心些。'],
  ['hardship', '想要一张书桌', '孩子上初中了，现在在饭桌上写作业。'],
  ['elder', '想学会用手机看病挂号', '想请年轻人教两次，慢慢讲。'],
  ['veteran', '想把老照片修复放大', '服役时的合影受潮了，想留给孙辈。'],
  ['elder', '卫生间想装一个扶手', '地面滑，起身时想有个扶的地方。'],
  ['child', '想学游泳', '暑假想学会游泳，妈妈说要有人带。'],
  ['other', '楼下路灯不亮，想先要一个感应灯', '晚上下楼看不见台阶，正在等维修。'],
  ['elder', '想要一台收音机', '爱听粤剧，旧收音机已经修不好。'],
  ['disabled', '想要一根新的盲杖', '用了多年的盲杖断了一节。'],
];
const families = [...'陈李梁黄林吴郑周张何'];
const given = ['大文', '秀英', '桂兰', '志强', '小明'];

/** How far each of sixty wishes is, in turn. */
const stages = [
  'shown',
  'taken',
  'confirmed',
  'shown',
  'fulfilled',
  'confirmed',
  'proposed',
  'taken',
  'back',
  'shown',
  'confirmed',
  'taken',
  'shown',
  'refused',
  'withdrawn',
] as const;
const takers: readonly [TakerKind, organisation: string][] = [
  ['branch', '示例第一党支部'],
  ['volunteer', ''],
  ['organisation', '示例社会工作服务中心'],
  ['member', ''],
  ['enterprise', '示例眼镜店'],
];
const outcomes = ['已经送到家里，试过合用。', '约好周末上门，当天办好了。', '买了新的，也教会了怎样用。'];

const day = (month: number, date: number, hour: number) =>
  `2021-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}T${String(hour).padStart(2, '0')}:20:00+08:00`;

/** Some sixty wishes of June to September at every stage, and two projects that were taken to heart. */
export function wishes(): PackEvent[] {
  const villages = readInput<{ code: string }>('areas');
  const events: PackEvent[] = [];
  for (let index = 0; index < 60; index++) {
    const month = 6 + Math.floor(index / 25);
    const date = 1 + (index % 25);
    const [circle, title, story] = wished[index % wished.length]!;
    const stage = stages[index % stages.length]!;
    const number = numberOf(index + 1, `2021-${String(month).padStart(2, '0')}`);
    const at = (days: number, hour: number) =>
      new Date(Date.parse(day(month, date, hour)) + days * 86_400_000).toISOString();
    const by = 'coordinator';
    const add = (days: number, hour: number, event: WishEvent) =>
      events.push({ at: at(days, hour), by, ...event });
    const step = (days: number, name: StepEvent['name'], words?: string, hours?: string) =>
      add(days, 11, {
        kind: 'wish_step',
        number,
        name,
        who: 'village',
        ...(words && { words }),
        ...(hours && { hours }),
      });
    const name = `${families[index % 10]}${given[index % 5]}`;
    const phone = `1380000${String(5000 + index)}`;
    const unit_code = villages[(index * 7) % villages.length]!.code;
    add(0, 9, { kind: 'wish', wish: { circle, title, story, unit_code, name, phone, synthetic: true } });
    if (stage === 'proposed') continue;
    step(0, 'verify');
    if (stage === 'withdrawn') step(1, 'withdraw', '家人已经办好。');
    if (stage === 'shown' || stage === 'withdrawn') continue;
    const [kind, organisation] = takers[index % takers.length]!;
    const promised_on = at(10, 9).slice(0, 10);
    const taking = {
      kind,
      organisation,
      name: `${families[(index + 3) % 10]}${given[(index + 2) % 5]}`,
      phone: `1390000${6000 + index}`,
      promised_on,
    };
    add(2, 10, { kind: 'wish_taking', number, taking });
    if (stage === 'back') step(4, 'take_back', '联系不上认领人。');
    if (stage === 'taken' || stage === 'back') continue;
    step(6, 'fulfil', '已经送到，也说明了用法。', index % 3 === 0 ? '1.5' : '2');
    if (stage === 'confirmed') step(7, 'confirm', outcomes[index % outcomes.length]);
    if (stage === 'refused') step(7, 'refuse', '尺寸不合适，本人用不了。');
  }
  const adopted = { kind: 'adoption' } as const;
  events.push(
    {
      at: day(7, 1, 10),
      by: 'coordinator',
      ...adopted,
      number: 'JW2021-001',
      adopter: '示例第一党支部',
      promise: '每周到现场一次，收集学生家长的意见',
    },
    {
      at: day(7, 2, 10),
      by: 'coordinator',
      ...adopted,
      number: 'JW2021-010',
      adopter: '示例第二党支部党员',
      promise: '协调施工时段，减少噪声',
    },
  );
  return events;
}

type WishEvent =
  Extract<PackEvent, { kind: 'wish' | 'wish_taking' | 'wish_step' }> extends infer E
    ? E extends PackEvent
      ? Omit<E, 'at' | 'by'>
      : never
    : never;
type StepEvent = Extract<PackEvent, { kind: 'wish_step' }>;
