//! playpress turns a playbook into a site for each audience: [discover](source::discover) sources → [build](page::build) each page →
//! [assemble](book::assemble) one immutable [`Book`](book::Book) → [check](check::check) it, [plan](site::plan) its site →
//! [write](write::write) it, so that no reader sees half of it. Every command is a few lines over that sentence.

pub mod text;

#[macro_use]
pub mod diagnostic;

pub mod config;

pub mod source;

pub mod git;

pub mod markdown;

pub mod page;

pub mod book;

pub mod check;

pub mod report;

pub mod site;

pub mod write;

pub mod external;

pub mod workspace;

pub mod cli;
