// Whom to turn to, on two paths that are kept apart; and letters that are filled in here and nowhere kept.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "./api";
import type { HelpPath, HelpTold, LetterForm } from "./model";
import { Icon, failure } from "./parts";
import { store } from "./store";
import { language, t } from "./words";

export function Help({ leave }: { leave: () => void }): JSX.Element {
  const [told, setTold] = useState<HelpTold | null>(null);
  const [problem, setProblem] = useState("");
  const main = useRef<HTMLElement>(null);
  useEffect(() => main.current?.focus(), []);
  useEffect(() => void get<HelpTold>("/api/help").then(setTold, (error: unknown) => setProblem(failure(error))), [language]);
  return (
    <main id="content" class="helping" tabIndex={-1} ref={main}>
      <div class="title">
        <button type="button" class="quiet" onClick={leave}>
          <Icon name="back" /> {t(store.album ? "picture.back" : "forms.start")}
        </button>
      </div>
      <h1>{t("help.title")}</h1>
      <p class="soft">{t("help.lead")}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {told && (
        <>
          <div class="paths">
            {told.paths.map((path) => (
              <Way key={path.name} path={path} />
            ))}
          </div>
          <Letters told={told} />
        </>
      )}
    </main>
  );
}

function Way({ path }: { path: HelpPath }): JSX.Element {
  const id = `help-${path.name}`;
  return (
    <section class={`card ${path.name}`} aria-labelledby={id}>
      <h2 id={id}>{path.title}</h2>
      <p>{path.about}</p>
      <ol>
        {path.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <ul class="plain helpers">
        {path.helpers.map(({ name, about, where, address, number, state }) => (
          <li key={name + about}>
            <span>
              <a href={address} target="_blank" rel="noopener noreferrer">
                {name}
              </a>{" "}
              ({where || t("help.where")})
            </span>
            <span>{about}</span>
            {number && (
              <a class="number" href={`tel:${number}`}>
                {t("help.call", { number })}
              </a>
            )}
            <small>
              {address.replace("https://", "")} · {state}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Answers = Record<string, string>;

function Letters({ told }: { told: HelpTold }): JSX.Element {
  const [name, setName] = useState(told.letters[0]?.name ?? "");
  const [answers, setAnswers] = useState<Answers>({});
  const letter = told.letters.find((one) => one.name === name) ?? told.letters[0];
  if (!letter) return <></>;
  const text = written(letter, answers, told);
  const answer = (field: string, value: string): void => setAnswers({ ...answers, [field]: value });
  return (
    <section class="letters" aria-labelledby="help-letters">
      <div class="card">
        <h2 id="help-letters">{t("help.letters")}</h2>
        <p class="soft">{t("help.letters.text")}</p>
        <fieldset>
          <legend>{t("help.choose")}</legend>
          <div class="choices">
            {told.letters.map((one) => (
              <label key={one.name} class="choice">
                <input type="radio" name="letter" checked={one.name === name} onChange={() => setName(one.name)} />
                <span>
                  <strong>{one.title}</strong>
                  <small>{one.about}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <div class="writing">
          <form class="answers" autocomplete="off" onSubmit={(event) => event.preventDefault()}>
            {letter.fields.map((field) => (
              <label key={field.name}>
                <span>{field.label}</span>
                {field.choices.length ? (
                  <select value={answers[field.name] ?? field.choices[0]?.value} onChange={(event) => answer(field.name, event.currentTarget.value)}>
                    {field.choices.map(({ value, words }) => (
                      <option key={value} value={value}>
                        {words}
                      </option>
                    ))}
                  </select>
                ) : (
                  <textarea rows={1} value={answers[field.name] ?? ""} onInput={(event) => answer(field.name, event.currentTarget.value)} />
                )}
              </label>
            ))}
          </form>
          <div class="written answers">
            <h3>{t("help.preview")}</h3>
            <p class="sheet">{text}</p>
            <div class="acts">
              <button type="button" class="primary" onClick={() => print()}>
                {t("help.print")}
              </button>
              <button type="button" onClick={() => save(text)}>
                {t("help.save")}
              </button>
            </div>
            <p class="soft">{t("help.law")}</p>
          </div>
        </div>
      </div>
    </section>
  );
}

// As `letters.filled` in the package has it.
function written(letter: LetterForm, answers: Answers, { blank, today }: HelpTold): string {
  const values: Answers = { today, blank };
  for (const { name, choices } of letter.fields) values[name] = answers[name]?.trim() || choices[0]?.value || blank;
  return letter.parts
    .filter(({ field, choice }) => !field || values[field] === choice)
    .map(({ text }) => text.replace(/\{(\w+)\}/g, (_, gap: string) => values[gap] ?? blank))
    .join("\n\n");
}

function save(text: string): void {
  const url = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = t("help.file");
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 1000);
}
