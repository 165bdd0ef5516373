//! How a value is spelled in the place of an old one: its quotes are kept, or added where needed.

use granit_parser::ScalarStyle;

use super::NewValue;
use super::plain::{is_text, meanings};

/// What is known of the scalar that is replaced.
pub(crate) struct Old<'e> {
    pub(crate) value: &'e str,
    pub(crate) style: ScalarStyle,
    /// A tag stands before the scalar and gives its type.
    pub(crate) tagged: bool,
    /// The scalar stands between `{}` or `[]`.
    pub(crate) flow: bool,
}

impl Old<'_> {
    /// Whether the scalar already is what is wanted, for every reader.
    pub(crate) fn is(&self, new: &NewValue) -> bool {
        let same_text = self.value == new.as_str();
        let reads_as_text = self.style != ScalarStyle::Plain || self.tagged || is_text(self.value);
        match new {
            NewValue::Text(_) => same_text && reads_as_text,
            NewValue::Alike(_) => same_text,
        }
    }

    /// The bytes to write.
    pub(crate) fn spell(&self, new: &NewValue) -> String {
        let text = new.as_str();
        match self.style {
            ScalarStyle::Plain if self.may_stay_plain(new) => text.to_owned(),
            ScalarStyle::SingleQuoted if !text.contains(needs_escape) => {
                format!("'{}'", text.replace('\'', "''"))
            }
            _ => double_quoted(text),
        }
    }

    fn may_stay_plain(&self, new: &NewValue) -> bool {
        let text = new.as_str();
        let alike = matches!(new, NewValue::Alike(_)) && meanings(text) == meanings(self.value);
        (self.tagged || is_text(text) || alike) && is_plain_syntax(text, self.flow)
    }
}

/// Whether `text` can stand unquoted; stricter than YAML, so that no reader stumbles.
fn is_plain_syntax(text: &str, flow: bool) -> bool {
    let mut chars = text.chars();
    let (Some(first), second) = (chars.next(), chars.next()) else {
        return false;
    };
    let starts = match first {
        '-' => second.is_some_and(is_inside),
        '?' | ':' => !flow && second.is_some_and(is_inside),
        _ => !matches!(
            first,
            ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'
        ),
    };
    let sign_inside = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let fits_flow = !flow || is_flow_syntax(text);
    starts
        && !text.starts_with("...")
        && !text.starts_with("---")
        && !sign_inside
        && fits_flow
        && text.trim() == text
        && !text.contains(needs_escape)
}

fn is_inside(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, ',' | '[' | ']' | '{' | '}')
}

/// Readers differ on signs between brackets; an address like `quay.io:443/a` passes in all.
fn is_flow_syntax(text: &str) -> bool {
    let mut behind_colon = false;
    for c in text.chars() {
        let spoils_colon = behind_colon && !c.is_alphanumeric() && c != '/';
        if spoils_colon || matches!(c, ',' | '[' | ']' | '{' | '}' | '?') {
            return false;
        }
        behind_colon = c == ':';
    }
    !behind_colon
}

/// Characters that only a double-quoted scalar can carry on one line.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{e000}'..='\u{f8ff}'
        )
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            _ if needs_escape(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}
