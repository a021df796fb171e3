// Charts as SVG, drawn on the server. A page shows one as a picture of its own address, beside the table that says the same.
import type { EChartsCoreOption } from 'echarts/core';

/** A picture's size in CSS pixels. */
export interface ChartSize {
  width: number;
  height: number;
}

const ink = '#1b1f24';
const quiet = '#57606a';
const line = '#d8dee4';
const blue = '#0b5cad';
const green = '#1a7f37';
const alarm = '#c4320a';
// In single quotation marks: it stands in an attribute.
const font =
  "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', system-ui, sans-serif";

/** What a step of a waterfall adds or takes away, as a number to draw and as the text that says it exactly. */
export interface WaterfallStep {
  label: string;
  amount: number;
  text: string;
}

/** From one value to another by steps: what each adds hangs between what was there before and after it. */
export function waterfall(
  from: WaterfallStep,
  steps: readonly WaterfallStep[],
  to: WaterfallStep,
  size: ChartSize,
): Promise<string> {
  let level = from.amount;
  const hanging = steps.map((step) => {
    const start = level;
    level += step.amount;
    return { ...step, low: Math.min(start, level), high: Math.max(start, level) };
  });
  const ends = [{ ...from, low: 0, high: from.amount }, ...hanging, { ...to, low: 0, high: to.amount }];
  const colour = (index: number, amount: number) =>
    index === 0 || index === ends.length - 1 ? blue : amount < 0 ? alarm : green;
  const lowest = Math.min(...ends.map((one) => one.low));
  return draw(size, {
    ...base,
    xAxis: categories(ends.map((one) => one.label)),
    // A waterfall over small steps would be all column; it begins just below the lowest step, and its axis says where.
    yAxis: values(lowest > 0 && steps.length > 0 ? floorOf(ends.slice(1, -1), lowest) : undefined),
    series: [
      bars(
        'below',
        ends.map((one) => one.low),
        { itemStyle: { color: 'transparent' }, silent: true },
      ),
      bars(
        'step',
        ends.map((one, index) => ({
          value: one.high - one.low,
          itemStyle: { color: colour(index, one.amount) },
          label: { show: true, position: 'top', formatter: one.text, color: ink },
        })),
      ),
    ],
  });
}

/** One bar for each name, from zero. */
export function barChart(
  rows: readonly { label: string; amount: number | null; text: string }[],
  size: ChartSize,
): Promise<string> {
  const below = rows.some((row) => (row.amount ?? 0) < 0);
  return draw(size, {
    ...base,
    grid: { ...base.grid, left: below ? 48 : 8, right: 64 },
    xAxis: { ...values(), type: 'value' },
    yAxis: { ...categories(rows.map((row) => row.label).toReversed()), type: 'category' },
    series: [
      {
        type: 'bar',
        barMaxWidth: 22,
        itemStyle: { color: blue },
        data: rows.toReversed().map((row) => ({
          value: row.amount ?? 0,
          label: {
            show: true,
            position: (row.amount ?? 0) < 0 ? 'left' : 'right',
            formatter: row.text,
            color: ink,
          },
        })),
      },
    ],
  });
}

/** A series over time; where there is no value there is a gap. */
export function lineChart(
  points: readonly { label: string; amount: number | null }[],
  size: ChartSize,
): Promise<string> {
  return draw(size, {
    ...base,
    xAxis: { ...categories(points.map((point) => point.label)), boundaryGap: false },
    yAxis: values(),
    series: [
      {
        type: 'line',
        symbolSize: 6,
        lineStyle: { color: blue, width: 2 },
        itemStyle: { color: blue },
        data: points.map((point) => point.amount),
      },
    ],
  });
}

const base = {
  animation: false,
  textStyle: { fontFamily: font, color: ink },
  grid: {
    left: 8,
    right: 24,
    top: 32,
    bottom: 8,
    outerBoundsMode: 'same' as const,
    outerBoundsContain: 'axisLabel' as const,
  },
};

function categories(names: readonly string[]) {
  return {
    type: 'category',
    data: [...names],
    axisTick: { show: false },
    axisLine: { lineStyle: { color: line } },
    axisLabel: { color: quiet, fontSize: 13 },
  };
}

function values(min?: number) {
  return {
    type: 'value',
    ...(min !== undefined && { min }),
    splitLine: { lineStyle: { color: line } },
    axisLabel: { color: quiet, fontSize: 12 },
  };
}

function bars(name: string, data: unknown[], more: object = {}) {
  return { name, type: 'bar', stack: 'all', barMaxWidth: 56, data, ...more };
}

/** A round number below the steps of a waterfall that leaves room under them; 0 where the steps are large themselves. */
function floorOf(steps: readonly { low: number; high: number }[], lowest: number): number {
  const span = Math.max(...steps.map((step) => step.high)) - Math.min(...steps.map((step) => step.low));
  const floor = Math.min(lowest, ...steps.map((step) => step.low)) - span / 2;
  if (floor <= 0 || span === 0) return 0;
  const unit = 10 ** Math.floor(Math.log10(Math.max(span, 1)));
  return Math.max(0, Math.floor(floor / unit) * unit);
}

/** Loaded when the first chart is drawn: it is large, and most requests draw none. */
let library: Promise<typeof import('echarts/core')> | undefined;

async function load() {
  const [core, { BarChart, LineChart }, { GridComponent }, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([BarChart, LineChart, GridComponent, SVGRenderer]);
  return core;
}

async function draw(size: ChartSize, option: EChartsCoreOption): Promise<string> {
  library ??= load();
  const { init } = await library;
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
