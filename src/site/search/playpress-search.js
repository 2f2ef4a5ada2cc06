import "./core.js"; import "./languages.js";
export const search = (query, options) => globalThis.playpressSearch.at(new URL(".", import.meta.url).href).search(query, options);
