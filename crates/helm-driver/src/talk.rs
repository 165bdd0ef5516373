//! Helm's talk, kept within bounds, and its message taken out of it.

use std::collections::VecDeque;

use camino::Utf8PathBuf;

/// A message is at most some hundred lines (a schema with many faults); what stands before is talk.
const LINES: usize = 2_000;

/// What Helm said, newest lines first to stay.
#[derive(Debug, Default)]
pub(crate) struct Talk(VecDeque<String>);

impl Talk {
    pub(crate) fn hear(&mut self, line: String) {
        if self.0.len() == LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    /// Everything from `Error:` on; where that never came, everything but the log lines.
    pub(crate) fn message(&self) -> String {
        let start = self.0.iter().position(|line| line.starts_with("Error: "));
        let lines = self.0.iter().skip(start.unwrap_or(0)).filter(|line| !is_log(line));
        let text = lines.map(String::as_str).collect::<Vec<_>>().join("\n");
        let text = text.strip_prefix("Error: ").unwrap_or(&text);
        let said_twice = ["UPGRADE FAILED: ", "INSTALLATION FAILED: "];
        let text = said_twice.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
        // Helm 3 frames an only error as a list of one.
        text.replace("1 error occurred:\n\t* ", "").trim().to_owned()
    }
}

/// Puts the names that an operator knows in place of the paths that Helm was given.
pub(crate) fn rename_all(line: String, names: &[(Utf8PathBuf, Utf8PathBuf)]) -> String {
    names.iter().fold(line, |line, (path, name)| rename(&line, path.as_str(), name.as_str()))
}

/// Replaces a path that ends in a number, where no further digit follows.
fn rename(line: &str, path: &str, name: &str) -> String {
    let mut parts = line.split(path);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(if part.starts_with(|c: char| c.is_ascii_digit()) { path } else { name });
        text.push_str(part);
    }
    text
}

/// Helm 4 logs in Go's structured form, Helm 3 with a word in capitals or a date.
fn is_log(line: &str) -> bool {
    (line.starts_with("level=") || line.starts_with("time=")) && line.contains("msg=")
        || line.starts_with("WARNING: ")
        || line.starts_with("coalesce.go:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(lines: &[&str]) -> String {
        let mut talk = Talk::default();
        lines.iter().for_each(|line| talk.hear((*line).to_owned()));
        talk.message()
    }

    #[test]
    fn the_message_is_what_follows_error() {
        assert_eq!(
            message(&["level=WARN msg=\"upgrade failed\"", "Error: UPGRADE FAILED: a", "  b"]),
            "a\n  b"
        );
        assert_eq!(message(&["Release \"x\" does not exist. Installing it now.", "Error: no"]), "no");
        assert_eq!(message(&["panic: out of memory"]), "panic: out of memory");
        assert_eq!(message(&[]), "");
    }

    #[test]
    fn only_the_whole_number_is_renamed() {
        let line = "failed to parse /proc/self/fd/1: and /proc/self/fd/12: x";
        assert_eq!(
            rename(line, "/proc/self/fd/1", "a.yaml"),
            "failed to parse a.yaml: and /proc/self/fd/12: x"
        );
    }

    #[test]
    fn talk_is_bounded() {
        let mut talk = Talk::default();
        (0..LINES * 2).for_each(|line| talk.hear(line.to_string()));
        assert_eq!(talk.0.len(), LINES);
    }
}
