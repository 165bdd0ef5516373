//! The format of the captures: a line `#@ SECONDS NBYTES`, then that many bytes of one `recv()`.

use std::time::Duration;

use super::framing::{Framing, Part};
use crate::Error;

/// A recorded answer.
#[derive(Debug, Clone)]
pub(crate) struct Recording {
    /// Path and query of the recorded request.
    pub(crate) target: String,
    /// Status of the recorded answer.
    pub(crate) status: u16,
    /// What arrived, in order.
    pub(crate) moments: Vec<Moment>,
    /// What happened after the last byte.
    pub(crate) end: End,
}

/// What one `recv()` brought.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// Time since the request.
    pub(crate) at: Duration,
    /// The bytes, by their role.
    pub(crate) parts: Vec<Part>,
}

/// How a recorded connection goes on after its last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The body is complete: the connection may carry another request.
    Complete,
    /// The server closed the connection in the middle of the body.
    Closed,
    /// Nothing more comes, and the stream stays open until the client leaves.
    Open,
}

impl Recording {
    /// Parses a capture.
    ///
    /// # Errors
    ///
    /// [`Error::Recording`] with the line that breaks the format.
    pub(crate) fn parse(name: &'static str, file: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader { name, file, rest: file };
        let mut target = String::new();
        let mut received = Vec::new();
        let reason = loop {
            let line = reader.line()?;
            if let Some(url) = line.strip_prefix("# url ") {
                target = path_of(url).ok_or_else(|| reader.broken("no absolute URL"))?;
            }
            let Some(mark) = line.strip_prefix("#@ ") else { continue };
            let (seconds, rest) =
                mark.split_once(' ').ok_or_else(|| reader.broken("a mark without a number"))?;
            if let Some(reason) = rest.strip_prefix("END ") {
                break reason;
            }
            let seconds: f64 = seconds.parse().map_err(|_| reader.broken("seconds are no number"))?;
            let at =
                Duration::try_from_secs_f64(seconds).map_err(|_| reader.broken("seconds are no time"))?;
            let length = rest.parse().map_err(|_| reader.broken("the number of bytes is none"))?;
            received.push((at, reader.bytes(length)?));
        };
        let mut framing = Framing::Head;
        let mut moments = Vec::new();
        for (at, bytes) in received {
            let parts = framing.parts(bytes).map_err(|reason| reader.broken(reason))?;
            moments.push(Moment { at, parts });
        }
        let end = match framing {
            Framing::Done => End::Complete,
            Framing::Head => return Err(reader.broken("the answer has no head")),
            _ if reason.starts_with("server closed") => End::Closed,
            _ => End::Open,
        };
        let status = status_of(&moments).ok_or_else(|| reader.broken("the answer has no status"))?;
        Ok(Self { target, status, moments, end })
    }

    /// Every chunk's content, in order.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        self.moments.iter().flat_map(|moment| &moment.parts).filter_map(|part| match part {
            Part::Chunk(content) => Some(content.as_slice()),
            _ => None,
        })
    }
}

fn path_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    rest.find('/').and_then(|slash| rest.get(slash..)).map(str::to_owned)
}

fn status_of(moments: &[Moment]) -> Option<u16> {
    match moments.first()?.parts.first()? {
        Part::Plain(head) => std::str::from_utf8(head.get(9..12)?).ok()?.parse().ok(),
        _ => None,
    }
}

struct Reader<'a> {
    name: &'static str,
    file: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn line(&mut self) -> Result<&'a str, Error> {
        let end =
            self.rest.iter().position(|byte| *byte == b'\n').ok_or_else(|| self.broken("no END line"))?;
        let (line, rest) = self.rest.split_at(end);
        let line = std::str::from_utf8(line).map_err(|_| self.broken("a line that is no text"))?;
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(line)
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (bytes, rest) =
            self.rest.split_at_checked(length).ok_or_else(|| self.broken("fewer bytes than announced"))?;
        // The recorder adds a newline where the bytes do not end with one.
        let rest = if rest.starts_with(b"#@ ") { rest } else { rest.strip_prefix(b"\n").unwrap_or(rest) };
        if !rest.starts_with(b"#@ ") {
            return Err(self.broken("more bytes than announced"));
        }
        self.rest = rest;
        Ok(bytes)
    }

    fn broken(&self, reason: &'static str) -> Error {
        let read = self.file.len() - self.rest.len();
        let newlines = self.file.iter().take(read).filter(|byte| **byte == b'\n').count();
        Error::Recording { name: self.name, line: newlines.max(1), reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Recording, String> {
        Recording::parse("made-up", text.as_bytes()).map_err(|error| error.to_string())
    }

    /// A capture of one `recv()`.
    fn capture(bytes: &str, end: &str) -> String {
        format!("# url https://a.b/build/gh/x/y/z?q=1\n#@ 0.5 {}\n{bytes}#@ 1.5 END {end}\n", bytes.len())
    }

    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    #[test]
    fn a_cut_stream_keeps_its_chunks_and_its_end() {
        let text = capture(&format!("{CHUNKED}3\r\nabc\r\n2\r\n\n\n\r\n"), "server closed total_bytes 59");
        let recording = parse(&text).unwrap();
        assert_eq!((recording.target.as_str(), recording.status), ("/build/gh/x/y/z?q=1", 200));
        assert_eq!(recording.chunks().collect::<Vec<_>>(), [&b"abc"[..], b"\n\n"]);
        assert_eq!(recording.moments[0].at, Duration::from_millis(500));
        assert_eq!(recording.end, End::Closed);
    }

    #[test]
    fn what_follows_the_last_byte_is_known() {
        let known = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n";
        for (bytes, end) in [
            (format!("{CHUNKED}3\r\nabc\r\n"), End::Open),
            (format!("{CHUNKED}3\r\nabc\r\n0\r\n\r\n"), End::Complete),
            (format!("{known}hi"), End::Complete),
            (format!("{known}h"), End::Open),
        ] {
            assert_eq!(parse(&capture(&bytes, "max_s total_bytes 1")).unwrap().end, end, "{bytes}");
        }
    }

    #[test]
    fn what_breaks_the_format_is_named_with_its_line() {
        let known = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
        for (text, reason) in [
            ("# nothing\n".to_owned(), "line 1: no END line"),
            ("# url nothing\n".to_owned(), "line 1: no absolute URL"),
            ("#@ 3\n".to_owned(), "line 1: a mark without a number"),
            ("#@ x 3\nabc\n#@ 1 END x\n".to_owned(), "line 1: seconds are no number"),
            ("#@ -1 3\nabc\n#@ 1 END x\n".to_owned(), "line 1: seconds are no time"),
            ("#@ 0 x\nabc\n#@ 1 END x\n".to_owned(), "line 1: the number of bytes is none"),
            ("#@ 0 99\nabc\n#@ 1 END x\n".to_owned(), "line 1: fewer bytes than announced"),
            ("#@ 0 1\nabc\n#@ 1 END x\n".to_owned(), "line 1: more bytes than announced"),
            ("#@ 0 3\nabc\n#@ 1 END x\n".to_owned(), "line 3: the head came in pieces"),
            ("#@ 0 END x\n".to_owned(), "line 1: the answer has no head"),
            (capture(&format!("{known}abc"), "x"), "line 6: more bytes than Content-Length"),
            (capture("HTTP/1.1 200 OK\r\n\r\n", "x"), "line 5: neither a length nor chunks"),
            (capture(&format!("{CHUNKED}5\r\nab"), "x"), "line 7: a chunk that came in pieces"),
            (capture(&format!("{CHUNKED}z\r\nab\r\n"), "x"), "line 8: a chunk's length is no number"),
            (capture(&format!("{CHUNKED}0\r\n\r\nmore"), "x"), "line 8: bytes after the end of the body"),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.ends_with(reason), "{error} instead of {reason}");
        }
    }
}
