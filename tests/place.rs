//! Small projects on disk, and the program run on them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// A small project on disk.
pub(crate) struct Place(tempfile::TempDir);

impl Place {
    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        for (path, text) in files {
            place.write(path, text);
        }
        place
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders can be made");
        fs::write(path, text).expect("files can be written");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).expect("the file is there")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        command(self.0.path()).args(arguments).output().expect("the program runs")
    }
}

/// The program, in a folder, as if nobody had set anything.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_playpress"));
    command.current_dir(folder).env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY").env("NO_PROXY", "127.0.0.1").env("COLUMNS", "120");
    command
}

/// What it printed.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// The codes of findings that it printed as JSON.
pub(crate) fn codes(output: &Output) -> Vec<String> {
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    document["diagnostics"].as_array().expect("a list").iter().map(|finding| finding["code"].as_str().expect("a code").to_owned()).collect()
}
