// The first view: which pictures, for whom, and where the copies go.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get } from "./api";
import { Folders } from "./folders";
import type { Opening, ProposedFolders, RecentFolder } from "./model";
import { Icon, failure } from "./parts";
import { store } from "./store";
import { t } from "./words";

type Choosing = "" | "pictures" | "output" | "private";

export function Start(): JSX.Element {
  const [pictures, setPictures] = useState("");
  const [output, setOutput] = useState("");
  const [hidden, setHidden] = useState("");
  const [preset, setPreset] = useState("family");
  const [choosing, setChoosing] = useState<Choosing>("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    if (!pictures) return;
    void get<ProposedFolders>(`/api/proposal?path=${encodeURIComponent(pictures)}`).then((proposed) => {
      setOutput(proposed.output);
      setHidden(proposed.private);
    });
  }, [pictures]);
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
  const again = async (recent: RecentFolder): Promise<void> => {
    const proposed = await get<ProposedFolders>(`/api/proposal?path=${encodeURIComponent(recent.folder)}`);
    await open({ pictures: recent.folder, output: recent.output, private: proposed.private, preset: recent.preset });
  };
  const chosen = (path: string): void => {
    if (choosing === "pictures") setPictures(path);
    else if (choosing === "output") setOutput(path);
    else setHidden(path);
    setChoosing("");
  };
  const recent = store.server?.recent ?? [];
  return (
    <main id="content" class="start" tabIndex={-1}>
      <h1>{t("start.title")}</h1>
      <p class="lead">{t("start.lead")}</p>
      {recent.length > 0 && (
        <section class="card" aria-labelledby="recent">
          <h2 id="recent">{t("start.recent")}</h2>
          <ul class="plain">
            {recent.map((one) => (
              <li key={one.folder}>
                <button type="button" class="row" disabled={busy} onClick={() => void again(one)}>
                  <Icon name="folder" />
                  <span>
                    <strong>{one.folder}</strong>
                    <small>
                      {t(`start.${one.preset}`)} · {t("wall.where", { output: one.output })}
                    </small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void open({ pictures, output, private: hidden, preset });
        }}
      >
        <h2 id="where">{t("start.pictures")}</h2>
        <div class="pick">
          <button type="button" class={pictures ? "" : "primary"} onClick={() => setChoosing("pictures")}>
            <Icon name="folder" /> {t("start.choose")}
          </button>
          <output class="path" aria-labelledby="where">
            {pictures || t("start.none")}
          </output>
        </div>
        <fieldset>
          <legend>{t("start.audience")}</legend>
          <div class="choices">
            {(store.server?.presets ?? []).map((name) => (
              <label key={name} class="choice">
                <input type="radio" name="preset" value={name} checked={preset === name} onChange={() => setPreset(name)} />
                <span>
                  <strong>{t(`start.${name}`)}</strong>
                  <small>{t(`start.${name}.text`)}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <h2 id="output-title">{t("start.output")}</h2>
        <div class="pick">
          <input type="text" aria-labelledby="output-title" value={output} disabled={!pictures} onInput={(event) => setOutput(event.currentTarget.value)} />
          <button type="button" aria-label={`${t("start.output")} ${t("start.choose")}`} disabled={!pictures} onClick={() => setChoosing("output")}>
            {t("start.choose")}
          </button>
        </div>
        {pictures && (
          <div class="pick">
            <label>
              <span>{t("start.private")}</span>
              <input type="text" value={hidden} onInput={(event) => setHidden(event.currentTarget.value)} />
            </label>
          </div>
        )}
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="primary large" disabled={!pictures || !output || busy}>
          {busy ? t("start.opening") : t("start.go")}
        </button>
      </form>
      <p class="soft">{t("promise")}</p>
      {choosing && <Folders onChosen={chosen} onClose={() => setChoosing("")} />}
    </main>
  );
}
