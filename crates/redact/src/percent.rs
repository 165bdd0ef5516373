//! Percent-encoding as browsers, Go and HTML forms write it.

/// Every way in which `bytes` may be percent-encoded.
pub(crate) fn forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    // What stays as it is beside letters and digits: RFC 3986, JavaScript, and Go's path and
    // user-and-password parts of a URL.
    let mut forms: Vec<Vec<u8>> = ["-_.~", "-_.!~*'()", "-_.~$&+=:@", "-_.~$&+,;="]
        .iter()
        .flat_map(|kept| [encode(bytes, kept, UPPER, b"%20"), encode(bytes, kept, LOWER, b"%20")])
        .collect();
    forms.push(encode(bytes, "-_.~", UPPER, b"+"));
    forms.push(encode(bytes, "-_.*", UPPER, b"+"));
    forms
}

const UPPER: &[u8; 16] = b"0123456789ABCDEF";
const LOWER: &[u8; 16] = b"0123456789abcdef";

fn encode(bytes: &[u8], kept: &str, digits: &[u8; 16], space: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 3);
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(byte) {
            out.push(*byte);
        } else if *byte == b' ' {
            out.extend_from_slice(space);
        } else {
            out.push(b'%');
            out.extend([byte >> 4, byte & 15].iter().filter_map(|nibble| digits.get(usize::from(*nibble))));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_nasty_value() {
        let forms: Vec<_> =
            forms("a b/é'+".as_bytes()).into_iter().map(|f| String::from_utf8(f).unwrap()).collect();
        for wanted in
            ["a%20b%2F%C3%A9%27%2B", "a%20b%2f%c3%a9%27%2b", "a+b%2F%C3%A9%27%2B", "a%20b%2F%C3%A9'%2B"]
        {
            assert!(forms.iter().any(|form| form == wanted), "{wanted} in {forms:?}");
        }
    }
}
