// Above the wall: how it stands with the folder, what to do next, and which pictures are shown in which order.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { send } from "./api";
import { askBeforeMany } from "./check";
import { lastOf } from "./folders";
import type { AlbumState } from "./model";
import { Offer, lasting } from "./offer";
import { Icon, announce, failure } from "./parts";
import { KINDS, SORTS, type Shown, store } from "./store";
import { t } from "./words";

const counted = ({ counts }: AlbumState): [Shown, string, number][] => [
  ["undecided", "wall.todo", counts.open + counts.asks + counts.waiting],
  ["again", "wall.again", counts.asks],
  ["working", "wall.working", counts.working + counts.decided],
  ["prepared", "wall.ready", counts.ready + counts.private],
  ["not-posted", "wall.notposted", counts["no-post"]],
  ["held", "wall.held", counts.held],
  ["left-out", "wall.nopicture", counts["left-out"]],
];

type Props = { album: AlbumState; begin: () => Promise<void>; children?: JSX.Element };

export function Summary({ album, begin }: Props): JSX.Element {
  const [problem, setProblem] = useState("");
  const { counts, rest, seen, toLookAt } = album;
  const todo = counts.open + counts.asks + counts.waiting;
  const look = (): void => void begin().catch((error: unknown) => setProblem(failure(error)));
  const prepare = async (): Promise<void> => {
    const answer = await askBeforeMany();
    if (answer === "look") return look();
    if (answer !== "go") return undefined;
    try {
      await send("POST", "/api/accept-rest", {});
      store.soon();
    } catch (error) {
      setProblem(failure(error));
    }
    return undefined;
  };
  useEffect(() => {
    if (!todo && !counts.working && album.count) announce(t("wall.done"));
  }, [todo, counts.working]);
  return (
    <div class="summary">
      <div>
        <h1>{lastOf(album.folder)}</h1>
        <p class="soft">
          {t("wall.where", { output: album.output })}
          {album.leftOut > 0 && ` · ${t("wall.leftout", { count: album.leftOut })}`}
        </p>
        <Progress album={album} />
        {(problem || album.problem) && (
          <p class="problem" role="alert">
            {problem || album.problem}
          </p>
        )}
        {album.needs && <Offer needs={album.needs} why={t("offer.held")} onDone={() => void store.reread()} />}
      </div>
      <div class="next">
        {seen < toLookAt && (
          <button type="button" class="primary" aria-describedby="look-text" onClick={look}>
            <Icon name="eye" /> {t(seen ? "wall.look.on" : "wall.look", { count: toLookAt - seen })}
          </button>
        )}
        {seen < toLookAt && <small id="look-text">{t("wall.look.text", { seen, count: toLookAt })}</small>}
        {rest.ready + rest.decided > 0 && (
          <button type="button" class={seen < toLookAt ? "" : "primary"} aria-describedby="rest-text" onClick={() => void prepare()}>
            {t("wall.rest", { count: rest.ready + rest.decided })}
          </button>
        )}
        {rest.ready + rest.decided > 0 && <small id="rest-text">{t("wall.rest.text")}</small>}
        {counts.ready + counts.private > 0 && (
          <a class={`button ${seen < toLookAt || rest.ready + rest.decided ? "" : "primary"}`} href="#done">
            <Icon name="next" /> {t("wall.finish")}
          </a>
        )}
      </div>
    </div>
  );
}

// How far looking ahead and preparing have come, how fast they are, and how long they will take.
function Progress({ album }: { album: AlbumState }): JSX.Element {
  const { counts, count } = album;
  const looked = count - counts.waiting;
  return (
    <>
      {looked < count && (
        <label class="looking">
          <span>{t("wall.looked", { looked, count })}</span>
          <progress max={count} value={looked} />
          <Speed rate={store.looking.perMinute} left={counts.waiting} />
        </label>
      )}
      {counts.working > 0 && (
        <p class="looking">
          {t("wall.preparing", { count: counts.working })} <Speed rate={store.preparing.perMinute} left={counts.working} />
        </p>
      )}
    </>
  );
}

function Speed({ rate, left }: { rate: number; left: number }): JSX.Element | null {
  if (!rate) return null;
  return <span>{t("wall.speed", { rate: Math.max(1, Math.round(rate)), time: lasting((left / rate) * 60) })}</span>;
}

// Which pictures: by how it stands with them and by kind of file, never by people.
export function Filters({ album, select, selecting }: { album: AlbumState; select: () => void; selecting: boolean }): JSX.Element {
  const { show, kind, sort } = store.view;
  const chips = counted(album).filter(([name, , count]) => count > 0 || name === show);
  return (
    <div class="filters">
      <div class="facts" role="group" aria-label={t("filter.state")}>
        <button type="button" aria-pressed={show === "all"} onClick={() => void store.arrange({ show: "all" })}>
          {t("filter.all", { count: album.count })}
        </button>
        {chips.map(([name, words, count]) => (
          <button key={name} type="button" class={`is-${name}`} aria-pressed={show === name} onClick={() => void store.arrange({ show: show === name ? "all" : name })}>
            {t(words, { count })}
          </button>
        ))}
      </div>
      <div class="arrange">
        <label>
          <span class="unseen">{t("filter.kind")}</span>
          <select value={kind} onChange={(event) => void store.arrange({ kind: event.currentTarget.value })}>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(`kinds.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="unseen">{t("filter.sort")}</span>
          <select value={sort} onChange={(event) => void store.arrange({ sort: event.currentTarget.value })}>
            {SORTS.map((one) => (
              <option key={one} value={one}>
                {t(`sort.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" aria-pressed={selecting} onClick={select}>
          <Icon name="tick" /> {t("select.begin")}
        </button>
      </div>
    </div>
  );
}
