/* The map of all schools and the search over them: no library, and no request but for scripts beside this page. */
import { decode } from "../../pages/assets/shared/decode.js";
import { searchBox } from "../../pages/assets/shared/results.js";
import { loader } from "./atlas/loading.js";
import { AtlasMap } from "./atlas/map.js";
import { useSearch } from "./atlas/searching.js";
import { unpackSchools } from "./atlas/schools.js";
import { useButtons, useKeyboard, usePointer } from "./atlas/steering.js";
import { ATLAS_SHAPES } from "./schema.js";

/** @type {import("./schema.js").Country} */
const country = decode(ATLAS_SHAPES, "Country", window.atlasData);
const load = loader();
const schools = unpackSchools(country);
const atlasMap = new AtlasMap(country, schools, load);
usePointer(atlasMap);
useKeyboard(atlasMap);
useButtons(atlasMap);
const atlasSearch = searchBox();
if (atlasSearch) useSearch(atlasSearch, country, load);
