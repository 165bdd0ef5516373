//! Packets of git's protocol: four hexadecimal digits of length, then the bytes.

use std::io::{self, ErrorKind, Read, Write};

use zeroize::Zeroizing;

/// Bytes that fit into one packet.
const LARGEST: usize = 65_516;
const DIGITS: usize = 4;

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    /// Bytes.
    Data(Zeroizing<Vec<u8>>),
    /// The end of a list.
    Flush,
    /// The end of everything.
    End,
}

/// The next packet.
pub(super) fn read(from: &mut impl Read) -> io::Result<Packet> {
    let Some(size) = size(from)? else { return Ok(Packet::End) };
    if size == 0 {
        return Ok(Packet::Flush);
    }
    let mut bytes = Zeroizing::new(vec![0; size]);
    from.read_exact(&mut bytes)?;
    Ok(Packet::Data(bytes))
}

/// All packets up to the next end of a list, in one piece.
pub(super) fn read_content(from: &mut impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::new());
    loop {
        match size(from)? {
            Some(0) => return Ok(content),
            Some(size) => {
                let start = content.len();
                grow(&mut content, size);
                from.read_exact(content.get_mut(start..).unwrap_or_default())?;
            }
            None => return Err(ErrorKind::UnexpectedEof.into()),
        }
    }
}

/// Makes room without leaving traces: what `Vec` would leave behind when it moves is erased.
fn grow(content: &mut Zeroizing<Vec<u8>>, more: usize) {
    let size = content.len() + more;
    if size > content.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(size.max(content.capacity() * 2)));
        larger.extend_from_slice(content);
        *content = larger;
    }
    content.resize(size, 0);
}

/// The length of the next packet; zero is the end of a list, none the end of everything.
fn size(from: &mut impl Read) -> io::Result<Option<usize>> {
    let mut digits = [0; DIGITS];
    let mut have = 0;
    while have < DIGITS {
        match from.read(digits.get_mut(have..).unwrap_or_default()) {
            Ok(0) if have == 0 => return Ok(None),
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => have += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let size = std::str::from_utf8(&digits).ok().and_then(|digits| usize::from_str_radix(digits, 16).ok());
    match size {
        Some(0) => Ok(Some(0)),
        Some(size) if (DIGITS + 1..=DIGITS + LARGEST).contains(&size) => Ok(Some(size - DIGITS)),
        _ => Err(ErrorKind::InvalidData.into()),
    }
}

/// Writes bytes, in as many packets as they need.
pub(super) fn write(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(LARGEST) {
        write!(to, "{:04x}", piece.len() + DIGITS)?;
        to.write_all(piece)?;
    }
    Ok(())
}

/// Writes the end of a list.
pub(super) fn flush(to: &mut impl Write) -> io::Result<()> {
    to.write_all(b"0000")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn content_of_any_size_survives(size in prop_oneof![0usize..100, 65_510..65_520usize, 131_000..131_100usize]) {
            let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
            let mut wire = Vec::new();
            write(&mut wire, &bytes).unwrap();
            flush(&mut wire).unwrap();
            let read = read_content(&mut wire.as_slice()).unwrap();
            prop_assert_eq!(read.as_slice(), bytes.as_slice());
        }

        #[test]
        fn any_bytes_are_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = read_content(&mut bytes.as_slice());
            let _ = read(&mut bytes.as_slice());
        }
    }
}
