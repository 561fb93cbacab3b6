// Beside the picture: its places, what the file gives away, and what happens with it.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Item, isPerson, singledOut } from "./items";
import type { Detail, Outcome, Permission, Style } from "./model";
import { Icon, day } from "./parts";
import { StyleChoice, StyleOfAll } from "./style";
import { WatchCopy } from "./watch";
import { t } from "./words";

type Props = {
  detail: Detail | null;
  problem: string;
  items: Item[];
  names: Map<string, string>;
  selected: string;
  hot: string;
  onHot: (id: string) => void;
  onSelect: (id: string) => void;
  onToggle: (id: string) => void;
  onStyle: (items: Item[], style: Style | null) => void;
  onEverybody: () => void;
  onRemove: (id: string) => void;
  onMore: (what: string) => Promise<number>;
};

const MORE = ["people", "text", "codes"];
const OUTCOMES: Outcome[] = ["publish", "private", "no-post"];

export function Panel(props: Props): JSX.Element {
  const { detail, problem, items } = props;
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
      {detail && detail.ended.length > 0 && <Ended forms={detail.ended} />}
      {look?.moving && <p class="note">{t("picture.moving")}</p>}
      {look?.video && <p class="note">{t("picture.video")}</p>}
      {detail?.editable && look?.video && <Visibles {...props} />}
      {detail?.editable && look?.video && (singledOut(items) ? <Singled /> : null)}
      {detail?.editable && !look?.video && (
        <section aria-labelledby="places-title">
          <h2 id="places-title">{t("places.title")}</h2>
          {!items.length && <p>{t("places.none")}</p>}
          <StyleOfAll items={items} onStyle={props.onStyle} />
          <ul class="plain places">
            {items.map((item) => (
              <Line key={item.id} item={item} {...props} />
            ))}
          </ul>
          <Everybody {...props} />
          {singledOut(items) && <Singled />}
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
      {detail?.copy && (
        <section aria-label={t("outcome.written")}>
          <p class="soft path">{t("outcome.copy", { path: detail.copy })}</p>
          {look?.video && <WatchCopy key={detail.copy + detail.version} n={detail.n} name={detail.name} />}
        </section>
      )}
    </div>
  );
}

type DecideProps = { detail: Detail; outcome: Outcome; onOutcome: (outcome: Outcome) => void; onAccept: () => void };

// Always within reach, whatever is on the screen.
export function Decide({ detail, outcome, onOutcome, onAccept }: DecideProps): JSX.Element {
  return (
    <form
      class="outcome"
      onSubmit={(event) => {
        event.preventDefault();
        onAccept();
      }}
    >
      <fieldset>
        <legend>{t("outcome.title")}</legend>
        {OUTCOMES.map((one) => (
          <label key={one}>
            <input type="radio" name="outcome" value={one} checked={(outcome || "publish") === one} onChange={() => onOutcome(one)} />
            {t(`outcome.${one}`)}
          </label>
        ))}
      </fieldset>
      <button type="submit" class="primary large" disabled={detail.state === "working"}>
        {detail.state === "working" ? t("state.working") : t("outcome.accept")}
      </button>
    </form>
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

// One decision for all people that are covered here; why is asked each time.
function Everybody({ items, onEverybody }: Props): JSX.Element | null {
  const count = items.filter((item) => isPerson(item) && !item.visible).length;
  if (count < 2) return null;
  return (
    <button type="button" onClick={onEverybody}>
      {t("places.everybody", { count })}
    </button>
  );
}

// By which forms somebody is visible in a film, where the rows below it have no room for that.
function Visibles({ items, names }: Props): JSX.Element | null {
  const open = items.filter((item) => item.visible);
  if (!open.length) return null;
  return (
    <ul class="plain places">
      {open.map((item) => (
        <li key={item.id}>
          <strong>{names.get(item.id)}</strong> {item.visible && <By permission={item.visible} />}
        </li>
      ))}
    </ul>
  );
}

// Why somebody is visible, by which form, and until when.
function By({ permission }: { permission: Permission }): JSX.Element {
  const { reason, form, until } = permission;
  return (
    <small class="by">
      {t(`visible.${reason}`)} · {form ? t("permit.form", { form }) : t("permit.none")} · {t("permit.until", { day: day(until) })}
    </small>
  );
}

function Ended({ forms }: { forms: string[] }): JSX.Element {
  return (
    <p class="problem" role="status">
      {t("over.text")} <a href="#forms">{t("over.forms", { forms: forms.map((form) => form || t("permit.none")).join(", ") })}</a>
    </p>
  );
}

function Line({ item, detail, names, selected, hot, onSelect, onHot, onToggle, onStyle, onRemove }: Props & { item: Item }): JSX.Element {
  const name = names.get(item.id) ?? "";
  const hidden = item.visible && item.parts.some((part) => detail?.hidden.includes(part.id));
  const chosen = item.parts.some((part) => part.id === (hot || selected));
  return (
    <li class={chosen ? "selected" : ""} onPointerEnter={() => onHot(item.id)} onPointerLeave={() => onHot("")} onFocusCapture={() => onSelect(item.id)}>
      <span class="what">
        <strong>{name}</strong> <span class={item.visible ? "is visible" : "is"}>{t(item.visible ? "places.visible" : "places.covered")}</span>
        {item.asked ? <span class="is asked">{t("places.asked")}</span> : item.doubtful && <span class="is asked">{t("places.doubtful")}</span>}
        {item.visible && <By permission={item.visible} />}
        {hidden && <small class="is asked">{t("places.hidden")}</small>}
      </span>
      <span class="acts">
        {!item.visible && (
          <StyleChoice label={t("places.style", { place: name })} value={item.style ?? ""} onChange={(style) => onStyle([item], style)} />
        )}
        {item.drawn ? (
          <button type="button" aria-label={`${t("places.delete")}: ${name}`} onClick={() => onRemove(item.id)}>
            {t("places.delete")}
          </button>
        ) : (
          <button
            type="button"
            aria-label={`${t(item.visible ? "places.cover" : "places.leave")} ${name}`}
            onClick={() => onToggle(item.id)}
          >
            {t(item.visible ? "places.cover" : "places.leave")}
          </button>
        )}
      </span>
    </li>
  );
}
