//! Hexadecimal, and base64 wherever it begins.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

/// `bytes` in both cases of hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> [Vec<u8>; 2] {
    let lower: Vec<u8> = bytes.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect();
    let upper = lower.to_ascii_uppercase();
    [lower, upper]
}

/// `bytes` in base64 and base64url, by themselves and within something longer.
pub(crate) fn base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = vec![STANDARD.encode(bytes).into_bytes(), URL_SAFE.encode(bytes).into_bytes()];
    forms.extend(within(&STANDARD_NO_PAD, bytes));
    forms.extend(within(&URL_SAFE_NO_PAD, bytes));
    forms
}

/// `bytes` in base64 of base64, each layer within something longer, as in the Secret of a Secret's
/// payload. Both layers in the standard alphabet: every further mix would cost nine patterns a value.
pub(crate) fn base64_twice(bytes: &[u8]) -> Vec<Vec<u8>> {
    let layer = |bytes: &[u8]| within(&STANDARD_NO_PAD, bytes);
    layer(bytes).iter().flat_map(|inner| layer(inner)).collect()
}

/// The characters that `bytes` alone decide, for each of the three places where they may begin in
/// a group of three. Characters at the edges that also hold bits of the neighbours are cut.
fn within(engine: &GeneralPurpose, bytes: &[u8]) -> Vec<Vec<u8>> {
    (0..3)
        .filter_map(|before: usize| {
            let padded = [vec![0; before], bytes.to_vec()].concat();
            let text = engine.encode(&padded).into_bytes();
            let start = (before * 8).div_ceil(6);
            let end = padded.len() * 8 / 6;
            text.get(start..end).map(<[u8]>::to_vec)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_at_every_offset_of_a_longer_text() {
        let secret = b"hunter2\xff\xfe\xfdhunter2";
        let found = |text: &str, forms: &[Vec<u8>]| {
            forms.iter().any(|form| text.contains(std::str::from_utf8(form).unwrap()))
        };
        for before in 0..7 {
            for after in 0..7 {
                let text = [vec![b'<'; before], secret.to_vec(), vec![b'>'; after]].concat();
                for engine in [STANDARD, URL_SAFE, STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
                    let once = engine.encode(&text);
                    assert!(found(&once, &base64(secret)), "{before} {after}");
                }
                let once = STANDARD.encode(&text);
                for engine in [STANDARD, STANDARD_NO_PAD] {
                    for shift in 0..3 {
                        let twice = engine.encode([&"-".repeat(shift), once.as_str()].concat());
                        assert!(found(&twice, &base64_twice(secret)), "{before} {after} {shift}");
                    }
                }
            }
        }
    }

    #[test]
    fn hexadecimal_has_two_cases() {
        assert_eq!(hex(b"\x00\xabz"), [b"00ab7a".to_vec(), b"00AB7A".to_vec()]);
    }
}
