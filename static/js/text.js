// The rules of a text as articles/text.py has them, for what the desk shows while somebody types. A test compares the two.
// White space and digits are spelled out: a browser's \s and \d are not Python's.
globalThis.deskText = (() => {
  const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const NEWLINES = /\r\n?|[\u2028\u2029\x0b\x0c\x85]/g;
  // Between emoji the joiner makes one of two.
  const INVISIBLE = /[\u061c\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1b\x7f]|(?<![\u2600-\u27bf\ufe0f\u{1f000}-\u{1faff}])\u200d/gu;
  const ENDS = new RegExp(`^[${BLANK}]+|[${BLANK}]+$`, "g");
  const BREAK = new RegExp(`[${BLANK}]*\\n[${BLANK}]*`, "g");
  const VISIBLE = new RegExp(`[^${BLANK}]`, "gu");
  const MARKS = [["##", "(?:##|＃＃)"], [">>", "(?:>>|＞＞)"], ["|", "[|｜]"]].map(
    ([mark, spelling]) => [mark, new RegExp(`^${spelling}[${BLANK}]*`)],
  );
  const FIGURE = new RegExp(
    [["【", "】"], ["\\[\\[", "\\]\\]"], ["［", "］"], ["\\[", "\\]"]]
      .map(([opens, closes]) => `^${opens}图[${BLANK}]*(\\p{Nd}{1,3})${closes}$`)
      .join("|"),
    "u",
  );
  const BOLD = /\*\*(.+?)\*\*/gs;

  // The digits of a script stand in a row from its zero, so what stands before one tells its value.
  function valueOf(digit) {
    let place = 0;
    for (let code = digit.codePointAt(0) - 1; /\p{Nd}/u.test(String.fromCodePoint(code)); code -= 1) place += 1;
    return place % 10;
  }

  function figureOf(line) {
    const found = FIGURE.exec(line);
    const digits = found ? [...found.slice(1).find(Boolean)] : [];
    return digits.reduce((number, digit) => number * 10 + valueOf(digit), 0);
  }

  const strip = (text) => text.replace(ENDS, "");
  const visible = (text) => text.replace(NEWLINES, "\n").replace(INVISIBLE, "");

  function cleanParagraph(line) {
    const text = strip(line);
    const figure = figureOf(text);
    if (figure) return `【图${figure}】`;
    for (const [mark, spelling] of MARKS) {
      const found = spelling.exec(text);
      if (found) {
        const rest = strip(text.slice(found[0].length));
        return rest ? `${mark} ${rest}` : "";
      }
    }
    return text;
  }

  const cleanBody = (text) => visible(text).split("\n").map(cleanParagraph).filter(Boolean).join("\n");
  const cleanLine = (text) => strip(visible(text).replace(BREAK, " "));

  // A paragraph without its marks; of a figure nothing is left.
  function plain(line) {
    if (figureOf(line)) return "";
    return line.replace(/^(?:##|>>|\|) (?=.)/s, "").replace(BOLD, "$1");
  }

  const size = (text) => (text.match(VISIBLE) || []).length;
  const countBody = (text) => cleanBody(text).split("\n").reduce((sum, line) => sum + size(plain(line)), 0);
  const countLine = (text) => size(cleanLine(text));

  return { visible, cleanBody, cleanLine, countBody, countLine, figureOf };
})();
