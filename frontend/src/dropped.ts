// What was dropped on the page: names, sizes and times. No browser tells where it lies, and no content is read.

import type { Dropped, DroppedFile } from "./model";

const MOST = 5000; // files of a folder
const SOME = 40; // of a dropped folder, by which it is told from others of its name
const DEEP = 3;

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));
const told = (name: string, { size, lastModified }: File): DroppedFile => ({ name, size, changed: lastModified });

// To be called while the event is handled: afterwards a browser knows nothing of it. Null for nothing that lies somewhere.
export function droppedIn(event: DragEvent): Promise<Dropped | null> {
  const entries = [...(event.dataTransfer?.items ?? [])].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return gathered(entries);
}

async function gathered(entries: FileSystemEntry[]): Promise<Dropped | null> {
  const [first] = entries;
  if (first?.isDirectory && entries.length === 1) {
    const files: DroppedFile[] = [];
    await gather(first as FileSystemDirectoryEntry, "", 0, files);
    return { folder: first.name, files };
  }
  const files = entries.filter((entry) => entry.isFile).slice(0, MOST) as FileSystemFileEntry[];
  if (!files.length || files.length < entries.length) return null;
  return { folder: "", files: await Promise.all(files.map(async (entry) => told(entry.name, await fileOf(entry)))) };
}

async function gather(folder: FileSystemDirectoryEntry, above: string, depth: number, files: DroppedFile[]): Promise<void> {
  const reader = folder.createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return;
    for (const entry of some) {
      if (files.length >= SOME) return;
      if (entry.isFile) files.push(told(above + entry.name, await fileOf(entry as FileSystemFileEntry)));
      else if (depth < DEEP) await gather(entry as FileSystemDirectoryEntry, `${above}${entry.name}/`, depth + 1, files);
    }
  }
}
