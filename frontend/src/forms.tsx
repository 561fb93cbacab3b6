// The forms by which people are left visible: what relies on each, taking one back, and the copies to take down.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, send } from "./api";
import type { Form, FormCopy, Forms as Told } from "./model";
import { Dialog, Icon, announce, day, failure, useStore } from "./parts";
import { store } from "./store";
import { t } from "./words";

type Props = { leave: () => void; open: (n: number) => void };

export function Forms({ leave, open }: Props): JSX.Element {
  useStore();
  const [told, setTold] = useState<Told | null>(null);
  const [problem, setProblem] = useState("");
  const [asking, setAsking] = useState("");
  const main = useRef<HTMLElement>(null);
  const load = (): void => void get<Told>("/api/forms").then(setTold, (error: unknown) => setProblem(failure(error)));
  useEffect(() => main.current?.focus(), []);
  // Whatever changes anywhere may change what relies on a form.
  useEffect(load, [store.album?.serial]);
  useEffect(() => {
    addEventListener("focus", load);
    return () => removeEventListener("focus", load);
  }, []);
  const withdraw = async (form: string): Promise<void> => {
    setAsking("");
    try {
      setTold(await send<Told>("POST", "/api/forms/withdraw", { form }));
      announce(t("forms.done", { form }));
      store.soon();
    } catch (error) {
      setProblem(failure(error));
    }
  };
  const down = told?.forms.flatMap((form) => form.copies.filter((copy) => copy.over).map((copy): [Form, FormCopy] => [form, copy])) ?? [];
  // Whoever is visible without a form stands under the number "": there is nothing to take back, and nobody asked.
  const asked = asking ? told?.forms.find((form) => form.number === asking) : undefined;
  return (
    <main id="content" class="forms" tabIndex={-1} ref={main}>
      <div class="title">
        <button type="button" class="quiet" onClick={leave}>
          <Icon name="back" /> {t(store.album ? "picture.back" : "forms.start")}
        </button>
      </div>
      <h1>{t("forms.title")}</h1>
      <p class="soft">{t("forms.lead")}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {told && told.damaged > 0 && <p class="note">{t("forms.damaged", { count: told.damaged })}</p>}
      {told && down.length > 0 && <Down down={down} />}
      {told && !told.forms.length && <p class="card">{t("forms.none")}</p>}
      <ul class="plain papers">
        {told?.forms.map((form) => (
          <li key={form.number} class="card">
            <Paper form={form} open={open} onWithdraw={() => setAsking(form.number)} />
          </li>
        ))}
      </ul>
      {asked && (
        <Dialog title={t("forms.sure", { form: asked.number })} onClose={() => setAsking("")}>
          <p>{t("forms.sure.text", { pictures: t("forms.pictures", { count: asked.pictures.length }), copies: t("forms.copies", { count: asked.copies.length }) })}</p>
          <footer>
            <button type="button" onClick={() => setAsking("")}>
              {t("cancel")}
            </button>
            <button type="button" class="primary" onClick={() => void withdraw(asked.number)}>
              {t("forms.withdraw.sure")}
            </button>
          </footer>
        </Dialog>
      )}
    </main>
  );
}

const fileName = (path: string): string => path.split(/[\\/]/).pop() || path;

function Paper({ form, open, onWithdraw }: { form: Form; open: (n: number) => void; onWithdraw: () => void }): JSX.Element {
  const until = form.ends === form.until ? t("permit.until", { day: day(form.until) }) : t("forms.between", { first: day(form.ends), last: day(form.until) });
  const name = form.number ? t("permit.form", { form: form.number }) : t("permit.none");
  return (
    <>
      <div class="head">
        <h2>{name}</h2>
        <span class={`mark ${form.standing}`}>
          {form.standing === "withdrawn" ? t("forms.withdrawn", { day: day(form.withdrawn) }) : form.standing === "expired" ? t("forms.expired", { day: day(form.until) }) : until}
        </span>
        <span class="space" />
        {form.number && form.standing !== "withdrawn" && (
          <button type="button" aria-label={`${t("forms.withdraw")}: ${name}`} onClick={onWithdraw}>
            {t("forms.withdraw")}
          </button>
        )}
      </div>
      <Names title={t("forms.pictures", { count: form.pictures.length })} count={form.pictures.length}>
        {form.pictures.map(({ path, n }, i) => (
          <li key={i} class="path" title={path}>
            {n === null ? (
              path || t("forms.unknown")
            ) : (
              <a href={`#${n}`} onClick={(event) => (event.preventDefault(), open(n))}>
                {fileName(path)}
              </a>
            )}
          </li>
        ))}
      </Names>
      <Names title={t("forms.copies", { count: form.copies.length })} count={form.copies.length}>
        {form.copies.map((copy, i) => (
          <li key={i} class="path">
            {copy.path || t("forms.gone", { name: fileName(copy.original) })}
          </li>
        ))}
      </Names>
    </>
  );
}

function Names({ title, count, children }: { title: string; count: number; children: ComponentChildren }): JSX.Element {
  if (!count) return <p class="soft">{title}</p>;
  return (
    <details>
      <summary>{title}</summary>
      <ul class="names">{children}</ul>
    </details>
  );
}

// The copies to take down: to be read, printed, and saved as a table.
function Down({ down }: { down: [Form, FormCopy][] }): JSX.Element {
  return (
    <section class="card down" aria-labelledby="down-title">
      <h2 id="down-title">{t("forms.down", { count: down.length })}</h2>
      <p>{t("forms.down.text")}</p>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="down-title">
        <table>
          <thead>
            <tr>
              {["forms.form", "forms.why", "forms.copy", "forms.original"].map((name) => (
                <th key={name} scope="col">
                  {t(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows(down).map((row, i) => (
              <tr key={i}>
                {row.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer>
        <button type="button" onClick={() => print()}>
          {t("forms.print")}
        </button>
        <button type="button" onClick={() => save(down)}>
          {t("forms.csv")}
        </button>
      </footer>
    </section>
  );
}

const rows = (down: [Form, FormCopy][]): string[][] =>
  down.map(([form, copy]) => [
    form.number || t("permit.none"),
    form.standing === "withdrawn" ? t("forms.withdrawn", { day: day(form.withdrawn) }) : t("forms.ended"),
    copy.path || t("forms.elsewhere"),
    copy.original,
  ]);

// Spreadsheets take what begins with one of these for a formula.
const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

function save(down: [Form, FormCopy][]): void {
  const head = ["forms.form", "forms.why", "forms.copy", "forms.original"].map((name) => t(name));
  const separator = t("forms.separator"); // what spreadsheets expect where this language is spoken
  const text = [head, ...rows(down)].map((row) => row.map(cell).join(separator)).join("\r\n");
  const url = URL.createObjectURL(new Blob(["\ufeff", text, "\r\n"], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "paravent-take-down.csv";
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}
