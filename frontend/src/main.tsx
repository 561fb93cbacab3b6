// The page: finds out whether it may ask, and shows the view that the address names.

import { type JSX, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { enter, goodbye } from "./api";
import { AcceptedLast, forgetAccepted } from "./accepted";
import { Check, forgetCheck, onCheck } from "./check";
import { Done } from "./done";
import { Forms } from "./forms";
import { Help } from "./help";
import { Keys } from "./keys";
import { Look, Looked } from "./look";
import { Lacking } from "./offer";
import { Icon, useStore } from "./parts";
import { Picture } from "./picture";
import { thumbnails } from "./pictures";
import { Start } from "./start";
import { store } from "./store";
import { forgetPermission } from "./visible";
import { Wall } from "./wall";
import { language, learn, t } from "./words";

// What the address names: a picture, looking at each (from one on, or at its end), the forms, what is done, or else the wall.
type Place = { view: "wall" | "picture" | "look" | "forms" | "done" | "help"; n: number | null };

const placeNamed = (): Place => {
  const [, look, number] = /^#(look-?)?(\d*)$/.exec(location.hash) ?? [];
  const n = number ? Number(number) : null;
  if (location.hash === "#forms") return { view: "forms", n: null };
  if (location.hash === "#help") return { view: "help", n: null };
  if (location.hash === "#done") return { view: "done", n: null };
  if (look) return { view: "look", n };
  return { view: n === null ? "wall" : "picture", n };
};

function App(): JSX.Element {
  useStore();
  const [{ view, n }, setPlace] = useState<Place>(placeNamed());
  const [last, setLast] = useState<number | null>(n);
  const [keys, setKeys] = useState(false);
  const [, redraw] = useState(0);
  useEffect(() => {
    const changed = (): void => {
      const place = placeNamed();
      setPlace(place);
      if (place.n !== null) setLast(place.n);
    };
    onCheck(() => redraw((n) => n + 1));
    addEventListener("hashchange", changed);
    addEventListener("pagehide", goodbye);
    return () => removeEventListener("hashchange", changed);
  }, []);
  const open = (to: number | null): void => {
    location.hash = to === null ? "" : String(to);
  };
  const look = (to: number | null): void => {
    location.hash = to === null ? "look" : `look-${to}`;
  };
  const leave = (): void => {
    location.hash = "";
    thumbnails.clear();
    forgetCheck();
    forgetPermission();
    forgetAccepted();
    store.leave();
  };
  useEffect(() => {
    document.title = n !== null && store.album ? `${store.item(n)?.name ?? ""} · Paravent` : "Paravent";
  });
  if (store.condition !== "ready") return <Notice condition={store.condition} />;
  const album = store.album;
  return (
    <>
      <a class="skip" href="#content" onClick={(event) => (event.preventDefault(), document.getElementById("content")?.focus())}>
        {t("skip")}
      </a>
      {(!album || view !== "look") && <Bar leave={album ? leave : null} help={() => setKeys(true)} redraw={() => redraw((count) => count + 1)} />}
      {album && view !== "look" && <AcceptedLast open={open} />}
      {view === "forms" && <Forms leave={() => open(null)} open={open} />}
      {view === "help" && <Help leave={() => open(null)} />}
      {!album && view !== "forms" && view !== "help" && <Start />}
      {album && view === "wall" && <Wall key={album.folder} open={open} look={look} focus={last} />}
      {album && view === "done" && <Done album={album} leave={() => open(null)} open={open} />}
      {album && view === "picture" && n !== null && n < album.count && <Picture key={n} n={n} album={album} open={open} help={() => setKeys(true)} />}
      {album && view === "look" && n !== null && n < album.count && (
        <Look key={n} n={n} album={album} look={look} leave={open} help={() => setKeys(true)} />
      )}
      {album && view === "look" && n === null && <Looked album={album} leave={() => open(null)} />}
      <Check />
      <Lacking />
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
      <a class="button quiet" href="#forms">
        <Icon name="paper" /> <span class="wide">{t("forms.title")}</span>
      </a>
      <a class="button quiet" href="#help">
        <Icon name="life" /> <span class="wide">{t("help.title")}</span>
      </a>
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
