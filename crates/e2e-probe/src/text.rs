//! Foreign log text made safe to show: one plain line at a time.

/// Lines are cut here, in characters: a build error quotes whole command lines.
const LINE: usize = 500;
/// Of one message at most so many lines are kept, the last ones: a traceback says why at its end.
const LINES: usize = 200;

/// The lines of a message without escapes, control characters, or workflow commands.
///
/// BinderHub forwards the output of a stranger's build. A terminal would obey its escape
/// sequences, and GitHub Actions would obey a line that begins with `::` or holds `##[`.
pub(crate) fn clean_lines(raw: &str) -> Vec<String> {
    let lines: Vec<&str> = raw.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(LINES);
    lines.into_iter().skip(from).map(clean_line).filter(|line| !line.is_empty()).collect()
}

/// One line of foreign text; line ends become spaces.
pub(crate) fn clean_line(raw: &str) -> String {
    let mut text = String::new();
    let mut chars = raw.chars().peekable();
    let mut kept = 0;
    while let Some(char) = chars.next() {
        match char {
            '\u{1b}' => skip_escape(&mut chars),
            '\t' | '\n' | '\r' => text.push(' '),
            // Control characters, and the marks that reorder what follows them.
            char if char.is_control() => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            char => text.push(char),
        }
        kept += 1;
        if kept > 8 * LINE {
            break;
        }
    }
    let text = text.trim().replace("##[", "## [");
    let text = match text.strip_prefix("::") {
        Some(rest) => format!(": :{rest}"),
        None => text,
    };
    match text.char_indices().nth(LINE) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// Reads past what follows an escape character: `[...X`, a string up to BEL or ST, or one character.
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.next() {
        Some('[') => {
            for char in chars.by_ref() {
                if ('\u{40}'..='\u{7e}').contains(&char) {
                    break;
                }
            }
        }
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(char) = chars.next() {
                let ended = char == '\u{7}' || (char == '\u{1b}' && chars.next_if_eq(&'\\').is_some());
                if ended {
                    break;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_and_commands_are_gone() {
        let table = [
            ("plain\n", vec!["plain"]),
            ("\u{1b}[31mred\u{1b}[0m", vec!["red"]),
            ("\u{1b}]0;title\u{7}text", vec!["text"]),
            ("\u{1b}]8;;http://x\u{1b}\\link", vec!["link"]),
            ("::error::owned", vec![": :error::owned"]),
            ("  ::add-mask::x\nnext", vec![": :add-mask::x", "next"]),
            ("\u{1b}[1m::error::owned", vec![": :error::owned"]),
            ("std::string", vec!["std::string"]),
            ("a ##[error] b", vec!["a ## [error] b"]),
            ("progress 1\rprogress 2", vec!["progress 1", "progress 2"]),
            ("a\u{0}b\u{202e}c", vec!["abc"]),
            ("\n \n", vec![]),
        ];
        for (raw, expected) in table {
            assert_eq!(clean_lines(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn long_lines_and_long_messages_are_cut() {
        assert_eq!(clean_line(&"é".repeat(2000)).chars().count(), LINE + 1);
        let many: String = (0..500).map(|n| format!("{n}\n")).collect();
        assert_eq!(clean_lines(&many).len(), LINES);
        assert_eq!(clean_lines(&many).last().map(String::as_str), Some("499"));
    }

    proptest! {
        #[test]
        fn nothing_dangerous_survives(raw in "(\\PC|\u{1b}|\\[|\\]|:|#|\n|\r|\u{7}){0,60}") {
            for line in clean_lines(&raw) {
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
                prop_assert!(!line.trim_start().starts_with("::"), "{line:?}");
                prop_assert!(!line.contains("##["), "{line:?}");
            }
        }
    }
}
