//! JSON with places, as the nodes that YAML gives. Read as docfx reads it: with comments, commas before a bracket, and texts in single quotes.

use std::ops::Range;

use jsonc_parser::CollectOptions;
use jsonc_parser::ast;
use jsonc_parser::common::Ranged;

use super::yaml::{Node, Value, YamlFault};
use crate::config;

/// Reads the JSON in `text[range]`; places are bytes of `text`. `None`: there is no value.
///
/// # Errors
/// Where it is no JSON, or nests too deep.
pub fn read(text: &str, range: Range<usize>) -> Result<Option<Node>, YamlFault> {
    let base = range.start;
    let json = &text[range];
    let parsed = jsonc_parser::parse_to_ast(json, &CollectOptions::default(), &config::JSON).map_err(|error| {
        // What is missing is missing before the next sign.
        let at = error.range().start.min(json.len());
        let blank = json[at..].len() - json[at..].trim_start().len();
        YamlFault { offset: base + at + blank, message: error.kind().to_string().to_lowercase() }
    })?;
    Ok(parsed.value.map(|value| node(value, base)))
}

fn node(value: ast::Value<'_>, base: usize) -> Node {
    let range = value.range();
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Scalar(literal.value.to_string()),
        ast::Value::NumberLit(literal) => Value::Scalar(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::Scalar(literal.value.into_owned()),
        ast::Value::Array(array) => Value::Sequence(array.elements.into_iter().map(|element| node(element, base)).collect()),
        ast::Value::Object(object) => Value::Mapping(object.properties.into_iter().map(|property| entry(property, base)).collect()),
    };
    Node { range: base + range.start..base + range.end, value }
}

fn entry(property: ast::ObjectProp<'_>, base: usize) -> (Node, Node) {
    let range = property.name.range();
    let name = Node { range: base + range.start..base + range.end, value: Value::Scalar(property.name.into_string()) };
    (name, node(property.value, base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_bytes_of_the_file() {
        let text = "\u{feff}{ // ä\n 'a': [\"ü\\n\", 1.10, null,],\n}";
        let node = read(text, 3..text.len()).expect("JSON").expect("a value");
        let list = node.get("a").expect("a key");
        let Value::Sequence(items) = &list.value else { panic!("a list") };
        assert_eq!(&text[items[0].range.clone()], "\"ü\\n\"");
        assert_eq!((items[0].as_str(), items[1].as_str(), &items[2].value), (Some("ü\n"), Some("1.10"), &Value::Null));
        assert_eq!(read("  ", 0..2), Ok(None));
    }

    #[test]
    fn what_is_no_json_is_a_fault_at_its_place() {
        for text in ["{", "{\"a\" 1}", "[1 2]", "{a: 1}", "[1] 2", "\"", "tru"] {
            assert!(read(text, 0..text.len()).is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        assert!(read(&deep, 0..deep.len()).is_err());
    }
}
