//! Chunks of bytes to lines of bounded length.

use crate::{Line, MAX_LINE, Stream};

/// Splits one stream; holds at most [`MAX_LINE`] bytes.
#[derive(Debug)]
pub(crate) struct Splitter {
    stream: Stream,
    held: Vec<u8>,
    truncated: bool,
}

impl Splitter {
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, held: Vec::new(), truncated: false }
    }

    /// Takes the next bytes and hands every line that they end to `emit`.
    pub(crate) fn push(&mut self, bytes: &[u8], mut emit: impl FnMut(Line)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(rest) => {
                    self.hold(rest);
                    emit(self.take());
                }
                None => self.hold(piece),
            }
        }
    }

    /// The last line, where the stream ended without a line ending.
    pub(crate) fn finish(&mut self) -> Option<Line> {
        (!self.held.is_empty()).then(|| self.take())
    }

    fn hold(&mut self, bytes: &[u8]) {
        let room = MAX_LINE - self.held.len();
        let (kept, cut) = bytes.split_at(room.min(bytes.len()));
        self.held.extend_from_slice(kept);
        // A carriage return that belongs to the line ending is no text.
        self.truncated |= !cut.is_empty() && cut != b"\r";
    }

    fn take(&mut self) -> Line {
        let text = self.held.strip_suffix(b"\r").unwrap_or(&self.held);
        let text = String::from_utf8_lossy(text).into_owned();
        self.held.clear();
        Line { stream: self.stream, text, truncated: std::mem::take(&mut self.truncated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<(String, bool)> {
        let mut splitter = Splitter::new(Stream::Stdout);
        let mut lines = Vec::new();
        for chunk in chunks {
            splitter.push(chunk, |line| lines.push((line.text, line.truncated)));
        }
        lines.extend(splitter.finish().map(|line| (line.text, line.truncated)));
        lines
    }

    #[test]
    fn chunk_edges_change_nothing() {
        let text = "a\n\nb\r\nschön\nend".as_bytes();
        let whole = lines(&[text]);
        assert_eq!(whole.iter().map(|l| l.0.as_str()).collect::<Vec<_>>(), ["a", "", "b", "schön", "end"]);
        for at in 0..=text.len() {
            let (head, tail) = text.split_at(at);
            assert_eq!(lines(&[head, tail]), whole, "split at {at}");
        }
    }

    #[test]
    fn a_long_line_is_cut_and_marked_and_the_next_one_is_whole() {
        let exact = vec![b'x'; MAX_LINE];
        let cases = [(exact.clone(), false), ([exact.clone(), b"y".to_vec()].concat(), true)];
        for (line, truncated) in cases {
            let text = [line.as_slice(), b"\nnext\n"].concat();
            let got = lines(&text.chunks(1000).collect::<Vec<_>>());
            assert_eq!(got.len(), 2);
            assert_eq!((got[0].0.len(), got[0].1), (MAX_LINE, truncated));
            assert_eq!(got[1], ("next".into(), false));
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced() {
        assert_eq!(lines(&[b"a\xffb\n"]), [("a\u{fffd}b".to_owned(), false)]);
    }
}
