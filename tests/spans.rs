//! Every span slices the file that it names, at character boundaries, whatever the text.

use std::fmt::Write;
use std::path::Path;

use playpress::workspace::Workspace;

use crate::documents::{Fence, Project, documents, sections};
use crate::slices::assert_spans;

#[test]
fn in_the_books_of_this_repository() {
    for root in ["tests/books/two-audiences", "."] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        assert_spans(&Workspace::open(&root).expect("the project opens").book());
    }
}

/// Every example of the documents, its lines shifted, joined, cut and mixed with odd bytes.
#[test]
fn in_texts_that_nobody_would_write() {
    let examples: Vec<String> = ["tests/spec", "src/rules"]
        .iter()
        .flat_map(|folder| documents(folder))
        .flat_map(|(_, document)| sections(&document))
        .flat_map(|section| section.fences)
        .filter(|fence| fence.kind == "md")
        .map(|fence| fence.text)
        .collect();
    let changes: &[fn(&str) -> String] = &[
        |text| text.replace('\n', "\r\n"),
        |text| format!("> {}", text.replace('\n', "\n> ")),
        |text| format!("- é {}", text.replace('\n', "\n- é ")),
        |text| format!("    {}", text.replace('\n', "\n    ")),
        |text| format!("\u{feff}---\ntitle: ü\n---\n{}", text.replace(' ', "\u{a0}")),
        |text| format!("| a |\n|---|---|\n| {} | é | ü |\n", text.replace('\n', " ")),
        |text| text.replace("](", "]( <é \"").replace("[!", "日[!"),
        |text| text.chars().rev().collect(),
        |text| format!("<!-- {text}"),
        |text| text.replace('-', "\t").replace('`', "````"),
    ];
    for (number, change) in changes.iter().enumerate() {
        let mut fences = Vec::new();
        for (index, example) in examples.iter().enumerate() {
            let path = Some(format!("page{index}.md"));
            fences.push(Fence { kind: "hex".to_owned(), path, audience: None, text: hex(&change(example)) });
        }
        for name in ["a.md", "b.md", "includes/a.md"] {
            fences.push(Fence {
                kind: "md".to_owned(),
                path: Some(name.to_owned()),
                audience: None,
                text: examples[number % examples.len()].clone(),
            });
        }
        assert_spans(&Project::new(&fences).book());
    }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
