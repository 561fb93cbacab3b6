// The whole copy of a film, as it was written: in the browser's own player.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { send } from "./api";
import type { Watching } from "./model";
import { Dialog, Icon, failure } from "./parts";
import { t } from "./words";

export function WatchCopy({ n, name }: { n: number; name: string }): JSX.Element {
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState("");
  const watch = async (): Promise<void> => {
    setProblem("");
    try {
      setPath((await send<Watching>("POST", `/api/pictures/${n}/watch`, {})).path);
    } catch (error) {
      setProblem(failure(error));
    }
  };
  return (
    <>
      <button type="button" onClick={() => void watch()}>
        <Icon name="play" /> {t("watch.open")}
      </button>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {path && (
        <Dialog title={t("watch.title", { name })} wide onClose={() => setPath("")}>
          <div class="watch">
            <video src={path} controls preload="auto" aria-label={t("watch.title", { name })} onError={() => setProblem(t("watch.unplayable"))} />
            {problem && (
              <p class="problem" role="alert">
                {problem}
              </p>
            )}
            <p class="soft">{t("watch.text")}</p>
          </div>
        </Dialog>
      )}
    </>
  );
}
