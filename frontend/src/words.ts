// The sentences of the page, in the language of whoever reads.

import { get, speak } from "./api";

type Words = Record<string, string | [string, string]>;
const LANGUAGE = "paravent-language";

let words: Words = {};
let plural = new Intl.PluralRules("en");

export let language = "en";

export async function learn(wanted?: string): Promise<void> {
  if (wanted) localStorage.setItem(LANGUAGE, wanted);
  speak(wanted ?? localStorage.getItem(LANGUAGE) ?? navigator.language);
  const told = await get<{ language: string; words: Words }>("/api/words");
  words = told.words;
  language = told.language;
  plural = new Intl.PluralRules(language);
  document.documentElement.lang = language;
}

export function t(name: string, gaps: Record<string, string | number> = {}): string {
  const told = words[name] ?? name;
  const sentence = typeof told === "string" ? told : told[plural.select(Number(gaps.count)) === "one" ? 0 : 1];
  return sentence.replace(/\{(\w+)\}/g, (_, gap: string) => shown(gaps[gap]));
}

function shown(value: string | number | undefined): string {
  return typeof value === "number" ? value.toLocaleString(language) : (value ?? "");
}
