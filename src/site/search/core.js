// The search of a playpress site. It has no dependency, needs no worker and nothing that a strict policy for scripts forbids, and runs in browsers
// (from `file://` too), in Node, and within playpress itself. The form of the files that it reads is described beside the code that writes them.

"use strict";

(() => {
  if (globalThis.playpressSearch) return;

  const VERSION = 1;
  /** Longer queries are cut: what is looked at, in signs and in words. */
  const LONGEST_QUERY = 1000;
  const MOST_WORDS = 20;
  /** A longer word is not looked for in other spellings. */
  const LONGEST_WORD = 40;
  /** A word that is still being typed stands for so many words at most. */
  const MOST_TERMS = 64;
  /** What another form of a word is worth. */
  const OTHER_FORM = 0.6;
  /** So many files of words are read for the beginning of a word. */
  const MOST_FILES = 4;
  /** With fewer hits than this, another language is searched too. */
  const FEW_HITS = 3;
  /** What joins two words to one, in languages that write them so. */
  const JOINTS = { de: ["", "s", "n", "en", "es", "er"], nl: ["", "s", "e", "en"], da: ["", "s", "e"], sv: ["", "s"], nb: ["", "s", "e"], nn: ["", "s", "e"], no: ["", "s", "e"] };
  /** What two words are worth as one that a query has in the other order: `Zuweisung der Rolle` is a `Rollenzuweisung`. */
  const TURNED = 0.8;
  /** What a longer word is worth that a word of the query is part of, in a text and in a heading. */
  const WITHIN = 0.3;
  const WITHIN_HEADING = 0.8;
  /** How long an excerpt is, in signs. */
  const EXCERPT = 180;
  const SHORT = 60;

  class SearchError extends Error {
    /** `reason`: `missing` (it could not be loaded), `damaged`, `version`. */
    constructor(reason, message) {
      super(message);
      this.name = "SearchError";
      this.reason = reason;
    }
  }

  // ---- Files. Each is a script that hands over a string. ----

  /** What scripts handed over that nobody took yet. */
  const arrived = new Map();

  function add(name, sum, payload) {
    arrived.set(name, { sum, payload });
  }

  let languageTags = null;

  function languages(tags) {
    languageTags = tags;
  }

  function checksum(text) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    return hash >>> 0;
  }

  function runScript(url, name) {
    if (globalThis.playpressLoad) return globalThis.playpressLoad(name);
    if (typeof document === "undefined") return import(url);
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () => { script.remove(); resolve(); };
      script.onerror = () => { script.remove(); reject(new Error(url)); };
      document.head.append(script);
    });
  }

  async function loadFile(base, name, query = "") {
    try {
      await runScript(`${base}${name}.js${query}`, name);
    } catch {
      throw new SearchError("missing", `The index could not be loaded: ${name}`);
    }
    const file = arrived.get(name);
    arrived.delete(name);
    if (!file || checksum(file.payload) !== file.sum) throw new SearchError("damaged", `The index is damaged: ${name}`);
    return file.payload;
  }

  // ---- Words, as `words.rs` has them. ----

  const INVISIBLE = /\p{Cf}/gu;
  const ACCENTS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]/g;
  const LIKE = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ", "\u2019": "'", "\u02bc": "'", "\u2010": "-" };
  const LIKES = /[ßæœøłđðþıς\u2019\u02bc\u2010]/g;
  const DENSE = "\\u0e00-\\u0eff\\u1000-\\u109f\\u1100-\\u11ff\\u1780-\\u17ff\\u2e80-\\u2fdf\\u3005-\\u3007\\u3031-\\u30fa\\u30fc-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua960-\\ua97f\\uac00-\\ud7ff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
  const LETTER = "\\p{Alphabetic}\\p{N}\\p{M}";
  /** A run of dense signs, or a word; within a word, apostrophes. */
  const PIECES = new RegExp(`(?:(?=[${DENSE}])[${LETTER}])+|(?:(?![${DENSE}])[${LETTER}])+(?:'(?:(?![${DENSE}])[${LETTER}])+)*`, "gu");
  const IS_DENSE = new RegExp(`^[${DENSE}]`, "u");
  const PLAIN = /^[\0-\x7f]*$/;

  function fold(text) {
    if (PLAIN.test(text)) return text.toLowerCase();
    return text.replace(INVISIBLE, "").normalize("NFKC").toLowerCase().normalize("NFD").replace(ACCENTS, "").replace(LIKES, (sign) => LIKE[sign]).normalize("NFC");
  }

  /**
   * The words of a query: `{ text, at, parts?, joined?, phrase? }`. `parts` are the pairs of a run of dense signs, `joined` is the word with the
   * one that a hyphen joins to it, `phrase` numbers the words between quotes.
   */
  function parse(query) {
    const words = [];
    const phrases = fold(String(query).slice(0, LONGEST_QUERY)).split(/["“”„«»「」]/);
    let at = 0;
    phrases.forEach((text, index) => {
      const phrase = index % 2 === 1 && index < phrases.length - 1 ? index : 0;
      let before = null;
      for (const match of text.matchAll(PIECES)) {
        if (words.length >= MOST_WORDS) return;
        if (IS_DENSE.test(match[0])) {
          const signs = Array.from(match[0]);
          const parts = signs.length < 2 ? null : signs.slice(1).map((sign, index) => signs[index] + sign).slice(0, MOST_WORDS);
          words.push({ text: match[0], at, phrase, parts, isDense: true });
          at += signs.length;
          before = null;
          continue;
        }
        const word = { text: match[0].replaceAll("'", ""), at, phrase, isNumber: /^[0-9]+$/.test(match[0]) };
        if (before && text[match.index - 1] === "-" && before.end === match.index - 1 && !(before.isNumber && word.isNumber)) {
          before.joined = word.joined = before.text + word.text;
        }
        word.end = match.index + match[0].length;
        words.push(word);
        before = word;
        at += 1;
      }
    });
    return words;
  }

  // ---- An index of one language. ----

  class Digits {
    constructor(signs) {
      this.values = new Uint8Array(128);
      for (let index = 0; index < signs.length; index += 1) this.values[signs.charCodeAt(index)] = index;
    }

    /** Reads all numbers of a text; positions are exact, so no number may be left over. */
    all(text) {
      const { values } = this;
      const numbers = [];
      let value = 0;
      for (let at = 0; at < text.length; at += 1) {
        const digit = values[text.charCodeAt(at)];
        if (digit < 64) {
          numbers.push(value * 64 + digit);
          value = 0;
        } else {
          value = value * 26 + digit - 64;
        }
      }
      return numbers;
    }
  }

  /** A word from its end to its beginning. */
  const turn = (word) => Array.from(word).reverse().join("");

  const split = (text) => (text ? text.split(" ") : []);

  /** The last of `sorted` that is not above `value`; the first, if all are. */
  function lastUpTo(sorted, value) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] <= value) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  /** The first of `sorted` that is not below `value`. */
  function firstFrom(sorted, value) {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The numbers of the files that hold what begins with `prefix`, as far as they are few; `firsts` are their first words. */
  function filesFrom(firsts, prefix) {
    const first = lastUpTo(firsts, prefix);
    let end = first + 1;
    while (end < firsts.length && end - first < MOST_FILES && firsts[end].startsWith(prefix)) end += 1;
    return firsts.length ? Array.from({ length: end - first }, (_, index) => first + index) : [];
  }

  /** The number of the file that holds a unit. */
  function textFile(root, page, unit) {
    let number = lastUpTo(root.textPages, page);
    while (number > 0 && root.textPages[number] === page && root.textUnits[number] > unit) number -= 1;
    return number;
  }

  class Index {
    constructor(base, language) {
      this.base = base;
      this.language = language;
      this.files = new Map();
      this.root = null;
    }

    /** The root, again from the server if `query` says so. */
    open(query = "") {
      this.root ??= loadFile(this.base, `${this.language}/root`, query).then((payload) => {
        const root = JSON.parse(payload);
        if (root.version !== VERSION) throw new SearchError("version", "The index was made by another version of playpress.");
        this.digits = new Digits(root.digits);
        const starts = this.digits.all(root.texts);
        let page = 0;
        root.textPages = [];
        root.textUnits = [];
        for (let at = 0; at < starts.length; at += 2) {
          page += starts[at];
          root.textPages.push(page);
          root.textUnits.push(starts[at + 1]);
        }
        for (const key of ["terms", "words", "ends"]) root[key] = split(root[key]);
        // Names of files have six signs behind that of their sort.
        for (const [key, sort] of Object.entries({ term_files: "t", text_files: "x", word_files: "w", end_files: "v", facets: "f" })) {
          root[key] = (root[key].match(/.{6}/g) ?? []).map((name) => sort + name);
        }
        root.stop = new Set(root.stop);
        root.taskWords = new Set(root.task_words);
        return root;
      }).catch((error) => { this.root = null; throw error; });
      return this.root;
    }

    /** A file, read by `read`, once. */
    file(name, read) {
      if (!this.files.has(name)) {
        this.files.set(name, loadFile(this.base, `${this.language}/${name}`).then(read).catch((error) => { this.files.delete(name); throw error; }));
      }
      return this.files.get(name);
    }

    /** The words of a file, and what is known of them. */
    terms(root, number) {
      return this.file(root.term_files[number], (payload) => {
        const [terms, about, postings] = payload.split("\n");
        const list = terms.split(" ");
        const numbers = this.digits.all(about);
        const entries = [];
        let start = 0;
        for (let at = 0, index = 0; index < list.length; index += 1) {
          const [length, pages, shared] = [numbers[at], numbers[at + 1], numbers[at + 2]];
          at += 3;
          const stem = shared ? numbers[at++] : -1;
          entries.push({ term: list[index], pages, shared, stem, start, end: start + length, postings, numbers: null });
          start += length;
        }
        return { list, entries };
      });
    }

    /** What is known of a word; `undefined`, if no text has it. */
    async exact(term) {
      const root = await this.open();
      if (!root.terms.length) return undefined;
      const { list, entries } = await this.terms(root, lastUpTo(root.terms, term));
      const at = firstFrom(list, term);
      return list[at] === term ? entries[at] : undefined;
    }

    /** The words that begin with `prefix`, as far as few files hold them. */
    async startingWith(prefix) {
      const root = await this.open();
      const found = [];
      for (const { list, entries } of await Promise.all(filesFrom(root.terms, prefix).map((number) => this.terms(root, number)))) {
        for (let at = firstFrom(list, prefix); at < list.length && list[at].startsWith(prefix); at += 1) found.push(entries[at]);
      }
      return found;
    }

    /** Words alone that begin with `prefix`; with `reversed`, that end with it. */
    async wordsStartingWith(prefix, reversed) {
      const root = await this.open();
      const [firsts, files] = reversed ? [root.ends, root.end_files] : [root.words, root.word_files];
      const found = [];
      for (const list of await Promise.all(filesFrom(firsts, prefix).map((number) => this.file(files[number], split)))) {
        for (let at = firstFrom(list, prefix); at < list.length && list[at].startsWith(prefix); at += 1) found.push(list[at]);
      }
      return found;
    }

    /** A page with one of its units, and those after it that are at hand: `{ url, title, facets, unit, after }`. */
    async text(page, unit) {
      const root = await this.open();
      const pages = await this.file(root.text_files[textFile(root, page, unit)], (payload) => {
        const map = new Map();
        for (const [slot, first, url, title, facets, units] of JSON.parse(payload)) map.set(slot, { first, url, title, facets, units });
        return map;
      });
      const record = pages.get(page);
      const at = unit - record.first;
      return { ...record, unit: record.units[at], after: record.units.slice(at + 1, at + 3) };
    }

    facets() {
      return this.open().then((root) => this.file(root.facets[0], (payload) => {
        const facets = JSON.parse(payload);
        for (const values of Object.values(facets)) for (const value of values) value[1] = this.places(value[1]);
        return facets;
      }));
    }

    /** Units of pages: from a page to a set of them; `null`: all of the page. */
    places(text) {
      const numbers = this.digits.all(text);
      const places = new Map();
      let page = 0;
      for (let at = 0; at < numbers.length;) {
        page += numbers[at++];
        let count = numbers[at++];
        const units = count ? new Set() : null;
        for (let unit = 0; count > 0; count -= 1) units.add(unit += numbers[at++]);
        places.set(page, units);
      }
      return places;
    }

    /** Longer words that begin or end with a word; of those that end so, the shortest. */
    async around(text) {
      const ends = (await this.wordsStartingWith(turn(text), true)).sort((a, b) => a.length - b.length).slice(0, 16);
      const entries = await Promise.all(ends.map((word) => this.exact(turn(word))));
      return [...entries, ...await this.startingWith(text)].filter((entry) => entry && entry.term !== text);
    }

    // ---- What a word of a query stands for. ----

    /** The words of the index that a word of a query means: a map from each to how well it fits, up to 1. */
    async meanings(word, isLast, neighbours) {
      const found = new Map();
      const put = (entry, weight) => { if (entry && (found.get(entry) ?? 0) < weight) found.set(entry, weight); };
      const { text } = word;
      if (word.isDense) {
        if (!word.parts) for (const entry of (await this.startingWith(text)).slice(0, MOST_TERMS)) put(entry, entry.term === text ? 1 : 0.9);
        return found;
      }
      const [exact, joined, ...pairs] = await Promise.all([this.exact(text), word.joined ? this.exact(word.joined) : undefined, ...neighbours.map(([pair]) => this.exact(pair))]);
      put(exact, 1);
      put(joined, 1);
      pairs.forEach((pair, number) => put(pair, neighbours[number][1]));
      if (exact?.shared) {
        const near = await this.startingWith(text.slice(0, exact.shared));
        for (const entry of near) if (entry.stem === exact.stem && entry.shared === exact.shared) put(entry, OTHER_FORM);
      }
      const mayBegin = word.isNumber ? text.length <= 3 : text.length >= (isLast ? 1 : 3);
      if (mayBegin && (isLast || !exact)) {
        let longer = (await this.startingWith(text)).filter((entry) => entry.term !== text);
        if (longer.length > MOST_TERMS) longer = longer.sort((a, b) => a.term.length - b.term.length || b.pages - a.pages).slice(0, MOST_TERMS);
        for (const entry of longer) put(entry, (exact ? 0.5 : 1) * (0.6 + 0.3 * text.length / entry.term.length));
      }
      if (!found.size && !word.isNumber) {
        await this.guess(text, put);
        // What it was taken for: the likeliest, of two the one that more pages have.
        const likely = Array.from(found).sort((a, b) => b[1] - a[1] || b[0].pages - a[0].pages)[0];
        if (likely) word.readAs = likely[0].term;
      }
      // The best guess is as good as what was typed, nearly.
      const best = Math.max(...found.values());
      if (best < 1) for (const [entry, weight] of found) found.set(entry, weight / best);
      return found;
    }

    /** What a word may mean that begins none: another spelling, the end of a longer word, a slip, two words as one. */
    async guess(text, put) {
      const putAll = async (words, weightOf) => {
        const entries = await Promise.all(words.map((word) => this.exact(word)));
        entries.forEach((entry, index) => put(entry, weightOf(words[index])));
      };
      const plain = text.replace(/([aou])e/g, "$1");
      const spelled = plain === text ? undefined : await this.exact(plain);
      put(spelled, 0.9);
      // Longer ones are no words, and cutting them up would read the whole index.
      if (spelled || text.length < 4 || text.length > LONGEST_WORD) return;
      // One slip, two neighbours swapped included, leaves what is before the middle as it is, or what is behind it.
      const half = Math.floor(text.length / 2);
      const backwards = turn(text);
      const tail = turn(text.slice(half + 1));
      const [ahead, behind] = await Promise.all([this.wordsStartingWith(text.slice(0, half), false), this.wordsStartingWith(tail, true)]);
      const tails = behind.filter((word) => word.startsWith(backwards)).map(turn);
      if (tails.length) {
        await putAll(tails.sort((a, b) => a.length - b.length).slice(0, 16), () => 0.7);
        return;
      }
      const isNear = (word) => Math.abs(word.length - text.length) <= 2;
      const candidates = new Set([...ahead.filter(isNear), ...behind.filter(isNear).map(turn)]);
      let near = Array.from(candidates).filter((word) => isOneSlip(text, word));
      if (!near.length && text.length >= 8) near = Array.from(candidates).filter((word) => areTwoSlips(text, word));
      if (near.length) {
        await putAll(near.slice(0, 12), (word) => (word[0] === text[0] ? 0.6 : 0.45));
        return;
      }
      // Two words that somebody wrote as one, or a compound of which each half is a word.
      for (let at = text.length - 3; at >= 3; at -= 1) {
        const first = await this.exact(text.slice(0, at));
        const second = first && await this.exact(text.slice(at));
        if (second) {
          put(first, 0.5);
          put(second, 0.5);
          return;
        }
      }
      // What has most of its beginning, such as another ending of the same word.
      for (let length = text.length - 1; length >= Math.max(4, text.length * 0.6); length -= 1) {
        const longer = await this.startingWith(text.slice(0, length));
        if (longer.length) {
          for (const entry of longer.slice(0, 16)) put(entry, 0.5 * length / Math.max(entry.term.length, text.length));
          return;
        }
      }
    }
  }

  /** Whether one sign is to be changed, added or left out, or two neighbours are to be swapped, to get from one word to another. */
  function isOneSlip(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let from = 0;
    while (from < a.length && a[from] === b[from]) from += 1;
    let [endA, endB] = [a.length, b.length];
    while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
      endA -= 1;
      endB -= 1;
    }
    if (endA - from <= 1 && endB - from <= 1) return true;
    return endA - from === 2 && endB - from === 2 && a[from] === b[from + 1] && a[from + 1] === b[from];
  }

  /** Whether two slips are enough: one of them lies before the other. */
  function areTwoSlips(a, b) {
    if (Math.abs(a.length - b.length) > 2) return false;
    let from = 0;
    while (from < a.length && a[from] === b[from]) from += 1;
    const [restA, restB] = [a.slice(from), b.slice(from)];
    // What may have happened at the first sign that differs; the rest has one slip at most.
    return isOneSlip(restA.slice(1), restB.slice(1)) || isOneSlip(restA.slice(1), restB) || isOneSlip(restA, restB.slice(1))
      || (restA[0] === restB[1] && restA[1] === restB[0] && isOneSlip(restA.slice(2), restB.slice(2)));
  }

  // ---- Ranking. ----

  const K1 = 0.8;
  const B = 0.6;
  const USUAL_LENGTH = 60;
  /** What the length of a text takes from how often it has a word. */
  const NORM = Array.from({ length: 8 }, (_, size) => 1 - B + B * (12 * 2 ** size) / USUAL_LENGTH);
  /** What a word of the query is worth in a title, in the title of the page around a section, in a heading, and in the name of a task. */
  const IN_TITLE = 5.5;
  const UNDER_TITLE = 1.4;
  const IN_HEADING = 4;
  const IN_NAME = 1.8;
  /** How much of a score depends on how many words of the query a unit has, and a page. */
  const UNIT_COVER = 0.8;
  const PAGE_COVER = 0.7;
  /** What is added for words that follow each other as in the query, and once more if all do. */
  const IN_ORDER = 1.2;
  const WHOLE_PHRASE = 1;
  /** What is added for a title, a heading or a name that is nothing but what was asked for. */
  const WHOLE_TITLE = 1.6;
  const WHOLE_HEADING = 0.5;
  const WHOLE_NAME = 0.25;
  /** What the other units of a page add, and from how many on a page is so long that having all words says little. */
  const OTHER_UNITS = 0.05;
  const MANY_UNITS = 16;
  /** A number that makes up so much of what a query asks for is the ID of a task. */
  const IS_ID = 0.6;
  /** What the index adds to the length of a heading that is the ID and the name of a task. */
  const ROW = 32;
  /** A page of the next version of a collection. */
  const PREVIEW = "2";
  const WEIGHTS = { 0: 1, 1: 0.85, 2: 0.93 };
  const UNITS = 65536;
  /** From this place on, words of a title are those of the page's other title. */
  const OTHER_TITLE = 48;

  /** What is known of the units that hold something of a query. Numbers of units count over all pages. */
  class Found {
    constructor(count) {
      this.count = count;
      this.places = new Map();
      this.keys = [];
      this.body = [];
      this.fit = [];
      this.heading = [];
      this.share = [];
      this.at = [];
      this.headingAt = [];
      /** Those that are rows of tasks, as far as a word of the query is in their names. */
      this.rows = new Set();
    }

    slot(key) {
      let slot = this.places.get(key);
      if (slot === undefined) {
        slot = this.keys.length;
        this.places.set(key, slot);
        this.keys.push(key);
        for (let word = 0; word < this.count; word += 1) {
          this.body.push(0);
          this.fit.push(0);
          this.heading.push(0);
          this.share.push(0);
          this.at.push(null);
          this.headingAt.push(-1);
        }
      }
      return slot;
    }

    put(word, key, fit, body, heading, share, at, headingAt, isRow) {
      const slot = this.slot(key);
      if (isRow) this.rows.add(slot);
      const index = slot * this.count + word;
      if (body > this.body[index]) this.body[index] = body;
      if (fit > this.fit[index]) this.fit[index] = fit;
      if (heading > this.heading[index]) {
        this.heading[index] = heading;
        this.share[index] = share;
        this.headingAt[index] = headingAt;
      }
      if (at) this.at[index] = this.at[index] ? this.at[index].concat(at) : at;
    }
  }

  /** Calls `each` with all places of a word: the page and unit, how much the text has of it, its length in a heading, its place there, its places. */
  function decode(entry, digits, hasPlaces, each) {
    entry.numbers ??= digits.all(entry.postings.slice(entry.start, entry.end));
    const { numbers } = entry;
    let page = 0;
    for (let at = 0; at < numbers.length;) {
      page += numbers[at++];
      let unit = 0;
      for (let count = numbers[at++]; count > 0; count -= 1) {
        unit += numbers[at++];
        const about = numbers[at++];
        let length = 0;
        let headingAt = -1;
        if (about & 1) {
          length = numbers[at++];
          headingAt = numbers[at++];
        }
        let often = (about >> 1) & 3;
        let places = null;
        if (hasPlaces) {
          if (often === 3) often = numbers[at++];
          if (often) {
            places = [];
            for (let place = 0, index = 0; index < often; index += 1) places.push(place += numbers[at++]);
          }
        }
        each(page * UNITS + unit, often / NORM[about >> 3], length, headingAt, places);
      }
    }
  }

  /** Puts all places of one word of the query into `found`; gives back how many pages have it. */
  async function gather(index, root, word, number, isLast, neighbours, found, shown) {
    const { digits } = index;
    if (word.parts) return gatherDense(index, word, number, found);
    const meanings = await index.meanings(word, isLast, neighbours);
    // A word alone may be part of a longer one in a heading that is about it: `Benachrichtigung` of `Statusbenachrichtigungen`.
    const within = new Set();
    if (found.count === 1 && JOINTS[index.language.split("-")[0]] && !word.isNumber && !word.readAs && word.text.length >= 4) {
      for (const entry of await index.around(word.text)) {
        if ((meanings.get(entry) ?? 0) >= 0.5) continue;
        within.add(entry);
        meanings.set(entry, WITHIN);
      }
    }
    let pages = 0;
    for (const [entry, weight] of meanings) {
      shown.add(entry.term);
      pages = Math.max(pages, weight >= 0.5 || meanings.size === 1 ? entry.pages : 0);
      decode(entry, digits, !root.stop.has(entry.term), (key, body, length, headingAt, places) => {
        const isOther = headingAt >= OTHER_TITLE && key % UNITS === 0;
        const heading = length ? (within.has(entry) ? WITHIN_HEADING : weight) * (isOther ? 0.5 : 1) : 0;
        found.put(number, key, Math.min(weight, Math.max(body * weight * 4, heading)), body * weight, heading, length ? heading / (length % ROW) : 0, places, headingAt, length > ROW);
      });
    }
    return meanings.size ? Math.max(pages, 1) : 0;
  }

  /** A run of dense signs: what has all its pairs, best one after the other. */
  async function gatherDense(index, word, number, found) {
    const parts = await Promise.all(word.parts.map((part) => index.exact(part)));
    const known = parts.filter(Boolean);
    if (!known.length) return 0;
    const isWhole = known.length === parts.length;
    const units = new Map();
    parts.forEach((entry, part) => {
      if (!entry) return;
      decode(entry, index.digits, true, (key, body, length, headingAt, places) => {
        let unit = units.get(key);
        if (!unit) units.set(key, unit = { body: Infinity, headings: 0, length: 0, chain: null, headingChain: -1, inBody: 0 });
        if (places) {
          unit.inBody += 1;
          unit.body = Math.min(unit.body, body);
          // Where the run would begin, if the pairs up to here follow each other.
          const starts = places.map((place) => place - part);
          unit.chain = part === 0 ? starts : unit.chain && unit.inBody === part + 1 ? unit.chain.filter((start) => starts.includes(start)) : null;
        }
        if (length) {
          unit.headings += 1;
          unit.length = length;
          const start = headingAt - part;
          unit.headingChain = part === 0 || unit.headingChain === start ? start : -2;
        }
      });
    });
    const pages = new Set();
    const count = parts.length;
    let most = 0;
    for (const unit of units.values()) most = Math.max(most, unit.inBody, unit.headings);
    for (const [key, unit] of units) {
      const inBody = unit.inBody === count;
      const inHeading = unit.headings === count;
      // Where no text has all pairs, those with most of them are what comes near.
      const isNear = most < count && Math.max(unit.inBody, unit.headings) === most && most * 4 >= count;
      if (!inBody && !inHeading && !isNear) continue;
      pages.add(Math.floor(key / UNITS));
      const isRun = inBody && unit.chain?.length > 0;
      const body = inBody ? (isRun ? unit.body : unit.body * 0.25) : isNear && unit.inBody ? unit.body * 0.2 : 0;
      const heading = inHeading ? (unit.headingChain >= 0 || isRun ? 1 : 0.5) : isNear && unit.headings === most ? 0.3 : 0;
      found.put(number, key, Math.min(1, Math.max(body * 4, heading)), body, heading, heading ? Math.min(1, heading * count / (unit.length % ROW)) : 0, isRun ? unit.chain : null, inHeading ? Math.max(unit.headingChain, 0) : -1, unit.length > ROW);
    }
    return isWhole || pages.size ? Math.max(pages.size, 1) : 0;
  }

  /** How many of neighbouring words of the query are neighbours in a unit, from 0 to 1; `all`: every one of them. */
  function inOrder(words, body, headings) {
    if (words.length < 2) return { part: 0, all: true };
    let pairs = 0;
    let inText = 0;
    let inHeading = 0;
    for (let index = 1; index < words.length; index += 1) {
      const gap = words[index].at - words[index - 1].at;
      pairs += 1;
      const [a, b] = [body[index - 1], body[index]];
      if (a && b && a.some((place) => b.includes(place + gap))) inText += 1;
      if (headings[index - 1] >= 0 && headings[index] === headings[index - 1] + gap) inHeading += 1;
    }
    const most = Math.max(inText, inHeading);
    return { part: most / pairs, all: most === pairs };
  }

  /** Ranks the pages of an index: `[{ page, score, units: [{ unit, score }] }]`, best first, and the words to be marked. */
  async function rank(index, words) {
    const root = await index.open();
    const telling = words.filter((word) => !root.stop.has(word.text));
    // Of `task 4001` only the number tells something.
    const numbers = words.filter((word) => word.isNumber);
    const isTask = numbers.length > 0 && words.every((word) => word.isNumber || root.taskWords.has(word.text));
    const kept = isTask ? numbers : telling.length > 1 ? telling : words;
    const found = new Found(kept.length);
    const shown = new Set();
    const last = words.at(-1);
    const joints = JOINTS[index.language.split("-")[0]];
    const counts = await Promise.all(kept.map((word, number) => {
      const neighbours = [];
      if (kept.length <= 4 && !word.isDense) {
        for (const other of [kept[number - 1], kept[number + 1]]) {
          if (!other || other.isDense || (other.isNumber && word.isNumber)) continue;
          const [first, second] = other.at < word.at ? [other, word] : [word, other];
          const gap = second.at - first.at;
          if (gap === 1) for (const joint of joints ?? [""]) neighbours.push([first.text + joint + second.text, 0.9]);
          // A small word may stand between them.
          if (joints && gap <= 2) for (const joint of joints) neighbours.push([second.text + joint + first.text, TURNED]);
        }
      }
      return gather(index, root, word, number, word === last, neighbours, found, shown);
    }));
    const count = kept.length;
    const rarity = counts.map((pages) => Math.log(1 + (root.pages - Math.min(pages, root.pages) + 0.5) / ((pages || 0.5) + 0.5)));
    const total = rarity.reduce((sum, value) => sum + value, 0) || 1;
    const phrases = new Map();
    // The places of the commonest words are not known.
    kept.forEach((word, number) => { if (word.phrase && !root.stop.has(word.text)) phrases.set(word.phrase, [...(phrases.get(word.phrase) ?? []), number]); });

    // Units by page. The first of a page has its title.
    const pages = new Map();
    found.keys.forEach((key, slot) => {
      const page = Math.floor(key / UNITS);
      let units = pages.get(page);
      if (!units) pages.set(page, units = []);
      units.push(slot);
    });
    const ranked = [];
    const none = new Array(count).fill(0);
    for (const [page, slots] of pages) {
      const top = found.places.get(page * UNITS);
      const title = top === undefined ? none : found.heading.slice(top * count, top * count + count);
      let titleShare = 0;
      let titleCover = 0;
      for (let word = 0; word < count; word += 1) {
        if (!title[word]) continue;
        titleShare += found.share[top * count + word];
        titleCover += rarity[word] * title[word];
      }
      titleShare = Math.min(titleShare, 1);
      titleCover /= total;
      const pageCover = new Array(count).fill(0);
      const scored = [];
      for (const slot of slots) {
        const unit = found.keys[slot] % UNITS;
        const isTop = unit === 0;
        const isRow = found.rows.has(slot);
        let sum = 0;
        let cover = 0;
        let share = 0;
        let inHeading = 0;
        let named = 0;
        for (let word = 0; word < count; word += 1) {
          const at = slot * count + word;
          const [body, heading] = [found.body[at], found.heading[at]];
          const weight = body + (isTop ? IN_TITLE * heading : (isRow ? IN_NAME : IN_HEADING) * heading + UNDER_TITLE * title[word]);
          if (!weight) continue;
          sum += rarity[word] * weight * (K1 + 1) / (weight + K1);
          const fits = Math.max(found.fit[at], title[word] * 0.4);
          cover += rarity[word] * fits;
          pageCover[word] = Math.max(pageCover[word], fits, title[word]);
          if (heading) {
            share += found.share[at];
            inHeading += rarity[word] * heading;
          }
          if (kept[word].isNumber && found.headingAt[at] === 0 && !isTop) named = rarity[word] / total;
        }
        if (!sum) continue;
        cover /= total;
        inHeading /= total;
        share = Math.min(share, 1);
        const at = found.at.slice(slot * count, slot * count + count);
        const headingAt = found.headingAt.slice(slot * count, slot * count + count);
        const order = inOrder(kept, at, headingAt);
        if (phrases.size && !Array.from(phrases.values()).every((numbers) => inOrder(numbers.map((n) => kept[n]), numbers.map((n) => at[n]), numbers.map((n) => headingAt[n])).all
          && numbers.every((n) => at[n] || headingAt[n] >= 0))) continue;
        let score = sum * (1 - UNIT_COVER + UNIT_COVER * cover);
        score *= 1 + IN_ORDER * order.part * order.part * cover + (order.all && count > 1 ? WHOLE_PHRASE : 0);
        if (!isTop) score *= 1 + (isRow ? WHOLE_NAME : WHOLE_HEADING) * share * inHeading * inHeading;
        // A number alone means the row of its task; with a name, it is that of the section that is about it.
        if (named > IS_ID) score *= isRow ? 6 : 3;
        else if (named) score *= isRow ? 1.5 : 1.75;
        scored.push({ unit, score, cover });
      }
      if (!scored.length) continue;
      scored.sort((a, b) => b.score - a.score || a.unit - b.unit);
      let score = scored[0].score;
      let rest = 0;
      for (let index = 1; index < Math.min(scored.length, 8); index += 1) rest += scored[index].score;
      score += OTHER_UNITS * rest;
      let cover = 0;
      for (let word = 0; word < count; word += 1) cover += rarity[word] * pageCover[word];
      cover /= total;
      // On a page with a lot that fits, words far from each other say little.
      cover = scored[0].cover + Math.max(0, cover - scored[0].cover) / (1 + scored.length / MANY_UNITS);
      score *= 1 - PAGE_COVER + PAGE_COVER * cover * cover;
      score *= 1 + WHOLE_TITLE * titleShare * titleCover * titleCover;
      score *= WEIGHTS[root.weights[page]] ?? 1;
      ranked.push({ page, score, units: scored });
    }
    ranked.sort((a, b) => b.score - a.score || a.page - b.page);
    return { ranked, shown };
  }

  // ---- What is shown of a hit. ----

  const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  const escape = (text) => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]);
  const WORDS = new RegExp(`[${LETTER}\\p{Cf}'\u2019]+`, "gu");

  /** The places of words of the query in a text, in order: `[from, to, word]`. */
  function matches(text, shown, runs) {
    const found = [];
    for (const match of text.matchAll(WORDS)) {
      const word = fold(match[0]).replaceAll("'", "");
      if (shown.has(word)) {
        found.push([match.index, match.index + match[0].length, word]);
      } else if (runs.length) {
        const lower = match[0].toLowerCase();
        for (const run of runs) {
          for (let at = lower.indexOf(run); at >= 0; at = lower.indexOf(run, at + run.length)) found.push([match.index + at, match.index + at + run.length, run]);
        }
      }
    }
    return found.sort((a, b) => a[0] - b[0]);
  }

  function marked(text, from, to, places) {
    let html = "";
    let done = from;
    for (const [start, end] of places) {
      if (start < done || end > to) continue;
      html += `${escape(text.slice(done, start))}<mark>${escape(text.slice(start, end))}</mark>`;
      done = end;
    }
    return html + escape(text.slice(done, to));
  }

  /** A text that is shown as a whole, its words marked. */
  const markedAll = (text, shown, runs) => marked(text, 0, text.length, matches(text, shown, runs));

  /** The address of a place on a page. */
  const addressOf = (url, anchor) => url + (anchor ? `#${encodeURIComponent(anchor)}` : "");

  /** A text with its words marked, cut to where most of them stand near each other. */
  function excerpt(text, shown, runs, length = EXCERPT) {
    const places = matches(text, shown, runs);
    if (text.length <= length) return marked(text, 0, text.length, places).replaceAll("\n", " · ");
    let best = { from: 0, value: -1 };
    for (let first = 0; first < places.length; first += 1) {
      const words = new Set();
      let near = 0;
      for (let index = first; index < places.length && places[index][1] - places[first][0] <= length - 30; index += 1) {
        // Different words count, then how often they stand there, and side by side.
        if (index > first && places[index][0] - places[index - 1][1] <= 2) near += 1;
        words.add(places[index][2]);
      }
      const value = words.size * 10 + near;
      if (value > best.value) best = { from: places[first][0], value };
    }
    let from = Math.max(0, best.from - 40);
    if (from > 0) {
      const blank = text.slice(from, best.from).search(/[\s·]/);
      from = blank >= 0 ? from + blank + 1 : best.from;
    }
    let to = Math.min(text.length, from + length);
    if (to < text.length) {
      const blank = text.slice(from, to).lastIndexOf(" ");
      if (blank > length / 2) to = from + blank;
    }
    return `${from > 0 ? "… " : ""}${marked(text, from, to, places).trim().replaceAll("\n", " · ")}${to < text.length ? " …" : ""}`;
  }

  const ROWS = 4;
  const FULL_HITS = 3;

  /** A hit, as it is handed out. */
  async function hit(index, { page, score, units }, place, shown, runs) {
    const best = units[0];
    const root = await index.open();
    // Of hits further down, what is in other files than the best of the page is not worth a request.
    const isAtHand = (unit) => place < FULL_HITS || textFile(root, page, unit) === textFile(root, page, best.unit);
    const own = units.filter(({ unit, score }) => unit !== 0 && score >= best.score * 0.35 && isAtHand(unit)).slice(0, ROWS + 1);
    const [first, ...records] = await Promise.all([best, ...own].map(({ unit }) => index.text(page, unit)));
    const seen = new Set();
    const rows = [];
    records.forEach((record, number) => {
      const [anchor, heading, text, id, kind, about] = record.unit;
      if (seen.has(anchor) || rows.length >= ROWS) return;
      seen.add(anchor);
      const title = id === undefined ? heading : `${id} ${heading}`;
      const row = {
        url: addressOf(record.url, anchor),
        title,
        titleHtml: markedAll(title, shown, runs),
        excerpt: id === undefined ? excerpt(text, shown, runs, 120) : excerpt(about, shown, runs, 120),
        score: own[number].score,
        kind: id === undefined ? "section" : "task",
      };
      if (id !== undefined) Object.assign(row, { id, name: heading, mandatory: kind });
      rows.push(row);
    });
    const [anchor, heading, , id] = first.unit;
    let text = first.unit[2];
    const isTitle = best.unit === 0;
    // Of a page that begins with next to nothing, what follows says more.
    if (isTitle && text.length < SHORT) text = [text, ...first.after.map((unit) => unit[2])].filter(Boolean).join("\n").slice(0, 4 * EXCERPT);
    const lead = isTitle || id !== undefined || !heading ? "" : `${markedAll(heading, shown, runs)}: `;
    return {
      url: addressOf(first.url, anchor),
      title: first.title,
      titleHtml: markedAll(first.title, shown, runs),
      excerpt: lead + excerpt(text, shown, runs),
      score,
      rows,
      previews: [],
      facets: first.facets,
      language: index.language,
    };
  }

  // ---- A site. ----

  class Search {
    constructor(base) {
      this.base = base;
      this.indexes = new Map();
    }

    /** The languages of the site, the book's own first. */
    async languages() {
      if (!languageTags) await runScript(`${this.base}languages.js`, "languages");
      return languageTags ?? [];
    }

    index(language) {
      if (!this.indexes.has(language)) this.indexes.set(language, new Index(this.base, language));
      return this.indexes.get(language);
    }

    /** The tags of the languages that are searched for a reader of `lang`: hers, then the book's. */
    async order(lang) {
      let tags;
      try {
        tags = await this.languages();
      } catch {
        throw new SearchError("missing", "The index could not be loaded.");
      }
      const wanted = String(lang ?? "").toLowerCase();
      const primary = wanted.split("-")[0];
      const own = tags.find((tag) => tag === wanted) ?? tags.find((tag) => tag.split("-")[0] === primary) ?? tags[0];
      return [own, ...tags.filter((tag) => tag !== own)].filter(Boolean);
    }

    /** Gets what the first query will need. */
    async prepare(lang) {
      const [own] = await this.order(lang);
      if (own) await this.index(own).open();
    }

    /**
     * Finds pages: `{ hits, total, counts, readAs }`. `facets` narrows, by names: `{ phase: ["Assess"], kind: ["task"] }`. With `counts`, how many
     * pages of the result each name has is counted. `readAs` says of words that no page has what they were taken for.
     */
    async find(query, { lang, limit = 10, facets = null, counts = false } = {}) {
      const words = parse(query);
      const result = { hits: [], total: 0, counts: null, readAs: [] };
      if (!words.length) return result;
      const [own, ...others] = await this.order(lang);
      if (!own) return result;
      await this.findIn(own, words, result, { limit, facets, counts });
      // Others are asked in their order until something is found; the book's own language is the first of them.
      for (const other of others) {
        if (result.total >= FEW_HITS) break;
        const before = result.total;
        await this.findIn(other, words, result, { limit, facets, counts: false });
        if (result.total > before) break;
      }
      return result;
    }

    async findIn(language, words, result, options) {
      const index = this.index(language);
      try {
        await this.findOnce(index, words, result, options);
      } catch (error) {
        if (error.reason !== "missing") throw error;
        // The site may have been published anew since the root was loaded.
        const fresh = new Index(this.base, language);
        await fresh.open(`?${Date.now()}`);
        this.indexes.set(language, fresh);
        await this.findOnce(fresh, words, result, options);
      }
    }

    async findOnce(index, words, result, { limit, facets, counts }) {
      const narrowed = Object.entries(facets ?? {}).filter(([, names]) => names?.length);
      const lists = narrowed.length || counts ? await index.facets() : null;
      const chosen = narrowed.map(([facet, names]) => ({ facet, lists: (lists[facet] ?? []).filter(([name]) => names.includes(name)).map(([, places]) => places) }));
      const { ranked, shown } = await rank(index, words);
      const pages = narrowed.length ? ranked.map((page) => narrow(page, chosen)).filter(Boolean).sort((a, b) => b.score - a.score || a.page - b.page) : ranked;
      const runs = words.filter((word) => word.isDense).map((word) => word.text);
      const first = pages.slice(0, Math.max(0, limit - result.hits.length));
      const hits = await Promise.all(first.map((one, place) => hit(index, one, place, shown, runs)));
      const { weights } = await index.open();
      hits.forEach((one, place) => {
        // The next version of a page stands below the one that holds now.
        const now = weights[first[place].page] === PREVIEW && hits.find((other, at) => other.title === one.title && weights[first[at].page] !== PREVIEW);
        if (now) now.previews.push({ url: one.url, title: one.title });
        else result.hits.push(one);
      });
      result.total += pages.length;
      result.readAs = words.filter((word) => word.readAs).map(({ text, readAs }) => ({ word: text, readAs }));
      if (!counts) return;
      result.counts = {};
      for (const [facet, values] of Object.entries(lists)) {
        // What is chosen of a facet does not narrow the others of the same.
        const others = chosen.filter((one) => one.facet !== facet);
        const open = others.length ? ranked.map((page) => narrow(page, others)).filter(Boolean) : ranked;
        result.counts[facet] = values.map(([name, places]) => ({ name, count: open.filter((page) => narrow(page, [{ lists: [places] }])).length }));
      }
    }

    /** Finds pages: `[{ url, title, excerpt, score, rows, facets }]`, addresses as seen from the root of the site. */
    async search(query, options) {
      return (await this.find(query, options)).hits;
    }
  }

  /** What is left of a page of a result if its units must be in one list of each of `chosen`; `null`: nothing. */
  function narrow(page, chosen) {
    const holds = (places, unit) => {
      const units = places.get(page.page);
      return units === null || (units !== undefined && units.has(unit));
    };
    const units = page.units.filter(({ unit }) => chosen.every(({ lists }) => lists.some((places) => holds(places, unit))));
    return units.length ? { page: page.page, score: page.score * units[0].score / page.units[0].score, units } : null;
  }

  const sites = new Map();

  /** The search of the site whose folder `search/` is at `base`. */
  function at(base) {
    if (!sites.has(base)) sites.set(base, new Search(base));
    return sites.get(base);
  }

  globalThis.playpressSearch = { add, languages, at, fold, parse, SearchError };
})();
