//! Formulas, written as in `LaTeX`, as `MathML`. Only where the configuration asks for them: a dollar is a price in most books.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use super::Writer;
use crate::markdown::Origin;
use crate::text::escape::escaped;

rules! {
    MATH_INVALID = "math-invalid", Warning;
}

/// How many bytes a formula may have.
const LONGEST: usize = 4096;

impl Writer<'_> {
    /// Writes a formula; one that cannot be read is shown as its author wrote it.
    pub(super) fn math(&mut self, latex: &str, is_block: bool, origin: Origin) {
        self.heading_text(latex, origin.via);
        match mathml(latex, is_block) {
            Ok(html) => self.push(&html),
            Err(why) => {
                let finding = MATH_INVALID.at(origin.span, format!("the formula cannot be shown: {why}"));
                self.found.push((finding.help("mend the formula, or write `\\$` for a dollar"), origin.via));
                let latex = escaped(latex);
                self.push(&format!("<code class=\"math\">{latex}</code>"));
            }
        }
    }
}

/// A formula as `MathML`.
fn mathml(latex: &str, is_block: bool) -> Result<String, String> {
    if latex.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let display = if is_block { MathDisplay::Block } else { MathDisplay::Inline };
    let converter = LatexToMathML::new(MathCoreConfig::default()).map_err(|_| "it uses macros".to_owned())?;
    let html = converter.convert_with_local_state(latex.trim(), display).map_err(|error| error.error_message())?.mathml;
    if html.contains("href=") {
        return Err("it holds a link".to_owned());
    }
    Ok(without_styles(&html))
}

/// `MathML` without inline styles, which a strict security policy refuses.
fn without_styles(html: &str) -> String {
    let mut parts = html.split(" style=\"");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('"').map_or("", |(_, rest)| rest));
    }
    plain
}
