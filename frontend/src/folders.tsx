// Choosing a folder of this computer.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get } from "./api";
import type { Folder } from "./model";
import { Dialog, Icon, failure } from "./parts";
import { t } from "./words";

export function Folders({ onChosen, onClose }: { onChosen: (path: string) => void; onClose: () => void }): JSX.Element {
  const [listing, setListing] = useState<Folder | null>(null);
  const [problem, setProblem] = useState("");
  const show = (path: string): void => {
    get<Folder>(`/api/folders?path=${encodeURIComponent(path)}`)
      .then((told) => {
        setListing(told);
        setProblem("");
      })
      .catch((error: unknown) => setProblem(failure(error)));
  };
  useEffect(() => show(""), []);
  const inner = (name: string): string => {
    const path = listing?.path ?? "";
    const separator = path.includes("\\") ? "\\" : "/";
    return path.endsWith(separator) ? path + name : path + separator + name;
  };
  return (
    <Dialog title={t("folders.title")} onClose={onClose} wide>
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
                {path.split(/[\\/]/).pop() || path}
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
                <button type="button" class="row" onClick={() => show(inner(name))}>
                  <Icon name="folder" /> {name}
                </button>
              </li>
            ))}
            {!listing.folders.length && <li class="soft">{t("folders.empty")}</li>}
          </ul>
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
