//! Bytes of a `text/event-stream` to events, as the WHATWG grammar splits them.
//!
//! Incremental: any split of the same bytes gives the same frames. It never fails: bad UTF-8
//! becomes U+FFFD, and an event longer than the cap is cut, marked and passed on. Comments are
//! frames too, because BinderHub's `:keepalive` every 25 s is the only sign of life of a long
//! build. `event`, `id` and `retry` are ignored: BinderHub sends none, and an id only serves a
//! reconnect, which would be a new launch.

/// One thing the stream said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A dispatched event.
    Message(Message),
    /// A comment line without its colon; `keepalive` from BinderHub.
    Comment(String),
}

/// The data of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The `data` lines, joined by line feeds.
    pub data: String,
    /// Whether bytes beyond the cap were thrown away.
    pub truncated: bool,
}

/// What lay unfinished when the stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// Bytes of an event that no empty line had ended. Their text is not kept: it may be half a token.
    pub bytes: usize,
}

/// The incremental decoder.
#[derive(Debug)]
pub struct Decoder {
    cap: usize,
    line: Vec<u8>,
    line_truncated: bool,
    data: String,
    has_data: bool,
    data_truncated: bool,
    after_cr: bool,
    at_start: bool,
}

impl Default for Decoder {
    /// A cap of 1 MiB: BinderHub's longest recorded event is 6 kB.
    fn default() -> Self {
        Self::new(1 << 20)
    }
}

impl Decoder {
    /// A decoder that keeps at most `cap` bytes of a line and of an event's data.
    #[must_use]
    pub fn new(cap: usize) -> Self {
        Self {
            cap,
            line: Vec::new(),
            line_truncated: false,
            data: String::new(),
            has_data: false,
            data_truncated: false,
            after_cr: false,
            at_start: true,
        }
    }

    /// Takes the next bytes and returns the frames they completed.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        let mut rest = bytes;
        loop {
            // The line feed of a CRLF, which may have come in a later push than its CR.
            if self.after_cr && !rest.is_empty() {
                self.after_cr = false;
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
            let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.take(rest);
                return frames;
            };
            let (line, from_end) = rest.split_at(end);
            self.take(line);
            self.after_cr = from_end.first() == Some(&b'\r');
            rest = from_end.get(1..).unwrap_or_default();
            frames.extend(self.end_line());
        }
    }

    /// What was left unfinished; an event counts only with the empty line behind it.
    #[must_use]
    pub fn finish(self) -> Option<Tail> {
        let bytes = self.line.len() + self.data.len();
        (bytes > 0).then_some(Tail { bytes })
    }

    fn take(&mut self, bytes: &[u8]) {
        let room = self.cap.saturating_sub(self.line.len()).min(bytes.len());
        self.line.extend_from_slice(bytes.get(..room).unwrap_or_default());
        self.line_truncated |= room < bytes.len();
    }

    fn end_line(&mut self) -> Option<Frame> {
        let line = std::mem::take(&mut self.line);
        let truncated = std::mem::take(&mut self.line_truncated);
        let line = match std::mem::take(&mut self.at_start) {
            true => line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line),
            false => &line,
        };
        if line.is_empty() {
            return self.dispatch();
        }
        let text = String::from_utf8_lossy(line);
        let (field, value) = text.split_once(':').unwrap_or((&text, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => Some(Frame::Comment(value.to_owned())),
            "data" => {
                self.append(value, truncated);
                None
            }
            _ => None,
        }
    }

    fn append(&mut self, value: &str, truncated: bool) {
        if self.has_data {
            self.data.push('\n');
        }
        self.has_data = true;
        let room = self.cap.saturating_sub(self.data.len());
        let cut = value.floor_char_boundary(room);
        self.data.push_str(value.get(..cut).unwrap_or_default());
        self.data_truncated |= truncated || cut < value.len();
    }

    fn dispatch(&mut self) -> Option<Frame> {
        let truncated = std::mem::take(&mut self.data_truncated);
        let data = std::mem::take(&mut self.data);
        std::mem::take(&mut self.has_data).then_some(Frame::Message(Message { data, truncated }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(data: &str) -> Frame {
        Frame::Message(Message { data: data.into(), truncated: false })
    }

    fn decode(bytes: &[u8]) -> Vec<Frame> {
        Decoder::default().push(bytes)
    }

    #[test]
    fn the_grammar() {
        let comment = |text: &str| Frame::Comment(text.into());
        let table: &[(&str, &[u8], Vec<Frame>)] = &[
            ("one event", b"data: a\n\n", vec![message("a")]),
            ("several in one chunk", b"data: a\n\ndata: b\n\n", vec![message("a"), message("b")]),
            ("CRLF", b"data: a\r\n\r\n", vec![message("a")]),
            ("CR alone", b"data: a\r\r", vec![message("a")]),
            ("mixed ends", b"data: a\r\n\ndata: b\r\r\n", vec![message("a"), message("b")]),
            ("data over two lines", b"data: a\ndata: b\n\n", vec![message("a\nb")]),
            ("only one space is the separator", b"data:  a\n\n", vec![message(" a")]),
            ("no space", b"data:a\n\n", vec![message("a")]),
            ("a field without a colon", b"data\n\n", vec![message("")]),
            ("a byte order mark", b"\xef\xbb\xbfdata: a\n\n", vec![message("a")]),
            ("a byte order mark later is text", b"\n\xef\xbb\xbfdata: a\n\n", vec![]),
            ("keepalive", b":keepalive\n\n", vec![comment("keepalive")]),
            ("comment inside an event", b"data: a\n: x\n\n", vec![comment("x"), message("a")]),
            ("fields we ignore", b"event: e\nid: 1\nretry: 5\ndata: a\n\n", vec![message("a")]),
            ("only fields we ignore", b"id: 1\n\n", vec![]),
            ("empty lines", b"\n\n\r\n\n", vec![]),
            ("bad UTF-8", b"data: a\xffb\xc3\n\n", vec![message("a\u{fffd}b\u{fffd}")]),
            ("unfinished", b"data: a\n", vec![]),
        ];
        for (name, bytes, expected) in table {
            assert_eq!(&decode(bytes), expected, "{name}");
        }
    }

    #[test]
    fn an_event_beyond_the_cap_is_cut_and_the_next_one_is_whole() {
        let mut decoder = Decoder::new(8);
        let frames = decoder.push("data: éééééé\n\ndata: ab\ndata: cdefghij\n\ndata: x\n\n".as_bytes());
        let cut = |data: &str| Frame::Message(Message { data: data.into(), truncated: true });
        // The cap counts the bytes of the line, field name and all, so it may halve a character.
        assert_eq!(frames, [cut("é"), cut("ab\ncd"), message("x")]);
    }

    #[test]
    fn the_tail_is_counted_and_not_kept() {
        let mut decoder = Decoder::default();
        decoder.push(b"data: done\n\ndata: {\"token\": \"ab");
        assert_eq!(decoder.finish(), Some(Tail { bytes: 19 }));
        let mut decoder = Decoder::default();
        decoder.push(b"data: done\n\n");
        assert_eq!(decoder.finish(), None);
    }

    fn soup() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just(b"data: ".to_vec()),
            Just(b"data".to_vec()),
            Just(b":keepalive".to_vec()),
            Just(b"\n".to_vec()),
            Just(b"\r".to_vec()),
            Just(b"\r\n".to_vec()),
            Just(b"\n\n".to_vec()),
            Just(b"\xef\xbb\xbf".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..12),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_frames(bytes in soup(), cuts in proptest::collection::vec(0usize..400, 0..12), cap in 0usize..64) {
            let mut whole = Decoder::new(cap);
            let expected = whole.push(&bytes);
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut split = Decoder::new(cap);
            let mut frames = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                frames.extend(split.push(&bytes[from..cut]));
                from = cut;
            }
            prop_assert_eq!(frames, expected);
            prop_assert_eq!(split.finish(), whole.finish());
        }

        #[test]
        fn what_is_written_is_read(texts in proptest::collection::vec("[^\r\n\u{feff}]{0,30}", 0..8), end in prop_oneof![Just("\n"), Just("\r"), Just("\r\n")]) {
            let wire: String = texts.iter().map(|text| format!("data: {text}{end}{end}")).collect();
            let expected: Vec<Frame> = texts.iter().map(|text| message(text)).collect();
            prop_assert_eq!(decode(wire.as_bytes()), expected);
        }
    }
}
