// The files of a message: what each is, and a link that downloads it.

import { h, icon, ICONS } from "./dom.js";

/** All files of a message, or null if it has none. */
export function drawFiles(files) {
  if (!files?.length) return null;
  return h(
    "ul",
    { class: "files", "aria-label": files.length === 1 ? "File" : "Files" },
    files.map((file) => h("li", { key: file.id }, file.gone ? gone(file) : link(file))),
  );
}

function link(file) {
  const about = [file.name === file.title ? null : file.name, file.kind, sizeOf(file.size)].filter(Boolean);
  return h(
    "a",
    { class: "file", href: file.url, download: file.name },
    icon(ICONS.file),
    h(
      "span",
      { class: "file-words" },
      h("span", { class: "unseen" }, "Download "),
      h("span", { class: "file-title", dir: "auto" }, file.title),
      h("span", { class: "file-about" }, about.join(" · ")),
    ),
    icon(ICONS.download, { class: "icon file-arrow" }),
  );
}

const gone = (file) => h("p", { class: "file file-gone" }, icon(ICONS.file), file.gone);

/** "312 bytes", "1.2 KB", "3 MB". */
function sizeOf(bytes) {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const [unit, size] = bytes < 999_950 ? ["KB", bytes / 1000] : ["MB", bytes / 1_000_000];
  return `${size.toFixed(1).replace(/\.0$/, "")} ${unit}`;
}
