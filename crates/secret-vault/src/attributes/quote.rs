//! Quoted patterns: in double quotes, with the escapes of C.

/// The text within the quotes at the start of `line`, and what follows; `None` where none are, or none that are right.
pub(super) fn unquote(line: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = line.strip_prefix(b"\"")?;
    let mut text = Vec::new();
    loop {
        let (first, after) = rest.split_first()?;
        rest = after;
        match first {
            b'"' => return Some((text, rest)),
            b'\\' => {
                let (byte, after) = escaped(rest)?;
                text.push(byte);
                rest = after;
            }
            byte => text.push(*byte),
        }
    }
}

fn escaped(rest: &[u8]) -> Option<(u8, &[u8])> {
    let (first, after) = rest.split_first()?;
    let byte = match first {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'"' => *first,
        b'0'..=b'3' => {
            let (digits, after) = rest.split_first_chunk::<3>()?;
            let octal = |byte: u8| (b'0'..=b'7').contains(&byte).then(|| byte - b'0');
            let [high, middle, low] = *digits;
            return Some((octal(high)? << 6 | octal(middle)? << 3 | octal(low)?, after));
        }
        _ => return None,
    };
    Some((byte, after))
}
