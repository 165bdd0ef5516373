//! A place in a file.

use camino::Utf8PathBuf;

/// A file with line and column, both counted from one; zero means unknown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The file as the operator would type it.
    pub file: Utf8PathBuf,
    /// Line, from one.
    pub line: usize,
    /// Column in characters, from one.
    pub column: usize,
    /// The text of the line, where it holds no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How many characters to mark.
    #[serde(default)]
    pub len: usize,
}

impl Place {
    /// A place without its source line.
    #[must_use]
    pub fn new(file: impl Into<Utf8PathBuf>, line: usize, column: usize) -> Self {
        Self { file: file.into(), line, column, source: None, len: 1 }
    }

    /// Adds the source line and how many characters of it to mark.
    #[must_use]
    pub fn with_source(mut self, line: impl Into<String>, len: usize) -> Self {
        self.source = Some(line.into());
        self.len = len;
        self
    }

    /// The place of byte `offset` in `text`, with its line.
    #[must_use]
    pub fn in_text(file: impl Into<Utf8PathBuf>, text: &str, offset: usize, len: usize) -> Self {
        let offset = (0..=offset.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let (before, after) = text.split_at(offset);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let head = before.get(start..).unwrap_or_default();
        let tail = after.split('\n').next().unwrap_or_default();
        let source = format!("{head}{tail}");
        Self::new(file, line, head.chars().count() + 1).with_source(source.trim_end_matches('\r'), len.max(1))
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}", self.file),
            (line, 0) => write!(f, "{}:{line}", self.file),
            (line, column) => write!(f, "{}:{line}:{column}", self.file),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_becomes_line_and_column_in_characters() {
        let text = "é: 1\r\nünder: two\n";
        let place = Place::in_text("a.yaml", text, text.find("two").unwrap(), 3);
        assert_eq!((place.line, place.column), (2, 8));
        assert_eq!(place.source.as_deref(), Some("ünder: two"));
    }

    #[test]
    fn an_offset_past_the_end_or_inside_a_character_is_no_panic() {
        assert_eq!(Place::in_text("a", "é", 1, 1).column, 1);
        assert_eq!(Place::in_text("a", "x\n", 99, 1).line, 2);
    }
}
