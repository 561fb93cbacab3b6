// The sentences of the page, in the language of whoever reads.

import { get, speak } from "./api";
import type { Words } from "./model";

// In a cookie: the port is another one after each start, and with it everything else that a browser keeps for a page.
const LANGUAGE = "paravent-language";
const YEAR = 365 * 24 * 3600;

let words: Words["words"] = {};
let plural = new Intl.PluralRules("en");

export let language = "en";

export async function learn(wanted?: string): Promise<void> {
  if (wanted) document.cookie = `${LANGUAGE}=${wanted}; max-age=${YEAR}; path=/; samesite=strict`;
  const kept = document.cookie.match(/(?:^|; )paravent-language=(en|fr)/)?.[1];
  speak(wanted ?? kept ?? navigator.language);
  const told = await get<Words>("/api/words");
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
