/** Draws docs/pictures anew from the lessons: part of `npm run docs`, which runs the built file from the repository. */
import { mkdirSync, writeFileSync } from "node:fs";
import { lessonNames, runLesson } from "./lessons.ts";

const folder = "models/lessons/";

mkdirSync("docs/pictures", { recursive: true });
for (const name of lessonNames(folder))
  for (const [file, picture] of (await runLesson(name, folder)).pictures)
    writeFileSync(`docs/pictures/${file}`, picture);
