// The page: finds out whether it may ask, and shows the view that the address names.

import { type JSX, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { enter, goodbye } from "./api";
import { Check, forgetCheck, onCheck } from "./check";
import { Keys } from "./keys";
import { Icon, useStore } from "./parts";
import { Picture } from "./picture";
import { thumbnails } from "./pictures";
import { Start } from "./start";
import { store } from "./store";
import { Wall } from "./wall";
import { language, learn, t } from "./words";

const shownNumber = (): number | null => {
  const found = /^#(\d+)$/.exec(location.hash);
  return found ? Number(found[1]) : null;
};

function App(): JSX.Element {
  useStore();
  const [number, setNumber] = useState<number | null>(shownNumber());
  const [last, setLast] = useState<number | null>(number);
  const [keys, setKeys] = useState(false);
  const [, redraw] = useState(0);
  useEffect(() => {
    const changed = (): void => {
      const n = shownNumber();
      setNumber(n);
      if (n !== null) setLast(n);
    };
    onCheck(() => redraw((n) => n + 1));
    addEventListener("hashchange", changed);
    addEventListener("pagehide", goodbye);
    return () => removeEventListener("hashchange", changed);
  }, []);
  const open = (n: number | null): void => {
    location.hash = n === null ? "" : String(n);
  };
  const leave = (): void => {
    location.hash = "";
    thumbnails.clear();
    forgetCheck();
    store.leave();
  };
  useEffect(() => {
    document.title = number !== null && store.album ? `${store.item(number)?.name ?? ""} · Paravent` : "Paravent";
  });
  if (store.condition !== "ready") return <Notice condition={store.condition} />;
  const album = store.album;
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => (event.preventDefault(), document.getElementById("content")?.focus())}>
        {t("skip")}
      </a>
      <Bar leave={album ? leave : null} help={() => setKeys(true)} redraw={() => redraw((n) => n + 1)} />
      {!album && <Start />}
      {album && number === null && <Wall key={album.folder} open={open} focus={last} />}
      {album && number !== null && number < album.count && (
        <Picture key={number} n={number} album={album} open={open} help={() => setKeys(true)} />
      )}
      <Check />
      {keys && <Keys onClose={() => setKeys(false)} />}
    </>
  );
}

function Bar({ leave, help, redraw }: { leave: (() => void) | null; help: () => void; redraw: () => void }): JSX.Element {
  return (
    <header class="bar">
      <span class="brand">
        <img src="/icon.svg" alt="" width="24" height="24" /> Paravent
      </span>
      <span class="space" />
      {leave && (
        <button type="button" class="quiet" onClick={leave}>
          <Icon name="folder" /> <span class="wide">{t("wall.other")}</span>
        </button>
      )}
      <button type="button" class="quiet" onClick={help}>
        <Icon name="help" /> <span class="wide">{t("keys.title")}</span>
      </button>
      <label class="language">
        <span class="unseen">{t("language")}</span>
        <select value={language} onChange={(event) => void learn(event.currentTarget.value).then(() => (store.relearn(), redraw()))}>
          <option value="en" lang="en">
            English
          </option>
          <option value="fr" lang="fr">
            Français
          </option>
        </select>
      </label>
      <button type="button" class="quiet" onClick={() => void store.end()}>
        {t("end")}
      </button>
    </header>
  );
}

function Notice({ condition }: { condition: string }): JSX.Element {
  const [title, text] = {
    loading: ["loading", ""],
    locked: ["locked.title", "locked.text"],
    gone: ["gone.title", "gone.text"],
    ended: ["gone.title", "ended.text"],
  }[condition] ?? ["loading", ""];
  return (
    <main id="content" class="notice">
      <img src="/icon.svg" alt="" width="56" height="56" />
      <h1>{t(title ?? "")}</h1>
      {text && <p>{t(text)}</p>}
    </main>
  );
}

async function begin(): Promise<void> {
  const root = document.getElementById("app") as HTMLElement;
  const said = document.createElement("div");
  said.id = "said";
  said.className = "unseen";
  said.setAttribute("role", "status");
  document.body.append(said);
  const [allowed] = await Promise.all([enter(), learn()]);
  render(<App />, root);
  if (!allowed) store.condition = "locked";
  else await store.start().catch(() => (store.condition = "locked"));
  render(<App key="begun" />, root);
}

void begin();
