//! Blanks the lines of charts that nobody asks for, before a parser has to read them.
//!
//! An index is written by a program: `entries:` at the margin, then one line for each chart, then
//! lines that are indented deeper. Only lines of exactly this shape are acted on; whatever looks
//! otherwise is passed on as it came. A blanked line keeps its end, so places in errors stay true.

/// No line that names a chart is longer.
const LONGEST: usize = 512;

/// The text of an index, line by line.
pub(super) struct Skim<'c> {
    charts: Vec<&'c str>,
    place: Place,
    /// The beginning of a line whose end has not arrived.
    begun: Vec<u8>,
    /// Of a line that is too long to wait for: whether the rest of it is kept.
    long: Option<bool>,
}

/// Where the last line stood.
#[derive(Clone, Copy)]
enum Place {
    Before,
    /// Among the charts; their names stand `indent` deep, once one of them was seen.
    Entries {
        indent: Option<usize>,
        wanted: bool,
    },
    After,
}

impl<'c> Skim<'c> {
    pub(super) fn new(charts: &[&'c str]) -> Self {
        Self { charts: charts.to_vec(), place: Place::Before, begun: Vec::new(), long: None }
    }

    /// What is left of the next piece.
    pub(super) fn piece(&mut self, piece: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.begun.len() + piece.len());
        for part in piece.split_inclusive(|byte| *byte == b'\n') {
            self.part(part, &mut out);
        }
        out
    }

    /// What is left of a line that has no end.
    pub(super) fn rest(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let line = std::mem::take(&mut self.begun);
        if self.keeps(&line) {
            out.extend(line);
        }
        out
    }

    fn part(&mut self, part: &[u8], out: &mut Vec<u8>) {
        let ends = part.ends_with(b"\n");
        let kept = match self.long {
            Some(kept) => {
                if ends {
                    self.long = None;
                }
                kept
            }
            None if ends && self.begun.is_empty() => self.keeps(part),
            None => {
                self.begun.extend_from_slice(part);
                if !ends && self.begun.len() <= LONGEST {
                    return;
                }
                let line = std::mem::take(&mut self.begun);
                let kept = self.keeps(&line);
                self.long = (!ends).then_some(kept);
                if kept {
                    out.extend(line);
                } else if ends {
                    out.push(b'\n');
                }
                return;
            }
        };
        match (kept, ends) {
            (true, _) => out.extend_from_slice(part),
            (false, true) => out.push(b'\n'),
            (false, false) => {}
        }
    }

    /// Whether a line, or the beginning of a long one, is for the parser.
    fn keeps(&mut self, line: &[u8]) -> bool {
        let Place::Entries { indent, wanted } = self.place else {
            if matches!(self.place, Place::Before) && line.trim_ascii_end() == b"entries:" {
                self.place = Place::Entries { indent: None, wanted: true };
            }
            return true;
        };
        let depth = line.iter().take_while(|byte| **byte == b' ').count();
        let text = line.get(depth..).unwrap_or_default().trim_ascii_end();
        let inside =
            indent.is_some_and(|indent| depth > indent || (depth == indent && text.starts_with(b"-")));
        if inside || text.is_empty() {
            return wanted;
        }
        let at_its_depth = depth > 0 && indent.is_none_or(|indent| indent == depth);
        match chart(text) {
            Some(chart) if at_its_depth => {
                let wanted = self.charts.iter().any(|wanted| wanted.as_bytes() == chart);
                self.place = Place::Entries { indent: Some(depth), wanted };
            }
            // Whatever this is, nothing that follows it is left out.
            _ if depth == 0 || !at_its_depth => self.place = Place::After,
            _ => self.place = Place::Entries { indent: Some(depth), wanted: true },
        }
        true
    }
}

/// The chart that a line names, if all it does is name one.
fn chart(text: &[u8]) -> Option<&[u8]> {
    let name = text.strip_suffix(b":")?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (name.first()?.is_ascii_alphanumeric() && name.iter().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skim(text: &str) -> String {
        let whole = left(text, text.len().max(1));
        for size in [1, 2, 7] {
            assert_eq!(left(text, size), whole, "in pieces of {size}");
        }
        whole
    }

    fn left(text: &str, size: usize) -> String {
        let mut skim = Skim::new(&["hub"]);
        let mut out: Vec<u8> = text.as_bytes().chunks(size).flat_map(|piece| skim.piece(piece)).collect();
        out.extend(skim.rest());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_the_lines_of_other_charts_are_blank() {
        let index = "apiVersion: v1\nentries:\n  a:\n  - version: 1\n    urls:\n    - x\n\n  hub:\n  - version: 2\n  z:\n  - version: 3\ngenerated: now\n";
        let left = "apiVersion: v1\nentries:\n  a:\n\n\n\n\n  hub:\n  - version: 2\n  z:\n\ngenerated: now\n";
        assert_eq!(skim(index), left);
        let deeper = "entries:\r\n    a:\r\n        - version: 1\r\n    hub:\r\n        - version: 2";
        assert_eq!(skim(deeper), "entries:\r\n    a:\r\n\n    hub:\r\n        - version: 2");
        let long =
            format!("entries:\n  a:\n  - description: {}\n  hub:\n  - version: 2\n", "x".repeat(3 * LONGEST));
        assert_eq!(skim(&long), "entries:\n  a:\n\n  hub:\n  - version: 2\n");
    }

    #[test]
    fn what_looks_otherwise_is_passed_on() {
        for index in [
            "{\"entries\": {\"a\": [{\"version\": 1}]}}\n",
            "entries: {a: [{version: 1}],\n  hub:\n  []}\n",
            "entries:\n  \"a\":\n  - version: 1\n",
            "entries:\n  ? a\n  : - version: 1\n",
            "entries:\n  a: &a\n  - version: 1\n  hub: *a\n",
            "entries:\n# why\n  a:\n  - version: 1\n",
            "entries:\na:\n- version: 1\n",
            "other:\n  entries:\n    a:\n    - version: 1\n",
            "entries:\n\ta:\n\t- version: 1\n",
        ] {
            assert_eq!(skim(index), index);
        }
    }
}
