//! HTTP's framing of a body: what each received byte is.

/// A stretch of bytes whose role is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Head of the answer, or a body of known length: never changed.
    Plain(Vec<u8>),
    /// The content of one chunk; its length line is written anew.
    Chunk(Vec<u8>),
    /// The chunk of length zero that ends a body.
    Last,
}

/// Where in an HTTP answer the next byte stands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Framing {
    /// Before the end of the head.
    Head,
    /// This many bytes of a body of known length are missing.
    Length(usize),
    /// Before a chunk.
    Chunks,
    /// After the end of the body.
    Done,
}

impl Part {
    /// The bytes on the wire.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Plain(bytes) => out.extend_from_slice(bytes),
            Self::Chunk(content) => {
                out.extend_from_slice(format!("{:x}\r\n", content.len()).as_bytes());
                out.extend_from_slice(content);
                out.extend_from_slice(b"\r\n");
            }
            Self::Last => out.extend_from_slice(b"0\r\n\r\n"),
        }
    }
}

impl Framing {
    /// Takes the bytes of one `recv()` apart; the recorded servers never split head or chunk.
    pub(crate) fn parts(&mut self, mut bytes: &[u8]) -> Result<Vec<Part>, &'static str> {
        let mut parts = Vec::new();
        while !bytes.is_empty() {
            let (part, used) = match self {
                Self::Head => {
                    let end = find(bytes, b"\r\n\r\n").ok_or("the head came in pieces")? + 4;
                    let (head, _) = bytes.split_at(end);
                    *self = body_after(head)?;
                    (Part::Plain(head.to_vec()), end)
                }
                Self::Length(missing) => {
                    *missing = missing.checked_sub(bytes.len()).ok_or("more bytes than Content-Length")?;
                    if *missing == 0 {
                        *self = Self::Done;
                    }
                    (Part::Plain(bytes.to_vec()), bytes.len())
                }
                Self::Chunks => chunk(bytes)?,
                Self::Done => return Err("bytes after the end of the body"),
            };
            if part == Part::Last {
                *self = Self::Done;
            }
            parts.push(part);
            bytes = bytes.get(used..).unwrap_or_default();
        }
        Ok(parts)
    }
}

fn body_after(head: &[u8]) -> Result<Framing, &'static str> {
    let head = std::str::from_utf8(head).map_err(|_| "the head is no text")?.to_ascii_lowercase();
    if head.contains("\r\ntransfer-encoding: chunked\r\n") {
        return Ok(Framing::Chunks);
    }
    let length = head.split_once("\r\ncontent-length: ").and_then(|(_, rest)| rest.split("\r\n").next());
    let length = length.and_then(|text| text.parse().ok()).ok_or("neither a length nor chunks")?;
    Ok(if length == 0 { Framing::Done } else { Framing::Length(length) })
}

fn chunk(bytes: &[u8]) -> Result<(Part, usize), &'static str> {
    const CUT: &str = "a chunk that came in pieces";
    let line = find(bytes, b"\r\n").ok_or(CUT)?;
    let digits = bytes.get(..line).and_then(|line| std::str::from_utf8(line).ok()).ok_or(CUT)?;
    let length = usize::from_str_radix(digits, 16).map_err(|_| "a chunk's length is no number")?;
    let end = line + 2 + length;
    if bytes.get(end..end + 2) != Some(b"\r\n") {
        return Err(CUT);
    }
    let content = bytes.get(line + 2..end).ok_or(CUT)?;
    let part = if length == 0 { Part::Last } else { Part::Chunk(content.to_vec()) };
    Ok((part, end + 2))
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
