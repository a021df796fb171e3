import { cutoffText, daysBefore } from '../../kit/clock.ts';
import type { Block, Citation } from '../content.ts';
import type { Occasion, Template } from './template.ts';

/** 新闻稿 in the order of the report of 3 September 2021: progress, 学位供给, 疫苗接种, 民生保障, then the breakdown. */
export const jinwanPress: Template = {
  code: 'jinwan-press',
  title: '新闻稿：项目完成情况',
  write(occasion) {
    return {
      title: [
        `${occasion.district.name}“我为群众办实事”项目完成率达`,
        { figure: 'ledger.completion_rate' },
        '%',
      ],
      blocks: [
        ...progress(occasion),
        ...schools(),
        ...vaccination(occasion),
        ...welfare(),
        ...annex(occasion),
      ],
      signature: [
        '文中数字均为指标，点击可查看统计口径、截止时点、记录和重新核算；其余事实来源：观海融媒 2021年9月3日报道。',
      ],
    };
  },
};

function progress({ cutoff, district }: Occasion): Block<Citation>[] {
  return [
    {
      kind: 'paragraph',
      pieces: [
        `截至${cutoffText(cutoff, 'zh')}，${district.name}共梳理“我为群众办实事”实践活动项目`,
        { figure: 'ledger.total' },
        '个，其中已完成',
        { figure: 'ledger.completed' },
        '个，完成率达',
        { figure: 'ledger.completion_rate' },
        '%。',
      ],
    },
    {
      kind: 'paragraph',
      pieces: [
        '各级单位围绕基础教育、医疗卫生、住房保障等民生工程列出项目，逐项制定执行清单、时间表和监督机制；群众“点单”，区、镇、村（居）三级联动办理，社区、社工和社会组织共同参与。',
      ],
    },
  ];
}

function schools(): Block<Citation>[] {
  const places = (key: string): Citation => ({ figure: 'schools.new_places', by: 'stage', key });
  return [
    { kind: 'heading', text: '学位供给' },
    {
      kind: 'paragraph',
      pieces: [
        '9月1日，金山实验学校、航空新城小学（北校区）、金瀚幼儿园、黄绿贝幼儿园、安堂幼儿园、广安幼儿园等一批新学校投入使用，共新增幼儿园学位',
        places('kindergarten'),
        '个、小学学位',
        places('primary'),
        '个、初中学位',
        places('junior'),
        '个。',
      ],
    },
  ];
}

/** Doses are complete two days after they are given; the report of the 3rd therefore counts to the 1st, 24:00. */
const dosesSettleAfterDays = 2;

function vaccination(occasion: Occasion): Block<Citation>[] {
  const cutoff = daysBefore(occasion.cutoff, dosesSettleAfterDays);
  const dose = (key: string): Citation => ({ figure: 'vaccination.doses', by: 'dose', key, cutoff });
  return [
    { kind: 'heading', text: '疫苗接种' },
    {
      kind: 'paragraph',
      pieces: [
        `截至${cutoffText(cutoff, 'zh')}，全区累计接种新冠疫苗`,
        { figure: 'vaccination.doses', cutoff },
        '针次。其中，第一针',
        dose('1'),
        '针次，第二针',
        dose('2'),
        '针次，第三针',
        dose('3'),
        '针次。',
      ],
    },
  ];
}

function welfare(): Block<Citation>[] {
  return [
    { kind: 'heading', text: '民生保障' },
    {
      kind: 'paragraph',
      pieces: [
        '今年4月，区残疾人综合服务中心（金康园）和区精神康复医院揭牌，前者是珠海首家区级残疾人综合服务中心，后者是珠海西部首个公立精神康复医院。',
      ],
    },
    {
      kind: 'paragraph',
      pieces: [
        '金湾区（三灶镇）社会福利中心计划明年初投入运营，提供“一站式”养老服务；各镇正在推进65岁以上老年人综合能力评估全覆盖，完善户籍老人数据库。',
      ],
    },
  ];
}

function annex({ district, fields, towns }: Occasion): Block<Citation>[] {
  const row = (name: string, by: 'field' | 'area', key: string) => [
    name,
    { figure: 'ledger.total', by, key },
    { figure: 'ledger.completed', by, key },
    { figure: 'ledger.completion_rate', by, key },
  ];
  const head = ['梳理（个）', '完成（个）', '完成率（%）'];
  return [
    {
      kind: 'paragraph',
      pieces: [
        '尚未完成的项目中，已过完成时限的有',
        { figure: 'ledger.overdue' },
        '个，逐项进展见项目清单。',
      ],
    },
    {
      kind: 'table',
      caption: '附表一 分领域完成情况',
      head: ['领域', ...head],
      rows: fields.map((field) => row(field.title, 'field', field.code)),
    },
    {
      kind: 'table',
      caption: '附表二 分镇完成情况',
      head: ['地区', ...head],
      rows: [row('区本级', 'area', district.code), ...towns.map((town) => row(town.name, 'area', town.code))],
    },
  ];
}
