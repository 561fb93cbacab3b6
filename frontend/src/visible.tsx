// Leaving somebody visible: why, by which form, until when.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { bounds, path } from "./geometry";
import { type Permission, REASONS, type Reason, type Shape } from "./model";
import { singleKeys } from "./keys";
import { Dialog, day } from "./parts";
import { store } from "./store";
import { t } from "./words";

const FORM = /^(?=.{1,20}$)[A-Za-z./-]{0,4}[0-9][A-Za-z0-9./-]*$/;

type Size = { width: number; height: number };
// name: "" for everybody in the picture.
type Props = { name: string; count: number; url: string; size: Size; shapes: Shape[]; onClose: () => void; onPermit: (permission: Permission) => void };

// What was answered last, offered again as long as the folder is open. Never for everybody: that is asked each time.
let last: Permission | null = null;

export const forgetPermission = (): void => void (last = null);

export function Visible({ name, count, url, size, shapes, onClose, onPermit }: Props): JSX.Element {
  const everybody = name === "";
  const [reason, setReason] = useState<Reason | "">("");
  const [form, setForm] = useState(everybody ? (last?.form ?? "") : "");
  const [until, setUntil] = useState(store.server?.schoolYearEnds ?? "");
  const [problem, setProblem] = useState("");
  const permit = (permission: Permission): void => onPermit((last = permission));
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!reason) setProblem(t("visible.missing"));
    else if (form && !FORM.test(form)) setProblem(t("visible.wrong"));
    else permit({ reason, form, until });
  };
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      const wanted = REASONS[Number(event.key) - 1];
      if (!wanted || !singleKeys() || event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as HTMLElement).matches("input[type=text], input[type=date]")) return;
      setReason(wanted);
      event.preventDefault();
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!last || everybody) first.current?.querySelector("input")?.focus();
  }, []);
  const title = everybody ? t("visible.everybody", { count }) : t("visible.title", { place: name });
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        {url && shapes.length > 0 && (
          <svg class="which" role="img" aria-label={t("visible.which", { place: name || t("visible.all") })} viewBox={around(shapes, size)}>
            <image href={url} width={size.width} height={size.height} preserveAspectRatio="none" />
            <mask id="others">
              <rect width={size.width} height={size.height} fill="#fff" />
              <path d={shapes.map(path).join("")} fill="#000" />
            </mask>
            <rect class="shade" width={size.width} height={size.height} mask="url(#others)" />
            <path class="around" d={shapes.map(path).join("")} />
          </svg>
        )}
        {last && !everybody && <Again permission={last} onPermit={permit} />}
        <div ref={first} class="choices" role="radiogroup" aria-labelledby="dialog-title">
          {REASONS.map((one, i) => (
            <label key={one} class="choice">
              <input type="radio" name="reason" value={one} checked={reason === one} onChange={() => setReason(one)} />
              <span>{t(`visible.${one}`)}</span>
              {singleKeys() && <kbd aria-hidden="true">{i + 1}</kbd>}
            </label>
          ))}
        </div>
        <div class="fields">
          <label>
            <span>{t("visible.form")}</span>
            <input type="text" value={form} maxLength={20} autocomplete="off" aria-describedby="form-text" onInput={(event) => setForm(event.currentTarget.value)} />
            <small id="form-text">{t("visible.form.text")}</small>
          </label>
          <label>
            <span>{t("visible.until")}</span>
            <input type="date" value={until} min={store.server?.today} required onInput={(event) => setUntil(event.currentTarget.value || until)} />
          </label>
        </div>
        <p class="soft">{t("visible.text")}</p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <footer>
          <button type="button" onClick={onClose}>
            {t("cancel")}
          </button>
          <button type="submit" class="primary">
            {t("visible.ok")}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

function Again({ permission, onPermit }: { permission: Permission; onPermit: (permission: Permission) => void }): JSX.Element {
  const { reason, form, until } = permission;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <button ref={button} type="button" class="again" onClick={() => onPermit(permission)}>
      <strong>{t("visible.again")}</strong>
      <small>
        {t(`visible.${reason}`)} · {form ? t("permit.form", { form }) : t("permit.none")} · {t("permit.until", { day: day(until) })}
      </small>
    </button>
  );
}

const AROUND = 3; // times as large as the place

// The part of the picture that shows places and what is beside them.
function around(shapes: Shape[], size: Size): string {
  const boxes = shapes.map(bounds);
  const [left, top] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const [right, bottom] = [Math.max(...boxes.map((box) => box.x + box.w)), Math.max(...boxes.map((box) => box.y + box.h))];
  const h = Math.min(size.height, (shapes.length > 1 ? 1.2 : AROUND) * Math.max((right - left) / 2, bottom - top));
  const w = Math.min(size.width, 2 * h);
  const [x, y] = [(left + right - w) / 2, (top + bottom - h) / 2];
  return `${Math.min(Math.max(0, x), size.width - w)} ${Math.min(Math.max(0, y), size.height - h)} ${w} ${h}`;
}
