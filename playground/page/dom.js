// A small keyed patch: describe what should be there with h(), and patch() changes only what differs,
// so that focus, caret and scroll stay where they are. Text is only ever set as text.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "circle"]);

/** Describe an element. Children may be nested lists; null, undefined and false are left out. */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, key: props?.key, children: children.flat(Infinity).filter(isSomething) };
}

function isSomething(child) {
  return child !== null && child !== undefined && child !== false && child !== true && child !== "";
}

/** Make the children of `parent` be what `children` describes. */
export function patch(parent, children) {
  const wanted = children.flat(Infinity).filter(isSomething);
  const nodes = matchUp(parent, wanted);
  const kept = new Set(nodes);
  for (const node of [...parent.childNodes]) if (!kept.has(node)) node.remove();
  nodes.forEach((node, place) => {
    if (parent.childNodes[place] !== node) parent.insertBefore(node, parent.childNodes[place] ?? null);
    if (typeof wanted[place] === "object") update(node, wanted[place]);
  });
}

/** For each description the node that already shows it, or a new one. */
function matchUp(parent, wanted) {
  const keyed = new Map();
  const unkeyed = [];
  for (const node of parent.childNodes) {
    if (node.drawn?.key !== undefined) keyed.set(node.drawn.key, node);
    else unkeyed.push(node);
  }
  let next = 0;
  return wanted.map((want) => {
    if (typeof want !== "object") {
      return withText(
        unkeyed[next]?.nodeType === Node.TEXT_NODE ? unkeyed[next++] : document.createTextNode(""),
        want,
      );
    }
    if (want.key !== undefined) {
      const node = keyed.get(want.key);
      keyed.delete(want.key);
      return node?.drawn.tag === want.tag ? node : create(want);
    }
    while (next < unkeyed.length && unkeyed[next].drawn?.tag !== want.tag) next += 1;
    return next < unkeyed.length ? unkeyed[next++] : create(want);
  });
}

function withText(node, text) {
  if (node.data !== String(text)) node.data = String(text);
  return node;
}

function create(want) {
  return SVG_TAGS.has(want.tag) ? document.createElementNS(SVG, want.tag) : document.createElement(want.tag);
}

function update(node, want) {
  const before = node.drawn;
  if (before === want) return;
  node.drawn = want;
  for (const name of Object.keys(before?.props ?? {})) if (!(name in want.props)) setProp(node, name, undefined);
  for (const [name, value] of Object.entries(want.props)) {
    if (!LAST.has(name) && before?.props[name] !== value) setProp(node, name, value);
  }
  patch(node, want.children);
  for (const name of LAST) if (name in want.props) setLive(node, name, want.props[name]);
  if (!before) want.props.made?.(node);
}

// What a person changes by hand is compared with the element itself; a select needs its options first.
const LAST = new Set(["value", "checked"]);

/** Whether a date or time is being typed and not whole yet; a year is typed digit by digit: 2, 20, 202, 2026. */
export const isHalfTyped = (input) =>
  input.validity?.badInput || (input.type?.startsWith("date") && /^0\d{3}-/.test(input.value));

function setLive(node, name, value) {
  if (name === "value" && node === document.activeElement && isHalfTyped(node)) return;
  const wanted = name === "value" ? (value ?? "") : Boolean(value);
  if (node[name] !== wanted) node[name] = wanted;
}

function setProp(node, name, value) {
  if (name === "key" || name === "made" || LAST.has(name)) return;
  if (name.startsWith("on")) node[name] = value ?? null;
  else if (name === "hue") node.style.setProperty("--hue", value ?? "");
  else if (value === undefined || value === null || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** A line icon drawn from one path on a 20 by 20 grid. */
export function icon(path, extra = {}) {
  return h("svg", { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", ...extra }, h("path", { d: path }));
}

export const ICONS = {
  close: "M5 5l10 10M15 5L5 15",
  back: "M12.5 4.5L7 10l5.5 5.5",
  send: "M3 4l14 6-14 6 2.5-6L3 4zM5.5 10H12",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z",
  alert: "M10 3l8 14H2L10 3zM10 8v4M10 14.5h.01",
  info: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9v5M10 6.2h.01",
  check: "M4 10.5l4 4 8-9",
  down: "M10 4v12M5 11l5 5 5-5",
  file: "M5.5 2.5h6L15.5 6.5v11h-10zM11.5 2.5v4h4",
  download: "M10 3v9M6 8.5l4 4 4-4M4 16.5h12",
};
