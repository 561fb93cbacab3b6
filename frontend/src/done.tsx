// What is done: how many copies, where, what to do with them, and a page to print.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, send } from "./api";
import type { AlbumState, Archive, Done as Told } from "./model";
import { Icon, announce, failure, useStore } from "./parts";
import { store } from "./store";
import { language, t } from "./words";

const SOON = 400; // milliseconds

type Outcome = "publish" | "private";
type Props = { album: AlbumState; leave: () => void; open: (n: number) => void };

export function Done({ album, leave, open }: Props): JSX.Element {
  useStore();
  const [told, setTold] = useState<Told | null>(null);
  const [problem, setProblem] = useState("");
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus(), []);
  // While much is being prepared, not more often than it can be read.
  const counts = JSON.stringify(store.album?.counts);
  useEffect(() => {
    const ask = (): void => void get<Told>("/api/done").then(setTold, (error: unknown) => setProblem(failure(error)));
    const timer = window.setTimeout(ask, told ? SOON : 0);
    return () => clearTimeout(timer);
  }, [counts]);
  const count = told ? told.publish + told.private : 0;
  const made = { when: told?.when ?? "", version: store.server?.version ?? "", preset: t(`start.${album.preset}`) };
  return (
    <main id="content" class="done" tabIndex={-1} ref={main}>
      <div class="title">
        <button type="button" class="quiet" onClick={leave}>
          <Icon name="back" /> {t("picture.back")}
        </button>
        <span class="space" />
        <button type="button" onClick={() => print()}>
          <Icon name="paper" /> {t("done.print")}
        </button>
      </div>
      <header>
        <h1>{told ? (count ? t("done.title", { count }) : t("done.none")) : t("loading")}</h1>
        {told && <p class="made">{t("done.made", made)}</p>}
      </header>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {told && (
        <>
          {told.waitingCount > 0 && <p class="note">{t("done.waits", { count: told.waitingCount })}</p>}
          <div class="takes">
            {told.publish > 0 && <Take outcome="publish" count={told.publish} folder={album.output} />}
            {told.private > 0 && <Take outcome="private" count={told.private} folder={album.private} />}
          </div>
          {count > 0 && <Next isPrivate={told.private > 0} />}
          <div class="facts-two">
            <section class="card">
              <h2>{t("done.covered")}</h2>
              <p>{told.covered || t("done.covered.none")}</p>
            </section>
            <section class="card">
              <h2>{t("done.visible")}</h2>
              {told.visible.length ? (
                <ul>
                  {told.visible.map(({ why, count }) => (
                    <li key={why}>{t("done.visible.one", { count, why })}</li>
                  ))}
                </ul>
              ) : (
                <p>{t("done.visible.none")}</p>
              )}
            </section>
          </div>
          {told.waitingCount > 0 && <Waiting told={told} open={open} />}
          {told.copies.length > 0 && <Copies told={told} count={count} />}
          <footer>
            {count > 0 && <p>{t("done.verdict")}</p>}
            <p>{t("done.closing")}</p>
          </footer>
        </>
      )}
    </main>
  );
}

function Take({ outcome, count, folder }: { outcome: Outcome; count: number; folder: string }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [archive, setArchive] = useState<Archive | null>(null);
  const [problem, setProblem] = useState("");
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem("");
    await work().catch((error: unknown) => setProblem(failure(error)));
    setBusy(false);
  };
  const show = (): Promise<void> => attempt(async () => void (await send("POST", "/api/done/folder", { outcome })));
  const save = (): Promise<void> =>
    attempt(async () => {
      setArchive(null);
      const made = await send<Archive>("POST", "/api/done/archive", { outcome });
      setArchive(made);
      announce(held(made));
      if (made.count) fetchFile(made.address);
    });
  const title = `done-${outcome}`;
  return (
    <section class="card" aria-labelledby={title}>
      <h2 id={title}>{t(`done.${outcome}`, { count })}</h2>
      <p class="path">{folder}</p>
      <div class="acts">
        <button type="button" class="primary" aria-describedby={`${title}-zip`} disabled={busy} onClick={() => void save()}>
          <Icon name="folder" /> {t("done.zip")}
        </button>
        <button type="button" disabled={busy} onClick={() => void show()}>
          {t("done.open")}
        </button>
      </div>
      <small id={`${title}-zip`}>{busy ? t("done.zipping") : archive ? held(archive) : t("done.zip.text")}</small>
      {archive !== null && archive.changed.length > 0 && <p class="note">{t("done.changed", { count: archive.changed.length, names: archive.changed.join(", ") })}</p>}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

const megabytes = (bytes: number): string =>
  new Intl.NumberFormat(language, { style: "unit", unit: "megabyte", maximumFractionDigits: bytes < 10e6 ? 1 : 0 }).format(bytes / 1e6);

const held = ({ count, size }: Archive): string => t("done.zipped", { count, size: megabytes(size) });

// The browser fetches and saves it by itself: nothing of it passes through this page.
function fetchFile(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

function Next({ isPrivate }: { isPrivate: boolean }): JSX.Element {
  return (
    <section class="card next-steps" aria-labelledby="done-next">
      <h2 id="done-next">{t("done.next")}</h2>
      <ol class="steps">
        <li>{t("done.step.look")}</li>
        <li>{t("done.step.upload")}</li>
        {isPrivate && <li>{t("done.step.private")}</li>}
        <li>{t("done.step.delete")}</li>
        <li>{t("done.step.keep")}</li>
      </ol>
    </section>
  );
}

function Waiting({ told, open }: { told: Told; open: (n: number) => void }): JSX.Element {
  const rest = told.waitingCount - told.waiting.length;
  return (
    <section class="card" aria-labelledby="done-waiting">
      <h2 id="done-waiting">{t("done.waiting")}</h2>
      <ul>
        {told.waiting.map(({ n, name, state, why }) => (
          <li key={n}>
            <a href={`#${n}`} onClick={(event) => (event.preventDefault(), open(n))}>
              {name}
            </a>{" "}
            <span class="soft">{why || t(`state.${state}`)}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p class="soft">{t("done.more", { count: rest })}</p>}
    </section>
  );
}

const fileName = (path: string): string => path.split(/[\\/]/).pop() || path;

function Copies({ told, count }: { told: Told; count: number }): JSX.Element {
  const rest = count - told.copies.length;
  return (
    <section class="card" aria-labelledby="done-files">
      <h2 id="done-files">{t("done.files")}</h2>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="done-files">
        <table>
          <thead>
            <tr>
              {["done.copy", "done.original", "done.hidden", "done.left"].map((name) => (
                <th key={name} scope="col">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {told.copies.map(({ copy, original, covered, visible }) => (
              <tr key={original}>
                <td data-name={t("done.copy")} title={copy}>
                  {fileName(copy)}
                </td>
                <td data-name={t("done.original")}>{original}</td>
                <td data-name={t("done.hidden")}>{covered || "–"}</td>
                <td data-name={t("done.left")}>{visible || "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rest > 0 && <p class="soft">{t("done.more", { count: rest })}</p>}
    </section>
  );
}
