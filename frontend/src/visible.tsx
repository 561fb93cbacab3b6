// Leaving somebody visible: why, by which form, until when.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { bounds, path } from "./geometry";
import { type Permission, REASONS, type Reason, type Shape } from "./model";
import { Dialog } from "./parts";
import { store } from "./store";
import { t } from "./words";

const FORM = /^(?=.{1,20}$)[A-Za-z./-]{0,4}[0-9][A-Za-z0-9./-]*$/;

type Size = { width: number; height: number };
type Props = { name: string; url: string; size: Size; shape: Shape | null; onClose: () => void; onPermit: (permission: Permission) => void };

export function Visible({ name, url, size, shape, onClose, onPermit }: Props): JSX.Element {
  const [reason, setReason] = useState<Reason | "">("");
  const [form, setForm] = useState("");
  const [until, setUntil] = useState(store.server?.schoolYearEnds ?? "");
  const [problem, setProblem] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!reason) setProblem(t("visible.missing"));
    else if (form && !FORM.test(form)) setProblem(t("visible.wrong"));
    else onPermit({ reason, form, until });
  };
  return (
    <Dialog title={t("visible.title", { place: name })} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        {url && shape && (
          <svg class="which" role="img" aria-label={t("visible.which", { place: name })} viewBox={around(shape, size)}>
            <image href={url} width={size.width} height={size.height} preserveAspectRatio="none" />
            <path class="shade" d={`M0 0H${size.width}V${size.height}H0Z${path(shape)}`} fill-rule="evenodd" />
            <path class="around" d={path(shape)} />
          </svg>
        )}
        <div class="choices" role="radiogroup" aria-labelledby="dialog-title">
          {REASONS.map((one) => (
            <label key={one} class="choice">
              <input type="radio" name="reason" value={one} checked={reason === one} onChange={() => setReason(one)} />
              <span>{t(`visible.${one}`)}</span>
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

const AROUND = 3; // times as large as the place

// The part of the picture that shows a place and what is beside it.
function around(shape: Shape, size: Size): string {
  const box = bounds(shape);
  const h = Math.min(size.height, AROUND * Math.max(box.w, box.h));
  const w = Math.min(size.width, 2 * h);
  const [x, y] = [box.x + box.w / 2 - w / 2, box.y + box.h / 2 - h / 2];
  return `${Math.min(Math.max(0, x), size.width - w)} ${Math.min(Math.max(0, y), size.height - h)} ${w} ${h}`;
}
