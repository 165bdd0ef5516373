//! Text as string literals of the languages around us write it.

/// Every way in which `text` may be escaped between quotes, without the quotes.
pub(crate) fn forms(text: &str) -> Vec<String> {
    let json = escape(text, json);
    let mut forms = vec![
        escape(text, go_json),
        escape(text, ascii_json),
        escape(text, slashed_json),
        escape(text, yaml),
        escape(text, go),
        escape(text, python),
        escape(text, rust),
        // YAML between single quotes, and the shell's.
        text.replace('\'', "''"),
        text.replace('\'', "'\\''"),
        text.replace('\'', "'\"'\"'"),
    ];
    // A JSON text within a JSON text, as in the `data` of a log line.
    forms.push(escape(&json, self::json));
    forms.push(escape(&escape(text, go_json), self::json));
    forms.push(json);
    forms
}

fn escape(text: &str, rule: impl Fn(char) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match rule(c) {
            Some(escaped) => out.push_str(&escaped),
            None => out.push(c),
        }
    }
    out
}

/// The escapes that all of them share.
fn shared(c: char) -> Option<String> {
    let letter = match c {
        '"' | '\\' => c,
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        _ => return None,
    };
    Some(format!("\\{letter}"))
}

fn json(c: char) -> Option<String> {
    match c {
        '\u{8}' => Some("\\b".into()),
        '\u{c}' => Some("\\f".into()),
        '\0'..' ' => shared(c).or_else(|| Some(format!("\\u{:04x}", u32::from(c)))),
        _ => shared(c),
    }
}

/// Go's encoder, which is kubectl's and helm's, keeps its text safe within HTML.
fn go_json(c: char) -> Option<String> {
    match c {
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => Some(format!("\\u{:04x}", u32::from(c))),
        _ => json(c),
    }
}

/// Python's encoder keeps to ASCII.
fn ascii_json(c: char) -> Option<String> {
    if c.is_ascii() && c != '\u{7f}' {
        return json(c);
    }
    let mut units = [0; 2];
    Some(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect())
}

fn slashed_json(c: char) -> Option<String> {
    if c == '/' { Some("\\/".into()) } else { json(c) }
}

fn yaml(c: char) -> Option<String> {
    match c {
        '\0' => Some("\\0".into()),
        '\u{1b}' => Some("\\e".into()),
        '\u{85}' => Some("\\N".into()),
        '\u{a0}' => Some("\\_".into()),
        '\u{1}'..' ' => bell(c).or_else(|| Some(format!("\\x{:02X}", u32::from(c)))),
        _ => shared(c),
    }
}

fn go(c: char) -> Option<String> {
    match c {
        '\0'..' ' | '\u{7f}' => bell(c).or_else(|| Some(format!("\\x{:02x}", u32::from(c)))),
        _ => shared(c),
    }
}

fn python(c: char) -> Option<String> {
    match c {
        '\'' => Some("\\'".into()),
        '"' => None,
        '\0'..' ' | '\u{7f}' => shared(c).or_else(|| Some(format!("\\x{:02x}", u32::from(c)))),
        _ => shared(c),
    }
}

fn rust(c: char) -> Option<String> {
    let escaped: String = c.escape_debug().collect();
    (c != '\'' && escaped.len() > c.len_utf8()).then_some(escaped)
}

/// The escapes of C, which Go and YAML know.
fn bell(c: char) -> Option<String> {
    let letter = match c {
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\u{b}' => 'v',
        _ => return shared(c),
    };
    Some(format!("\\{letter}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_escapes_its_own_way() {
        let forms = forms("a\"\\'<é\u{1f600}\n\u{7}/");
        for wanted in [
            "a\\\"\\\\'<é\u{1f600}\\n\\u0007/",
            "a\\\"\\\\'\\u003cé\u{1f600}\\n\\u0007/",
            "a\\\"\\\\'<\\u00e9\\ud83d\\ude00\\n\\u0007/",
            "a\\\"\\\\'<é\u{1f600}\\n\\u0007\\/",
            "a\\\"\\\\'<é\u{1f600}\\n\\a/",
            "a\"\\\\\\'<é\u{1f600}\\n\\x07/",
            "a\\\"\\\\'<é\u{1f600}\\n\\u{7}/",
            "a\"\\''<é\u{1f600}\n\u{7}/",
        ] {
            assert!(forms.iter().any(|form| form == wanted), "{wanted:?} in {forms:#?}");
        }
    }

    #[test]
    fn our_own_encoders_agree() {
        let nasty: String = (0..0x300).filter_map(char::from_u32).collect();
        let forms = forms(&nasty);
        let quoted = serde_json::to_string(&nasty).unwrap();
        let twice = serde_json::to_string(&quoted).unwrap();
        assert!(forms.iter().any(|form| format!("\"{form}\"") == quoted));
        assert!(forms.iter().any(|form| twice.contains(form.as_str())));
        assert!(forms.iter().any(|form| format!("\"{form}\"") == format!("{nasty:?}")));
    }
}
