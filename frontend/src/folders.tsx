// Choosing a folder of this computer: by its name, by what lies in it, or by its path.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { blob, get } from "./api";
import type { Folder } from "./model";
import { Dialog, Icon, failure } from "./parts";
import { t } from "./words";

export const listed = (path: string): Promise<Folder> => get<Folder>(`/api/folders?path=${encodeURIComponent(path)}`);

const separatorOf = (path: string): string => (path.includes("\\") ? "\\" : "/");

export function within(folder: string, name: string): string {
  const separator = separatorOf(folder);
  return folder.endsWith(separator) ? folder + name : folder + separator + name;
}

export const lastOf = (path: string): string => path.split(/[\\/]/).filter(Boolean).pop() ?? path;

// A path as people copy it: in quotation marks, or as the address of a file.
export function pasted(text: string): string {
  const bare = text.trim().replace(/^(["'])(.*)\1$/, "$2");
  if (!/^file:\/\//i.test(bare)) return bare;
  const path = decodeURIComponent(new URL(bare).pathname);
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

type Props = { from: string; onChosen: (path: string) => void; onClose: () => void };

export function Folders({ from, onChosen, onClose }: Props): JSX.Element {
  const [listing, setListing] = useState<Folder | null>(null);
  const [problem, setProblem] = useState("");
  const [typed, setTyped] = useState("");
  const show = (path: string): void => {
    listed(path)
      .then((told) => {
        setListing(told);
        setTyped(told.path);
        setProblem("");
      })
      .catch((error: unknown) => setProblem(failure(error)));
  };
  useEffect(() => {
    listed(from).then(
      (told) => (setListing(told), setTyped(told.path)),
      () => show(""),
    );
  }, []);
  return (
    <Dialog title={t("folders.title")} onClose={onClose} wide>
      <form
        class="pick goto"
        onSubmit={(event) => {
          event.preventDefault();
          show(pasted(typed));
        }}
      >
        <input type="text" aria-label={t("folders.path")} value={typed} spellcheck={false} onInput={(event) => setTyped(event.currentTarget.value)} />
        <button type="submit">{t("folders.go")}</button>
      </form>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {listing && (
        <>
          <nav class="shortcuts" aria-label={t("folders.shortcuts")}>
            {listing.shortcuts.map((path) => (
              <button key={path} type="button" class="quiet" onClick={() => show(path)}>
                {lastOf(path)}
              </button>
            ))}
          </nav>
          <p class="path" aria-live="polite">
            {listing.path}
          </p>
          <ul class="plain folders">
            {listing.parent && (
              <li>
                <button type="button" class="row" onClick={() => show(listing.parent)}>
                  <Icon name="back" /> {t("folders.up")}
                </button>
              </li>
            )}
            {listing.folders.map((name) => (
              <li key={name}>
                <button type="button" class="row" onClick={() => show(within(listing.path, name))}>
                  <Icon name="folder" /> {name}
                </button>
              </li>
            ))}
            {!listing.folders.length && <li class="soft">{t("folders.empty")}</li>}
          </ul>
          <Previews folder={listing} />
          <footer>
            <span class="soft">{t("folders.files", { count: listing.files })}</span>
            <button type="button" class="primary" onClick={() => onChosen(listing.path)}>
              {t("folders.here")}
            </button>
          </footer>
        </>
      )}
    </Dialog>
  );
}

// Some of the pictures in a folder, as they are. They live in the page alone.
export function Previews({ folder }: { folder: Folder }): JSX.Element | null {
  if (!folder.pictures.length) return null;
  return (
    <ul class="plain previews" aria-label={t("folders.previews")}>
      {folder.pictures.map((name) => (
        <Preview key={`${folder.path} ${name}`} name={name} path={within(folder.path, name)} />
      ))}
    </ul>
  );
}

function Preview({ name, path }: { name: string; path: string }): JSX.Element | null {
  const [url, setUrl] = useState<string | null>(""); // null: it cannot be shown
  useEffect(() => {
    const signal = new AbortController();
    let made = "";
    blob(`/api/folders/preview?path=${encodeURIComponent(path)}`, signal.signal).then(
      (picture) => setUrl((made = URL.createObjectURL(picture))),
      () => signal.signal.aborted || setUrl(null),
    );
    return () => {
      signal.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [path]);
  if (url === null) return null;
  return <li title={name}>{url ? <img src={url} alt={name} /> : <span class="unseen">{name}</span>}</li>;
}
