// A signing's way through the state machine, drawn from the machine's own definition.

import { h, s } from "./dom.js";
import { words } from "./words.js";

/**
 * @typedef {{name: string, kind: string, says: string, step: string | null, next: string[], errors: string[]}} State
 * @typedef {{start: string, states: State[], outcomes: Record<string, string>, ends: Record<string, string>}} Machine
 * @typedef {{x: number, y: number, width: number}} Box
 */

const ROW = 52;
const HEIGHT = 36;
const MAIN = { x: 34, width: 150 };
const SIDE = { x: 226, width: 136 };
const LANE = 192; // between the columns, where the first way aside runs
const WIDTH = 366;
const BACK = 18; // left of the main column, where the way back to an earlier step runs
/** Events that say that Sign has work again. */
const AGAIN = ["READY", "ASKED_AGAIN"];

/**
 * @param {Machine} machine
 * @param {Record<string, any>} signing
 * @param {Record<string, any>[]} events
 */
export function machinePicture(machine, signing, events) {
  const marks = marked(machine, signing, events);
  const { boxes, height, line } = laidOut(machine);
  const again = events.some((event) => AGAIN.includes(event.what));
  const title = `The way of this signing: ${told(machine, marks)}${again ? "; Sign again" : ""}`;
  return h("div", {},
    s("svg", { class: "machine", viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": title },
      ways(machine, boxes, line, marks),
      waysBack(machine, boxes, line, again),
      machine.states.map((state) => box(state, boxes.get(state.name), marks.get(state.name) ?? ""))),
    h("ul", { class: "legend", "aria-hidden": "true" }, legend(marks)));
}

/** What became of each state. @returns {Map<string, string>} */
function marked(/** @type {Machine} */ machine, /** @type {any} */ signing, /** @type {any[]} */ events) {
  /** @type {Map<string, string>} */ const marks = new Map();
  const byStep = new Map(machine.states.filter((state) => state.step).map((state) => [state.step, state.name]));
  const heard = events.flatMap((event) => [byStep.get(event.step), machine.outcomes[event.what]]).filter((name) => name !== undefined);
  for (const name of heard) marks.set(name, "visited");
  if (events.length) marks.set(machine.start, "visited");
  const end = ending(machine, signing.status);
  if (end) marks.set(end, signing.status === "SIGNED" ? "good" : "bad");
  const failed = signing.problem && byStep.get(signing.problem.step);
  for (const state of machine.states) if (!state.step && !marks.has(state.name) && passed(machine, state, marks, failed)) marks.set(state.name, "visited");
  if (failed && signing.status !== "RUNNING") marks.set(failed, "failed");
  if (signing.status === "RUNNING") marks.set(heard.at(-1) ?? machine.start, "present");
  return marks;
}

/** Questions leave no events: one was passed if there is a state before it, and one after it that was not reached otherwise. */
function passed(/** @type {Machine} */ machine, /** @type {State} */ question, /** @type {Map<string, string>} */ marks, /** @type {string | undefined} */ failed) {
  const before = machine.states.filter((state) => state.next.includes(question.name) && marks.has(state.name));
  const otherwise = new Set(before.flatMap((state) => [state.name, ...(state.name === failed ? state.errors : [])]));
  return before.length > 0 && question.next.some((name) => marks.has(name) && !otherwise.has(name));
}

/** The end that a status leads to; what the last question does not name is its default. */
function ending(/** @type {Machine} */ machine, /** @type {string} */ status) {
  if (status === "RUNNING") return undefined;
  if (machine.ends[status]) return machine.ends[status];
  const named = new Set(Object.values(machine.ends));
  return machine.states.find((state) => state.next.some((name) => named.has(name)))?.next.at(-1);
}

const isEnd = (/** @type {State} */ state) => state.kind === "Succeed" || state.kind === "Fail";

/** The usual way from top to bottom, exceptions beside it, ends below. */
function laidOut(/** @type {Machine} */ machine) {
  const states = new Map(machine.states.map((state) => [state.name, state]));
  /** @type {string[]} */ const line = [];
  for (let at = states.get(machine.start); at && !isEnd(at) && !line.includes(at.name); at = states.get(at.next[0])) line.push(at.name);
  /** @type {Map<string, Box>} */ const boxes = new Map();
  line.forEach((name, row) => boxes.set(name, { ...MAIN, y: row * ROW + 2 }));
  let free = 0; // the first free row of the side column
  const aside = machine.states.filter((state) => !line.includes(state.name) && !isEnd(state));
  for (const state of aside) {
    const from = line.findIndex((name) => leadsTo(/** @type {State} */ (states.get(name)), state.name));
    const row = Math.max(free, from < 0 ? 0 : from + 0.5);
    boxes.set(state.name, { ...SIDE, y: row * ROW + 2 });
    free = row + 1;
  }
  const below = Math.max(line.length, free) * ROW + 10;
  machine.states.filter(isEnd).forEach((state, number) =>
    boxes.set(state.name, { x: 6 + (number % 2) * 186, width: 164, y: below + Math.floor(number / 2) * (HEIGHT + 10) }));
  const rows = Math.ceil(machine.states.filter(isEnd).length / 2);
  return { boxes, line, height: below + rows * (HEIGHT + 10) };
}

const leadsTo = (/** @type {State} */ state, /** @type {string} */ name) => state.next.includes(name) || state.errors.includes(name);

/** Lines between the states: the usual way, the ways aside, and the one from a failure to where it was settled. */
function ways(/** @type {Machine} */ machine, /** @type {Map<string, Box>} */ boxes, /** @type {string[]} */ line, /** @type {Map<string, string>} */ marks) {
  const at = (/** @type {string} */ name) => /** @type {Box} */ (boxes.get(name));
  const both = (/** @type {string} */ a, /** @type {string} */ b) => marks.has(a) && marks.has(b);
  const drawn = [];
  const failed = [...marks].find(([, mark]) => mark === "failed")?.[0];
  line.slice(1).forEach((name, number) => {
    const [from, to] = [at(line[number]), at(name)];
    const x = from.x + from.width / 2;
    const gone = both(line[number], name) && line[number] !== failed;
    drawn.push(s("path", { class: gone ? "way taken" : "way", d: `M${x} ${from.y + HEIGHT}V${to.y}` }));
  });
  const aside = machine.states.filter((each) => !line.includes(each.name) && !isEnd(each));
  aside.forEach((state, number) => {
    const side = at(state.name);
    const lane = LANE + (number % 4) * 8;
    const into = side.y + HEIGHT / 2;
    for (const name of line) {
      const main = at(name);
      const from = /** @type {State} */ (machine.states.find((each) => each.name === name));
      if (!leadsTo(from, state.name) && !state.next.includes(name)) continue;
      const y = main.y + HEIGHT / 2 + (number % 4) * 5 - 7;
      drawn.push(s("path", { class: both(name, state.name) ? "way taken" : "way", d: `M${main.x + main.width} ${y}H${lane}V${into}H${side.x}` }));
    }
    for (const name of state.next.filter((next) => aside.some((other) => other.name === next))) {
      const x = side.x + side.width / 2;
      drawn.push(s("path", { class: both(state.name, name) ? "way taken" : "way", d: `M${x} ${side.y + HEIGHT}V${at(name).y}` }));
    }
  });
  const last = line.at(-1);
  const settled = last && at(last);
  for (const state of machine.states.filter(isEnd)) {
    const end = at(state.name);
    const [x, gap] = settled ? [settled.x + settled.width / 2, settled.y + ROW - 4] : [0, 0];
    const edge = end.x < WIDTH / 2 - 20 ? end.x + end.width : end.x; // ends stand in two columns with a lane between them
    if (settled && marks.has(state.name)) drawn.push(s("path", { class: "way taken", d: `M${x} ${settled.y + HEIGHT}V${gap}H${WIDTH / 2 - 2}V${end.y + HEIGHT / 2}H${edge}` }));
  }
  const goal = failed && machine.states.find((state) => state.name === failed)?.errors.find((name) => marks.has(name) && line.includes(name));
  if (failed && goal && line.includes(failed)) {
    const [from, to] = [at(failed), at(goal)];
    drawn.push(s("path", { class: "way error", d: `M${from.x} ${from.y + HEIGHT / 2}C4 ${from.y + HEIGHT} 4 ${to.y} ${to.x} ${to.y + HEIGHT / 2}` }));
  }
  return drawn;
}

/** From a question back to an earlier step. */
function waysBack(/** @type {Machine} */ machine, /** @type {Map<string, Box>} */ boxes, /** @type {string[]} */ line, /** @type {boolean} */ taken) {
  return line.flatMap((name, row) => {
    const state = /** @type {State} */ (machine.states.find((each) => each.name === name));
    const earlier = state.step ? undefined : state.next.find((next) => line.indexOf(next) >= 0 && line.indexOf(next) < row);
    if (!earlier) return [];
    const [from, to] = [name, earlier].map((each) => /** @type {Box} */ (boxes.get(each)).y + HEIGHT / 2);
    const middle = (from + to) / 2;
    return [
      s("path", { class: taken ? "way taken" : "way", d: `M${MAIN.x} ${from}H${BACK}V${to}H${MAIN.x}` }),
      s("text", { class: "note", x: BACK - 5, y: middle, transform: `rotate(-90 ${BACK - 5} ${middle})` }, "again"),
    ];
  });
}

function box(/** @type {State} */ state, /** @type {Box | undefined} */ place, /** @type {string} */ mark) {
  if (!place) return null;
  const round = state.kind === "Task" ? 6 : HEIGHT / 2;
  const sign = { visited: "✓ ", good: "✓ ", failed: "✕ ", present: "▸ " }[mark] ?? "";
  return s("g", { class: mark || null },
    s("title", {}, `${state.name}: ${state.says}`),
    s("rect", { class: "box", x: place.x, y: place.y, width: place.width, height: HEIGHT, rx: round }),
    s("text", { x: place.x + place.width / 2, y: place.y + HEIGHT / 2 + 5 }, sign + state.name.replace(/(?<=[a-z])(?=[A-Z])/g, " ")));
}

/** The picture in a sentence. */
function told(/** @type {Machine} */ machine, /** @type {Map<string, string>} */ marks) {
  const named = (/** @type {string[]} */ kinds) => machine.states.filter((state) => kinds.includes(marks.get(state.name) ?? "")).map((state) => state.name).join(", ");
  const parts = [["visited", named(["visited", "good", "bad"])], ["failed in", named(["failed"])], ["now in", named(["present"])]];
  return parts.filter(([, names]) => names).map(([what, names]) => `${what} ${names}`).join("; ");
}

function legend(/** @type {Map<string, string>} */ marks) {
  const colours = { visited: "blue", present: "orange", failed: "red" };
  const shown = Object.entries(colours).filter(([mark]) => [...marks.values()].includes(mark));
  return [...shown, ["not reached", "grey"]].map(([mark, colour]) => h("li", {}, h("span", { class: `badge ${colour}` }, words(mark))));
}
