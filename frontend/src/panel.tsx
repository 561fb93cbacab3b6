// Beside the picture: its places, what the file gives away, and what happens with it.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Detail, type Outcome, type ReviewItem, STYLES, type Style } from "./model";
import { Icon } from "./parts";
import { singledOut } from "./rules";
import { t } from "./words";

type Props = {
  detail: Detail | null;
  problem: string;
  places: ReviewItem[];
  names: Map<string, string>;
  outcome: Outcome;
  selected: string;
  onSelect: (id: string) => void;
  onToggle: (id: string) => void;
  onStyle: (id: string, style: Style | null) => void;
  onRemove: (id: string) => void;
  onMore: (what: string) => Promise<number>;
  onOutcome: (outcome: Outcome) => void;
  onAccept: () => void;
};

const MORE = ["people", "text", "codes"];
const OUTCOMES: Outcome[] = ["publish", "private", "no-post"];

export function Panel(props: Props): JSX.Element {
  const { detail, problem, places, outcome } = props;
  const look = detail?.look;
  return (
    <div class="panel">
      {detail?.held && (
        <p class="problem" role="alert">
          {t("state.held")}: {detail.held}
        </p>
      )}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {look?.moving && <p class="note">{t("picture.moving")}</p>}
      {look?.video && <p class="note">{t("picture.video")}</p>}
      {detail?.editable && look?.video && (singledOut(places) ? <Singled /> : null)}
      {detail?.editable && !look?.video && (
        <section aria-labelledby="places-title">
          <h2 id="places-title">{t("places.title")}</h2>
          {!places.length && <p>{t("places.none")}</p>}
          <ul class="plain places">
            {places.map((place) => (
              <Line key={place.id} place={place} {...props} />
            ))}
          </ul>
          {singledOut(places) && <Singled />}
          <p class="soft">{t("picture.hint")}</p>
          <More onMore={props.onMore} />
        </section>
      )}
      {look && (detail.editable || look.findings.length > 0) && (
        <section aria-labelledby="gives-title">
          <details open>
            <summary>
              <h2 id="gives-title">{t("gives.title")}</h2>
            </summary>
            {look.findings.length ? (
              <>
                <p class="soft">{t("gives.text")}</p>
                <ul class="findings">
                  {look.findings.map((finding) => (
                    <li key={finding}>{finding}</li>
                  ))}
                </ul>
              </>
            ) : (
              <p class="soft">{t("gives.none")}</p>
            )}
          </details>
        </section>
      )}
      {detail?.editable && (
        <form
          class="outcome"
          onSubmit={(event) => {
            event.preventDefault();
            props.onAccept();
          }}
        >
          <fieldset>
            <legend>{t("outcome.title")}</legend>
            {OUTCOMES.map((one) => (
              <label key={one}>
                <input type="radio" name="outcome" value={one} checked={(outcome || "publish") === one} onChange={() => props.onOutcome(one)} />
                {t(`outcome.${one}`)}
              </label>
            ))}
          </fieldset>
          <button type="submit" class="primary large" disabled={detail.state === "working"}>
            {detail.state === "working" ? t("state.working") : t("outcome.accept")}
          </button>
          {detail.copy && <p class="soft path">{t("outcome.copy", { path: detail.copy })}</p>}
        </form>
      )}
    </div>
  );
}

function Singled(): JSX.Element {
  return (
    <p class="note" role="status">
      <Icon name="warning" /> {t("places.singled")}
    </p>
  );
}

function More({ onMore }: { onMore: (what: string) => Promise<number> }): JSX.Element {
  const [busy, setBusy] = useState("");
  const [said, setSaid] = useState("");
  const look = async (what: string): Promise<void> => {
    setBusy(what);
    setSaid((await onMore(what)) === 0 ? t("more.nothing") : "");
    setBusy("");
  };
  return (
    <div class="more-kinds" role="group" aria-label={t("places.more")}>
      <span>{t("places.more")}</span>
      {MORE.map((what) => (
        <button key={what} type="button" disabled={busy !== ""} onClick={() => void look(what)}>
          {busy === what ? t("loading") : t(`more.${what}`)}
        </button>
      ))}
      <span class="soft" role="status">
        {said}
      </span>
    </div>
  );
}

function Line({ place, names, selected, onSelect, onToggle, onStyle, onRemove }: Props & { place: ReviewItem }): JSX.Element {
  const name = names.get(place.id) ?? "";
  return (
    <li class={place.id === selected ? "selected" : ""} onPointerEnter={() => onSelect(place.id)} onFocusCapture={() => onSelect(place.id)}>
      <span class="what">
        <strong>{name}</strong> <span class={place.visible ? "is visible" : "is"}>{t(place.visible ? "places.visible" : "places.covered")}</span>
        {place.asked ? <span class="is asked">{t("places.asked")}</span> : place.doubtful && <span class="is asked">{t("places.doubtful")}</span>}
      </span>
      <span class="acts">
        {!place.visible && (
          <select
            aria-label={t("places.style", { place: name })}
            value={place.style ?? ""}
            onChange={(event) => onStyle(place.id, STYLES.find((style) => style === event.currentTarget.value) ?? null)}
          >
            <option value="">{t("style.usual")}</option>
            {STYLES.map((style) => (
              <option key={style} value={style}>
                {t(`style.${style}`)}
              </option>
            ))}
          </select>
        )}
        {place.origin === "drawn" ? (
          <button type="button" aria-label={`${t("places.delete")}: ${name}`} onClick={() => onRemove(place.id)}>
            {t("places.delete")}
          </button>
        ) : (
          <button
            type="button"
            aria-label={`${t(place.visible ? "places.cover" : "places.leave")} ${name}`}
            onClick={() => onToggle(place.id)}
          >
            {t(place.visible ? "places.cover" : "places.leave")}
          </button>
        )}
      </span>
    </li>
  );
}
