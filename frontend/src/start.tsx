// The first view: which pictures, for whom, and where the copies go.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get, send } from "./api";
import { Choose } from "./choices";
import { droppedIn } from "./dropped";
import { Folders, Previews, lastOf, listed, pasted } from "./folders";
import type { Choices, Dropped, Folder, FoundFolders, Needs, Opening, ProposedFolders, RecentFolder } from "./model";
import { Offer } from "./offer";
import { Dialog, Icon, announce, failure, useStore } from "./parts";
import { store } from "./store";
import { t } from "./words";

type Choosing = "" | "pictures" | "output" | "private";
// Which of the files of a folder: those that were dropped, or all.
type Some = { names: string[]; alone: boolean };
const NONE: Some = { names: [], alone: false };

export function Start(): JSX.Element {
  useStore();
  const [folder, setFolder] = useState<Folder | null>(null);
  const [some, setSome] = useState<Some>(NONE);
  const [typed, setTyped] = useState("");
  const [output, setOutput] = useState("");
  const [hidden, setHidden] = useState("");
  const [preset, setPreset] = useState("family");
  const [chosen, setChosen] = useState<Choices | null>(null);
  const [choosing, setChoosing] = useState<Choosing>("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [lost, setLost] = useState("");
  const presets = store.server?.presets ?? [];
  const usual = presets.find((one) => one.name === preset)?.choices;
  const pictures = folder?.path ?? "";
  const [needs, check] = useNeeds(preset, pictures);
  const drop = useDrop((what) => void find(what), () => setLost(t("drop.several")));

  const adopt = async (path: string, names: string[] = []): Promise<void> => {
    try {
      const [told, proposed] = await Promise.all([listed(path), get<ProposedFolders>(`/api/proposal?path=${encodeURIComponent(path)}`)]);
      setFolder(told);
      setTyped("");
      setSome({ names, alone: names.length > 0 });
      setOutput(proposed.output);
      setHidden(proposed.private);
      setLost("");
    } catch (error) {
      setLost(failure(error));
    }
  };
  const find = async (what: Dropped): Promise<void> => {
    setLost("");
    drop.found([]);
    try {
      const names = what.folder ? [] : what.files.map((file) => file.name);
      const { folders } = await send<FoundFolders>("POST", "/api/dropped", what);
      const [only] = folders;
      if (folders.length > 1) drop.found(folders.map((path) => ({ path, names })));
      else if (only) await adopt(only, names);
      else setLost(t("drop.lost", { name: what.folder || (names[0] ?? "") }));
    } catch (error) {
      setLost(failure(error));
    }
  };
  const open = async (order: Opening): Promise<void> => {
    setBusy(true);
    setProblem("");
    try {
      await store.open(order);
    } catch (error) {
      setProblem(failure(error));
      setBusy(false);
    }
  };
  const again = ({ folder: path, ...rest }: RecentFolder): Promise<void> => open({ ...rest, pictures: path, only: [] });
  const taken = (path: string): void => {
    if (choosing === "pictures") void adopt(path);
    else if (choosing === "output") setOutput(path);
    else setHidden(path);
    setChoosing("");
  };
  return (
    <main id="content" class={`start${drop.over ? " over" : ""}`} tabIndex={-1}>
      <h1>{t("start.title")}</h1>
      <p class="lead">{t("start.lead")}</p>
      <Recent recent={store.server?.recent ?? []} busy={busy} onOpen={(one) => void again(one)} />
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!needs?.blocking) void open({ pictures, output, private: hidden, preset, choices: chosen, only: some.alone ? some.names : [] });
        }}
      >
        <h2 id="where">{t("start.pictures")}</h2>
        <div class="drop">
          <p class="hint" aria-hidden="true">
            <Icon name="drop" /> {t("drop.here")}
          </p>
          <button type="button" class={pictures ? "" : "primary"} onClick={() => setChoosing("pictures")}>
            <Icon name="folder" /> {t("start.choose")}
          </button>
          <label>
            <span>{t("start.path")}</span>
            <input
              type="text"
              value={typed}
              spellcheck={false}
              onInput={(event) => setTyped(event.currentTarget.value)}
              onChange={() => typed.trim() && pasted(typed) !== pictures && void adopt(pasted(typed))}
              onKeyDown={(event) => {
                if (event.key !== "Enter") return;
                event.preventDefault();
                if (typed.trim()) void adopt(pasted(event.currentTarget.value));
              }}
            />
          </label>
          <small class="hint">{t("drop.text")}</small>
        </div>
        {drop.looking && (
          <p class="soft" role="status">
            {t("drop.looking")}
          </p>
        )}
        {lost && (
          <p class="problem" role="alert">
            {lost}
          </p>
        )}
        <output class={pictures ? "path there" : "path soft"} aria-labelledby="where">
          {pictures || t("start.none")}
        </output>
        {folder && <Chosen folder={folder} some={some} onSome={setSome} />}
        <fieldset>
          <legend>{t("start.audience")}</legend>
          <div class="choices">
            {presets.map(({ name }) => (
              <label key={name} class="choice">
                <input type="radio" name="preset" value={name} checked={preset === name} onChange={() => (setPreset(name), setChosen(null))} />
                <span>
                  <strong>{t(`start.${name}`)}</strong>
                  <small>{t(`start.${name}.text`)}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        {usual && <Choose usual={usual} chosen={chosen ?? usual} onChange={setChosen} />}
        <h2 id="output-title">{t("start.output")}</h2>
        <Target name={t("start.output")} value={output} allowed={pictures !== ""} onInput={setOutput} onChoose={() => setChoosing("output")} />
        {pictures && (
          <>
            <h3 id="private-title">{t("start.private")}</h3>
            <Target name={t("start.private")} value={hidden} allowed onInput={setHidden} onChoose={() => setChoosing("private")} />
          </>
        )}
        {needs && needs.parts.length > 0 && (
          <Offer key={needs.parts.join()} needs={needs} why={t(needs.blocking ? "offer.blocking" : "offer.some")} onDone={() => (announce(t("offer.done")), check())} />
        )}
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary large" disabled={!pictures || !output || busy || needs?.blocking === true}>
          {busy ? t("start.opening") : t("start.go")}
        </button>
      </form>
      <p class="soft">{t("promise")}</p>
      {choosing && <Folders from={choosing === "pictures" ? pictures : ""} onChosen={taken} onClose={() => setChoosing("")} />}
      {drop.several.length > 0 && (
        <Dialog title={t("drop.which")} onClose={() => drop.found([])}>
          <ul class="plain">
            {drop.several.map(({ path, names }) => (
              <li key={path}>
                <button type="button" class="row" onClick={() => (drop.found([]), void adopt(path, names))}>
                  <Icon name="folder" /> <span>{path}</span>
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </main>
  );
}

function Recent({ recent, busy, onOpen }: { recent: RecentFolder[]; busy: boolean; onOpen: (one: RecentFolder) => void }): JSX.Element | null {
  if (!recent.length) return null;
  return (
    <section class="card" aria-labelledby="recent">
      <h2 id="recent">{t("start.recent")}</h2>
      <ul class="plain">
        {recent.map((one) => (
          <li key={one.folder}>
            <button type="button" class="row" disabled={busy} onClick={() => onOpen(one)}>
              <Icon name="folder" />
              <span>
                <strong>{lastOf(one.folder)}</strong>
                <small>
                  {one.folder} · {t(`start.${one.preset}`)}
                </small>
                <small>{t("wall.where", { output: one.output })}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

// What lies in the folder that was chosen.
function Chosen({ folder, some, onSome }: { folder: Folder; some: Some; onSome: (some: Some) => void }): JSX.Element {
  return (
    <div class="chosen">
      {some.names.length > 0 && (
        <fieldset class="some">
          <legend class="unseen">{t("start.which")}</legend>
          {[true, false].map((alone) => (
            <label key={String(alone)}>
              <input type="radio" name="some" checked={some.alone === alone} onChange={() => onSome({ ...some, alone })} />{" "}
              {alone ? t("start.only", { count: some.names.length }) : t("start.whole")}
            </label>
          ))}
        </fieldset>
      )}
      <Previews folder={some.alone ? { ...folder, pictures: folder.pictures.filter((name) => some.names.includes(name)) } : folder} />
      <p class="soft">
        {t("folders.files", { count: folder.files })} {folder.folders.length > 0 && t("folders.inner", { count: folder.folders.length })}
      </p>
    </div>
  );
}

type TargetProps = { name: string; value: string; allowed: boolean; onInput: (path: string) => void; onChoose: () => void };

function Target({ name, value, allowed, onInput, onChoose }: TargetProps): JSX.Element {
  return (
    <div class="pick">
      <input type="text" aria-label={name} value={value} disabled={!allowed} spellcheck={false} onInput={(event) => onInput(event.currentTarget.value)} />
      <button type="button" aria-label={`${name} ${t("start.choose")}`} disabled={!allowed} onClick={onChoose}>
        {t("start.choose")}
      </button>
    </div>
  );
}

// What is not installed and is needed for this audience and these pictures; and how to look again.
function useNeeds(preset: string, pictures: string): [Needs | null, () => void] {
  const [needs, setNeeds] = useState<Needs | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const signal = new AbortController();
    get<Needs>(`/api/needs?preset=${preset}&path=${encodeURIComponent(pictures)}`, signal.signal).then(setNeeds, () => undefined);
    return () => signal.abort();
  }, [preset, pictures, turn]);
  return [needs, () => setTurn(turn + 1)];
}

type Found = { path: string; names: string[] };
type Dropping = { over: boolean; looking: boolean; several: Found[]; found: (several: Found[]) => void };

// The whole window takes what is dropped.
function useDrop(take: (what: Dropped) => Promise<void> | void, refuse: () => void): Dropping {
  const [over, setOver] = useState(false);
  const [looking, setLooking] = useState(false);
  const [several, setSeveral] = useState<Found[]>([]);
  useEffect(() => {
    const ours = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") === true;
    const dragged = (event: DragEvent): void => {
      if (!ours(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const left = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const dropped = (event: DragEvent): void => {
      if (!ours(event)) return;
      event.preventDefault();
      setOver(false);
      setLooking(true);
      void droppedIn(event)
        .then((what) => (what ? take(what) : refuse()))
        .finally(() => setLooking(false));
    };
    addEventListener("dragover", dragged);
    addEventListener("dragleave", left);
    addEventListener("drop", dropped);
    return () => {
      removeEventListener("dragover", dragged);
      removeEventListener("dragleave", left);
      removeEventListener("drop", dropped);
    };
  });
  return { over, looking, several, found: setSeveral };
}
