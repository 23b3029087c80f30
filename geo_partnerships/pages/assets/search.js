/* Search by school, place, postcode or partnership, with a live list of results, on a page without a map. */
import { startSearch } from "./shared/searching.js";

startSearch();
