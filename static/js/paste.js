// Pasting from Word, a web page or 公众号 brings clean paragraphs, and a sentence says what was left out.
// A field with data-paste="body" takes lines with the text's marks, one with data-paste="line" takes one line.
// It is typed in (insertText), so the browser's own undo takes it back. While an input method composes nothing is touched.
(() => {
  const words = document.querySelector("[data-paste-words]");
  if (!words) return;

  const BLOCKS = new Set(("address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form " +
    "h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary ul").split(" "));
  const HEADINGS = new Set(["h1", "h2", "h3", "h4"]);
  const SKIPPED = new Set(("script style head title meta link template noscript select option button input textarea xml").split(" "));
  const EMBEDS = new Set(["video", "audio", "iframe", "object", "embed", "canvas", "applet"]);
  const SIGNS = /(?:^|;)\s*font-family\s*:[^;]*(?:wingdings|webdings|symbol)/;
  const PICTURES = new Set(["img", "svg", "picture", "v:imagedata"]);
  const WIDE = "[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe4f" +
    "\\uff01-\\uff60\\uffe0-\\uffe6\\u{20000}-\\u{3fffd}“”‘’…—·]";
  // A line of a page's source that ends between two Chinese characters ends there for the source's sake, and leaves nothing.
  // Word breaks its source where it had a blank.
  const WRAPPED = new RegExp(`(${WIDE})[ \\t]*\\r?\\n[ \\t]*(?=${WIDE})`, "gu");

  // The clipboard's HTML as lines of {kind, runs}, and how often each kind of thing was left out.
  function read(html, fromWord = /urn:schemas-microsoft-com:office|class="?Mso/.test(html)) {
    const dropped = { tables: 0, pictures: 0, footnotes: 0, comments: 0, deletions: 0, embeds: 0 };
    const lines = [];
    let line = { kind: "", runs: [] };

    const end = (kind = "") => {
      if (line.runs.length) lines.push(line);
      line = { kind, runs: [] };
    };
    let number = ""; // of a list's item: it belongs to the first words in it
    const say = (text, bold) => {
      if (number && text.trim()) {
        line.runs.push({ text: number, bold: false });
        number = "";
      }
      if (text) line.runs.push({ text, bold });
    };

    const walk = (node, state) => {
      if (node.nodeType === Node.TEXT_NODE) {
        if (!state.pre) say((fromWord ? node.data : node.data.replace(WRAPPED, "$1")).replace(/[\t\n\f\r ]+/g, " "), state.bold);
        else node.data.split(/\r\n?|\n/).forEach((text, n) => { if (n) end(state.kind); say(text.replace(/\t/g, " "), state.bold); });
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      const tag = node.localName;
      const style = (node.getAttribute("style") || "").toLowerCase();
      const name = node.getAttribute("class") || "";
      if (SKIPPED.has(tag) || /display\s*:\s*none/.test(style) || node.hidden || /mso-hide\s*:\s*all/.test(style)) return;
      if (/mso-element\s*:\s*(footnote|endnote|comment)-list/.test(style)) return;
      if (/mso-(footnote|endnote)-id/.test(style) || /\bMso(Footnote|Endnote)Reference\b/.test(name)) {
        dropped.footnotes += 1;
        return;
      }
      if (/\bMsoCommentReference\b/.test(name) || /mso-special-character\s*:\s*comment/.test(style)) {
        dropped.comments += 1;
        return;
      }
      if (tag === "del") { dropped.deletions += 1; return; }
      if (PICTURES.has(tag)) { if (isPicture(node)) dropped.pictures += 1; return; }
      if (EMBEDS.has(tag)) { dropped.embeds += 1; return; }
      if (tag === "br") { end(state.kind); return; }
      if (tag === "table") { readTable(node, state); return; }
      if (/mso-list\s*:\s*ignore/.test(style)) { readNumber(node, state, style); return; }

      const inner = { ...state, bold: isBold(tag, style, state.bold), pre: isPre(tag, style, state.pre) };
      if (SIGNS.test(style)) inner.bullets = true;
      if (!BLOCKS.has(tag)) { node.childNodes.forEach((child) => walk(child, inner)); return; }
      inner.kind = HEADINGS.has(tag) ? "##" : state.kind;
      if (inner.kind) inner.bold = false; // a heading is bold already
      end(inner.kind);
      if (tag === "li" && node.parentElement && node.parentElement.localName === "ol") number = `${numberOf(node)}. `;
      node.childNodes.forEach((child) => walk(child, inner));
      end(state.kind);
      if (tag === "li") number = "";
    };

    // A row becomes a line that keeps its break. A table round a whole page, or of one column, is no table to a reader.
    function readTable(table, state) {
      const rows = [...table.querySelectorAll("tr")].filter((row) => row.closest("table") === table);
      const single = rows.every((row) => row.cells.length < 2);
      end(state.kind);
      if (single || table.querySelector("table")) {
        const parts = [table.caption, ...rows.flatMap((row) => [...row.cells])].filter(Boolean);
        for (const part of parts) {
          part.childNodes.forEach((child) => walk(child, state));
          end(state.kind);
        }
        return;
      }
      dropped.tables += 1;
      if (table.caption) { table.caption.childNodes.forEach((child) => walk(child, state)); end(state.kind); }
      for (const row of rows) {
        const cells = [...row.cells].map((cell) => {
          const inside = read(cell.innerHTML, fromWord);
          for (const kind of Object.keys(dropped)) dropped[kind] += inside.dropped[kind];
          return inside.lines.map((each) => textOf(each.runs)).filter(Boolean).join(" ");
        });
        if (cells.some(Boolean)) lines.push({ kind: "|", runs: [{ text: cells.filter(Boolean).join("\u3000"), bold: false }] });
      }
    }

    // Word's own number before a paragraph: kept as text. Its bullets are letters of a font of signs, and go.
    function readNumber(node, state, style) {
      const text = node.textContent.replace(/[\s\xa0]+/g, " ").trim();
      const bullet = state.bullets || SIGNS.test(style) || /^[·•●○■□◆◇➢✓\uf000-\uf0ff]$/.test(text);
      if (text && !bullet) say(/[、．。）】]$/.test(text) ? text : `${text} `, false);
    }

    const parsed = new DOMParser().parseFromString(html, "text/html"); // inert: nothing in it runs or is fetched
    walk(parsed.body, { kind: "", bold: false, pre: false, bullets: false });
    end();
    return { lines, dropped };
  }

  function isPicture(node) {
    const size = (side) => parseFloat(node.getAttribute(side) || "99");
    return size("width") > 2 && size("height") > 2; // a smaller one counts visits, or makes room
  }

  function isBold(tag, style, inherited) {
    const weight = /(?:^|;)\s*font-weight\s*:\s*([a-z0-9]+)/.exec(style); // not mso-bidi-font-weight
    if (weight) return /^(bold|bolder|[6-9]00)$/.test(weight[1]);
    return inherited || tag === "b" || tag === "strong";
  }

  function isPre(tag, style, inherited) {
    const space = /(?:^|;)\s*white-space(?:-collapse)?\s*:\s*([a-z-]+)/.exec(style);
    if (space) return /^(pre|pre-wrap|pre-line|break-spaces|preserve|preserve-breaks)$/.test(space[1]);
    return inherited || tag === "pre";
  }

  function numberOf(item) {
    const list = item.parentElement;
    const items = [...list.children].filter((child) => child.localName === "li");
    return item.hasAttribute("value") ? item.value : list.start + items.indexOf(item);
  }

  // White space as a browser shows it: a row of blanks is one.
  function tidy(runs) {
    const merged = [];
    for (const run of runs) {
      const text = run.text.replace(/\xa0/g, "\u2007"); // kept apart from blanks that may be folded
      const last = merged[merged.length - 1];
      if (last && last.bold === run.bold) last.text += text;
      else merged.push({ text, bold: run.bold });
    }
    let begun = false;
    let blank = false;
    return merged.map((run) => {
      let text = "";
      for (const character of run.text) {
        if (character === " ") {
          blank = begun;
          continue;
        }
        text += blank ? ` ${character}` : character;
        [begun, blank] = [true, false];
      }
      return { text: text.replace(/\u2007/g, " "), bold: run.bold };
    });
  }

  const textOf = (runs) => tidy(runs).map((run) => run.text).join("").trim();

  // Bold words between their marks, the blanks round them outside. Where stars stand in the text itself (138****1234) there are none.
  function marked(runs) {
    const parts = tidy(runs).filter(({ text }) => text);
    const stars = parts.some(({ text }) => text.includes("**"));
    let bold = false;
    let line = "";
    for (const part of parts) {
      const [, before, words, after] = /^(\s*)(.*?)(\s*)$/s.exec(part.text);
      if (part.bold && words && !stars) {
        line = bold && !before ? `${line.slice(0, -2)}${words}**${after}` : `${line}${before}**${words}**${after}`;
        bold = !after;
      } else {
        line += part.text;
        bold = false;
      }
    }
    return line.trim();
  }

  function cleanHtml(html, rule) {
    const { lines, dropped } = read(html);
    const texts = lines.map(({ kind, runs }) => {
      const text = rule === "line" ? textOf(runs) : marked(kind ? runs.map((run) => ({ ...run, bold: false })) : runs);
      return text && kind && rule !== "line" ? `${kind} ${text}` : text;
    });
    return { text: deskText.visible(texts.filter(Boolean).join(rule === "line" ? " " : "\n")), dropped };
  }

  // Marks stand at the beginning of a line: a first line that has one begins a new line, a last one ends it.
  function fitted(text, field) {
    const MARK = /^(##|>>|\|) /;
    const { value, selectionStart: start, selectionEnd: end } = field;
    const lines = text.split("\n");
    const before = start > 0 && value[start - 1] !== "\n" && MARK.test(lines[0]) ? "\n" : "";
    const after = end < value.length && value[end] !== "\n" && MARK.test(lines[lines.length - 1]) ? "\n" : "";
    return before + text + after;
  }

  function type(field, text) {
    const before = field.value;
    if (!document.execCommand("insertText", false, text) || field.value === before) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  }

  function sentence(dropped) {
    const kinds = Object.keys(dropped).filter((kind) => dropped[kind]);
    const said = kinds.map((kind) => words.dataset[kind].replace("{n}", dropped[kind]));
    return said.length ? words.dataset.dropped + said.join(words.dataset.separator) : "";
  }

  for (const field of document.querySelectorAll("[data-paste]")) {
    const says = document.createElement("p");
    says.className = "said";
    says.setAttribute("role", "status");
    field.after(says);
    let composing = false;
    field.addEventListener("compositionstart", () => { composing = true; });
    field.addEventListener("compositionend", () => { composing = false; });
    field.addEventListener("paste", (event) => {
      says.textContent = "";
      const clipboard = event.clipboardData;
      if (composing || !clipboard) return;
      const rule = field.dataset.paste;
      const html = clipboard.getData("text/html");
      const plain = clipboard.getData("text/plain");
      let { text, dropped } = html ? cleanHtml(html, rule) : { text: "", dropped: {} };
      if (!text) {
        text = deskText.visible(plain);
        if (rule === "line") text = deskText.cleanLine(text);
        else if (!html && text === plain) return; // nothing to clean: as the browser does it
      }
      if (!text && !sentence(dropped)) return;
      event.preventDefault();
      if (rule === "body" && text) text = fitted(text, field);
      if (text) type(field, text);
      says.textContent = sentence(dropped);
    });
  }
})();
