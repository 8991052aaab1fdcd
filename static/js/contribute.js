// 我要投稿: what is typed and chosen is kept on the phone until the desk has it, and a sending that fails is done again.
// Words stand in localStorage, pictures in IndexedDB; where a browser allows neither, the form still sends. Each picture goes by
// itself, so that a signal that drops costs one at most. It runs in browsers of 2019: no ?., no ??, no Blob in the database.
for (const form of document.querySelectorAll("[data-contribute]")) {
  const words = form.dataset;
  const account = words.contribute;
  const MOST = Number(words.most);
  const WAITS = [4000, 15000, 60000]; // milliseconds until a sending is tried again by itself
  const chosen = form.querySelector("[data-chosen]");
  const list = chosen.querySelector("[data-rows]");
  const label = chosen.querySelector("[data-chooser]");
  const chooser = label.querySelector("input");
  const template = form.querySelector("template[data-row]");
  const button = form.querySelector("[data-send]");
  const says = [...form.querySelectorAll("[data-says]")];
  const fields = ["headline", "text", "byline", "phone"].map((name) => form.elements[name]);
  let entry = form.elements.entry.value;
  let rows = []; // {id, name, caption: its textarea, element, file or null, kept: reference or ""}
  let sending = false;
  let failed = false;
  let tried = 0;
  let waiting = 0;
  let done = false;

  let said = "";

  // --- what is kept on the phone ---

  const NAME = `contribution:${account}`;
  const words_store = {
    works: true,
    read() {
      try {
        return JSON.parse(localStorage.getItem(NAME) || "null");
      } catch (error) {
        words_store.works = false;
        return null;
      }
    },
    write(value) {
      try {
        if (value === null) localStorage.removeItem(NAME);
        else localStorage.setItem(NAME, JSON.stringify(value));
        words_store.works = true;
      } catch (error) {
        words_store.works = false;
      }
    },
  };

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let opened = null;
  function database() {
    if (!opened) {
      opened = new Promise((resolve, reject) => {
        const request = indexedDB.open("newsdesk-contributions", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("pictures");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
        request.onblocked = () => reject(new Error("blocked"));
      });
    }
    return opened;
  }
  const pictures_store = {
    works: true,
    async act(mode, act) {
      try {
        const stored = (await database()).transaction("pictures", mode).objectStore("pictures");
        return await asked(act(stored));
      } catch (error) {
        pictures_store.works = false;
        return undefined;
      }
    },
    // As bytes: in private windows of some browsers a file itself cannot be kept.
    async write(id, file) {
      const bytes = await bytesOf(file);
      return pictures_store.act("readwrite", (stored) => stored.put({ bytes, type: file.type, name: file.name }, `${account}:${id}`));
    },
    async read(id) {
      const found = await pictures_store.act("readonly", (stored) => stored.get(`${account}:${id}`));
      return found ? new File([found.bytes], found.name, { type: found.type }) : null;
    },
    remove: (id) => pictures_store.act("readwrite", (stored) => stored.delete(`${account}:${id}`)),
    clear: () => pictures_store.act("readwrite", (stored) => stored.delete(IDBKeyRange.bound(`${account}:`, `${account}:\uffff`))),
  };

  function bytesOf(file) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsArrayBuffer(file);
    });
  }

  const began = Object.fromEntries(fields.map((field) => [field.name, field.value])); // as the page came
  const changed = () => rows.length > 0 || fields.some((field) => field.value !== began[field.name]);

  function keepWords() {
    if (done) return;
    words_store.write(changed() ? {
      entry,
      failed,
      fields: Object.fromEntries(fields.map((field) => [field.name, field.value])),
      pictures: rows.map((row) => ({ id: row.id, name: row.name, caption: row.caption.value, kept: row.kept })),
    } : null);
    if (!words_store.works && changed() && !said) say(words.unkept);
  }
  const allKept = () => words_store.works && (pictures_store.works || !rows.length);

  // --- what is said ---

  function say(sentence, grave = false) {
    said = sentence;
    for (const place of says) {
      place.hidden = !sentence;
      place.classList.toggle("error", grave);
      place.textContent = sentence;
    }
  }

  function showErrors(errors) {
    for (const place of form.querySelectorAll("[data-errors]")) {
      const sentences = errors[place.dataset.errors] || [];
      place.replaceWith(place.cloneNode(false)); // an alert that is new is read aloud
      const anew = form.querySelector(`[data-errors="${place.dataset.errors}"]`);
      if (!sentences.length) continue;
      const found = document.createElement("ul");
      found.className = "errorlist";
      for (const sentence of sentences) found.append(Object.assign(document.createElement("li"), { textContent: sentence }));
      anew.append(found);
    }
    const [name] = Object.keys(errors);
    const first = fields.find((field) => errors[field.name]) || (name === "pictures" ? chooser : null);
    if (first) first.focus();
  }

  // --- pictures ---

  let made = 0;
  function addRow({ id, name, caption = "", kept = "", file = null, shown = "" }) {
    const element = template.content.firstElementChild.cloneNode(true);
    const field = element.querySelector("textarea");
    const image = element.querySelector("img");
    const row = { id, name, caption: field, element, file, kept };
    made += 1;
    field.id = `caption-of-${made}`;
    element.querySelector("label").htmlFor = field.id;
    field.value = caption;
    element.querySelector("[data-name]").textContent = name;
    image.alt = name;
    image.addEventListener("error", () => { image.hidden = true; });
    const address = file ? URL.createObjectURL(file) : shown || (kept ? `${words.keptAt}${kept}/` : "");
    if (address) image.src = address;
    else image.hidden = true;
    element.querySelector("[data-out]").addEventListener("click", () => {
      if (file) URL.revokeObjectURL(address);
      rows = rows.filter((other) => other !== row);
      element.remove();
      pictures_store.remove(id);
      settle();
      label.hidden = false;
      chooser.focus();
    });
    rows.push(row);
    list.append(element);
    return row;
  }

  function settle() {
    label.hidden = rows.length >= MOST;
    keepWords();
  }

  function refuse(row, sentence) {
    const place = row.element.querySelector(".errors");
    place.textContent = "";
    if (!sentence) return;
    place.append(Object.assign(document.createElement("p"), { className: "errorlist", textContent: sentence }));
  }

  async function take(files) {
    const large = files.filter((file) => file.size > Number(words.mostBytes));
    const fitting = files.filter((file) => file.size <= Number(words.mostBytes));
    const taken = fitting.slice(0, MOST - rows.length);
    const beyond = fitting.slice(taken.length);
    const names = (some) => some.map((file) => file.name).join("、");
    showErrors({ pictures: [
      beyond.length ? words.tooMany.replace("{names}", names(beyond)) : "",
      large.length ? words.tooLarge.replace("{names}", names(large)) : "",
    ].filter(Boolean) });
    const added = taken.map((file) => addRow({ id: `${Date.now()}-${Math.random().toString(36).slice(2)}`, name: file.name, file }));
    settle();
    if (added.length) added[0].caption.focus();
    for (const row of added) await pictures_store.write(row.id, row.file);
    if (added.length && !pictures_store.works && words_store.works) say(words.picturesUnkept);
  }

  // --- sending ---

  class NoSignal extends Error {}
  class Refused extends Error {}

  // The answer as {status, body}; NoSignal when none came, Refused with a sentence when it is not the desk's own.
  async function post(address, data) {
    const renewed = /(?:^|;\s*)csrftoken=(\w+)/.exec(document.cookie); // by a login in another window
    data.set("csrfmiddlewaretoken", renewed ? renewed[1] : form.elements.csrfmiddlewaretoken.value);
    let answer;
    let body;
    try {
      answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (/json/.test(answer.headers.get("Content-Type") || "")) body = await answer.json();
    } catch (error) {
      throw new NoSignal();
    }
    if (body) return { status: answer.status, body };
    if (answer.redirected || answer.status === 403) throw new Refused(allKept() ? words.login : words.loginUnkept);
    if (answer.status >= 502 && answer.status <= 504) throw new NoSignal();
    throw new Refused(allKept() ? words.failed : words.failedUnkept);
  }

  async function sendPicture(row) {
    row.file = row.file || (await pictures_store.read(row.id));
    const data = new FormData();
    data.set("entry", entry);
    if (row.file) data.set("picture", row.file, row.name);
    const { status, body } = await post(words.picturesTo, data);
    refuse(row, body.error || "");
    if (status === 200) row.kept = body.kept;
    keepWords();
    return status === 200;
  }

  async function sendWords() {
    const data = new FormData();
    data.set("entry", entry);
    for (const field of fields) data.set(field.name, field.value);
    for (const row of rows) {
      data.append("kept", row.kept);
      data.append("kept_name", row.name);
      data.append("kept_caption", row.caption.value);
    }
    return post(form.action, data);
  }

  async function sendAll() {
    const length = [...form.elements.text.value].length; // a server takes no request of any size
    if (length > Number(words.longest)) {
      say(words.refusedSaid, true);
      showErrors({ text: [words.tooLong.replace("{n}", length)] });
      return;
    }
    let whole = true;
    const missing = rows.filter((row) => !row.kept);
    for (const [place, row] of missing.entries()) {
      say(words.sendingPicture.replace("{n}", place + 1).replace("{all}", missing.length));
      whole = (await sendPicture(row)) && whole;
    }
    if (!whole) {
      say(words.refusedSaid, true);
      return;
    }
    say(words.sending);
    const { status, body } = await sendWords();
    if (status === 200) {
      done = true;
      words_store.write(null);
      await Promise.race([pictures_store.clear(), new Promise((resolve) => { setTimeout(resolve, 2000); })]);
      location.assign(body.address);
      return;
    }
    const gone = new Set(body.gone);
    const again = rows.filter((row) => gone.has(row.kept));
    for (const row of again) row.kept = "";
    entry = body.entry;
    if (again.length && tried < 2) {
      tried += 1;
      await sendAll();
      return;
    }
    say(words.refusedSaid, true);
    showErrors(body.errors);
  }

  async function send() {
    if (sending || done) return;
    clearTimeout(waiting);
    sending = true;
    button.disabled = true;
    showErrors({});
    try {
      failed = false;
      await sendAll();
      tried = 0;
    } catch (error) {
      if (!(error instanceof NoSignal || error instanceof Refused)) throw error;
      failed = true;
      say(error instanceof NoSignal ? (allKept() ? words.offline : words.offlineUnkept) : error.message, true);
      if (error instanceof NoSignal && tried < WAITS.length) {
        waiting = setTimeout(send, WAITS[tried]);
        tried += 1;
      }
    } finally {
      sending = false;
      button.disabled = done;
      button.textContent = failed ? words.again : button.dataset.send;
      if (!done) keepWords();
    }
  }

  // --- from here on ---

  button.dataset.send = button.textContent;
  form.querySelector("[data-without-script]").remove();
  for (const kept of list.querySelectorAll("[data-kept]")) { // of a form that was refused while the script was away
    const shown = kept.querySelector("img").getAttribute("src");
    addRow({ id: kept.dataset.kept, name: kept.querySelector("[name=kept_name]").value, caption: kept.querySelector("textarea").value, kept: kept.dataset.kept, shown });
    kept.remove();
  }

  async function restore() {
    const before = words_store.read();
    if (!before || "refused" in words) return;
    entry = before.entry;
    for (const field of fields) if (before.fields[field.name] !== undefined) field.value = before.fields[field.name];
    for (const picture of before.pictures) {
      const file = await pictures_store.read(picture.id);
      if (file || picture.kept) addRow({ ...picture, file });
    }
    failed = before.failed;
    if (failed) button.textContent = words.again;
    say(failed ? words.offline : words.restored, failed);
    const discards = form.querySelector("[data-discards]");
    discards.hidden = false;
    discards.querySelector("button").addEventListener("click", async () => {
      done = true;
      words_store.write(null);
      await pictures_store.clear();
      location.assign(words.begins);
    });
  }

  restore().then(() => {
    settle();
    let later = 0;
    form.addEventListener("input", () => {
      clearTimeout(later);
      later = setTimeout(keepWords, 300);
    });
    for (const happening of ["pagehide", "blur"]) window.addEventListener(happening, keepWords);
    document.addEventListener("visibilitychange", keepWords);
    window.addEventListener("online", () => { if (failed) { tried = 0; send(); } });
    window.addEventListener("pageshow", (event) => { if (event.persisted && done) location.reload(); });
    window.addEventListener("beforeunload", (event) => {
      if (!done && changed() && !allKept()) event.preventDefault();
    });
    chooser.addEventListener("change", () => {
      const files = [...chooser.files];
      chooser.value = ""; // their rows have them now
      take(files);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      tried = 0;
      send();
    });
    label.hidden = rows.length >= MOST;
    form.dataset.ready = "";
  });
}
