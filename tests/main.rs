//! All tests that run the whole program or many of its parts. What a user could write is a document: `spec/`, `books/`, `cli/`, `src/rules/`.

mod alternates;
mod architecture;
mod audiences;
mod bad_input;
mod books;
mod catalogue;
mod checks;
mod cli;
mod commonmark;
mod copies;
mod documents;
mod external;
mod faults;
mod fixes;
mod incremental;
mod languages;
mod place;
mod published;
mod rules;
mod serve;
mod shown;
mod since;
mod slices;
mod spans;
mod spec;
mod writing;
