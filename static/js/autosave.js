// What is typed in the form of [data-autosave] goes every ten seconds to the account's own copy; files stay here. While the
// line is down it is kept on this computer, under the account's own name, until a copy has arrived again or somebody logs out (logout.js).
// No `?.` in here: the phone pages load it in WeChat's browser too. A host element names the form (data-autosave), the address, and the words; it says itself how it stands (role=status).
(() => {
  const EVERY = 10000;
  const LONGEST_WAIT = 300000;
  const PREFIX = "newsdesk-typed-";

  const stored = {
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
    remove(key) { try { localStorage.removeItem(key); } catch { /* there is no store */ } },
  };

  function clock(at) {
    return new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  }

  for (const host of document.querySelectorAll("[data-autosave]")) {
    const form = host.closest("form");
    if (!form) continue;
    const words = host.dataset;
    const key = `${PREFIX}${words.account}-${words.autosave}`;
    const pairs = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
    const spelled = (list) => new URLSearchParams(list).toString();
    const opened = spelled(pairs());
    let sent = form.querySelector(".errornote") ? null : opened; // of a save that was refused nothing is kept yet
    let composing = false;
    let running = null;
    let wait = EVERY;
    let next = Date.now() + EVERY;
    let leaving = false;

    function body(list, named) {
      const data = new FormData();
      for (const [name, value] of list) data.append(name, value);
      data.append("autosave-form", named);
      data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      return data;
    }

    async function keep(list, named) {
      running = new AbortController();
      try {
        const answer = await fetch(words.address, {
          method: "POST", body: body(list, named), signal: running.signal, redirect: "manual", credentials: "same-origin", headers: { Accept: "application/json" },
        });
        if (answer.type === "opaqueredirect" || answer.status === 403) return { lost: true };
        if (!answer.ok && answer.status !== 400) throw new Error(answer.status);
        return await answer.json();
      } finally {
        running = null;
      }
    }

    async function tick(now) {
      if (leaving || composing || running || (!now && Date.now() < next)) return;
      const list = pairs();
      const text = spelled(list);
      if (text === sent) return;
      try {
        const answer = await keep(list, words.autosave);
        if (answer.lost) throw new TypeError("login");
        sent = text;
        wait = EVERY;
        next = Date.now() + wait;
        stored.remove(key);
        host.textContent = answer.refused || words.saved.replace("{at}", answer.saved);
      } catch (error) {
        if (error.name === "AbortError") return;
        stored.set(key, { pairs: list, at: Date.now() });
        host.textContent = error.message === "login" ? words.lost : words.offline;
        wait = Math.min(wait * 2, LONGEST_WAIT);
        next = Date.now() + wait;
      }
    }

    form.addEventListener("compositionstart", () => { composing = true; });
    form.addEventListener("compositionend", () => { composing = false; });
    form.addEventListener("submit", (event) => {
      if (event.submitter && event.submitter.formTarget === "_blank") return;
      leaving = true; // a copy that came behind the save would be offered again
      if (running) running.abort();
    });
    window.addEventListener("pageshow", () => { leaving = false; });
    document.addEventListener("visibilitychange", () => { if (document.hidden) tick(true); });
    window.addEventListener("online", () => { next = 0; tick(true); });
    setInterval(tick, 1000);

    // What an earlier visit could not send: offered, or gone when the form says the same. A new piece has a new name each time.
    const fresh = words.autosave.indexOf("-new-");
    const alike = fresh < 0 ? key : key.slice(0, key.length - words.autosave.length + fresh + 5);
    let keys = [];
    try { keys = Object.keys(localStorage); } catch (error) { /* there is no store */ }
    for (const name of keys.filter((each) => (fresh < 0 ? each === key : each.startsWith(alike)))) {
      const left = stored.get(name);
      if (!left || spelled(left.pairs) === opened) stored.remove(name);
      else offer(name, left);
    }

    function offer(name, left) {
      const named = name.slice(PREFIX.length + words.account.length + 1);
      const bar = document.createElement("div");
      bar.className = "unsaved";
      bar.setAttribute("role", "region");
      const said = document.createElement("p");
      said.textContent = words.found.replace("{at}", clock(left.at));
      const restore = document.createElement("button");
      const discard = document.createElement("button");
      for (const [button, label] of [[restore, words.restore], [discard, words.discard]]) {
        button.type = "button";
        button.className = "button";
        button.textContent = label;
      }
      restore.addEventListener("click", async () => {
        try {
          const answer = await keep(left.pairs, named);
          if (!answer.saved) throw new Error("refused");
          stored.remove(name);
          leaving = true;
          location.assign(`${location.pathname}?restore=${fresh < 0 ? 1 : named.slice(fresh + 5)}`);
        } catch (error) {
          said.textContent = words.offline;
        }
      });
      discard.addEventListener("click", () => { stored.remove(name); bar.remove(); });
      bar.append(said, restore, discard);
      form.before(bar);
    }
  }
})();
