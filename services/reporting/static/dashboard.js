"use strict";

// The page is whole without this file; with it, it follows what happens.

const board = document.getElementById("board");
const status = document.getElementById("status");
const flow = document.getElementById("flow");
const PAUSE_MS = 1500;
const AGES_MS = 60000;
const RETRY_MS = 3000;

let due = null;
let busy = false;
let again = false;
let stream = null;

function say(live) {
  const [shape, words] = live ? ["●", status.dataset.live] : ["▲", status.dataset.lost];
  const mark = document.createElement("span");
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = shape;
  status.replaceChildren(mark, " " + words);
  status.classList.toggle("attention", !live);
}

// Only what changed is replaced, and the focus stays where it was.
function put(part) {
  const old = document.getElementById(part.id);
  if (!old || old.isEqualNode(part)) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceWith(part);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function refresh() {
  due = null;
  if (busy || document.hidden) {
    again = true;
    return;
  }
  busy = true;
  again = false;
  try {
    const answer = await fetch(board.dataset.address, { credentials: "same-origin" });
    if (answer.status === 401) return location.reload();
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      page.querySelectorAll("[data-part]").forEach((part) => put(document.adoptNode(part)));
      await draw();
    }
  } catch {
    again = true;
  } finally {
    busy = false;
    if (again && !document.hidden) soon();
  }
}

function soon() {
  if (due === null) due = setTimeout(refresh, PAUSE_MS);
}

function listen() {
  const last = document.getElementById("tiles").dataset.sequence;
  stream = new EventSource(`/v1/stream?last_event_id=${last}`);
  stream.addEventListener("open", () => {
    say(true);
    soon();
  });
  stream.addEventListener("error", () => {
    say(false);
    // A browser comes back by itself unless it was refused.
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
  });
  for (const fact of board.dataset.facts.split(" ")) stream.addEventListener(`case.${fact}`, soon);
}

const chart = window.echarts.init(flow);

// Local time of the metro, whatever the reader's own: `11-22` or `08:00`.
const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Shanghai",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});

function label(at) {
  const part = Object.fromEntries(clock.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return flow.dataset.step === "hour" ? `${part.hour}:${part.minute}` : `${part.month}-${part.day}`;
}

function line(name, values, style) {
  return { name, type: "line", data: values, symbolSize: 5, showSymbol: values.length < 40, ...style };
}

async function draw() {
  const answer = await fetch(flow.dataset.address, { credentials: "same-origin" });
  if (!answer.ok) return;
  const items = (await answer.json()).items;
  const received = items.map((item) => item.received);
  const closed = items.map((item) => item.closed);
  const text = { color: "#4a5561", fontFamily: getComputedStyle(document.body).fontFamily };
  chart.setOption({
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 16, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 22, textStyle: text },
    // Drawn on the canvas: a tooltip of HTML would bring styles of its own into the page.
    tooltip: { trigger: "axis", renderMode: "richText" },
    xAxis: { type: "category", boundaryGap: false, data: items.map((item) => label(item.at)), axisLabel: text },
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: "#e3e7ea" } } },
    series: [
      line(flow.dataset.received, received, { color: "#34495e", symbol: "circle", lineStyle: { width: 2 } }),
      line(flow.dataset.closed, closed, { color: "#7f8c98", symbol: "rect", lineStyle: { width: 2, type: "dashed" } }),
    ],
  });
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  flow.removeAttribute("aria-labelledby");
  flow.setAttribute("aria-label", flow.dataset.says.replace("{received}", sum(received)).replace("{closed}", sum(closed)));
}

new ResizeObserver(() => chart.resize()).observe(flow);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && again) soon();
});
setInterval(soon, AGES_MS);
draw().catch(() => {});
listen();
