//! Sealed files that open, and files that must not.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use proptest::prelude::*;
use secret_vault::{Error, Key, is_sealed};

const TEXT: &[u8] = b"hub:\n  cookieSecret: correct-horse-battery\n  password: hunter2hunter2\n";

fn key(fill: u8) -> Key {
    let material: Vec<u8> = (0..96u8).map(|at| at.wrapping_mul(37) ^ fill | 1).collect();
    Key::from_bytes("the test", &material).unwrap()
}

fn open(key: &Key, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    key.open("secrets/hub.yaml".into(), bytes).map(|opened| opened.expose().to_vec())
}

proptest! {
    #[test]
    fn what_was_sealed_opens(bytes in prop::collection::vec(any::<u8>(), 0..5000)) {
        prop_assume!(!is_sealed(&bytes));
        let sealed = key(2).seal(&bytes);
        prop_assert!(is_sealed(&sealed));
        prop_assert_eq!(sealed.len(), bytes.len() + 22);
        prop_assert_eq!(open(&key(2), &sealed).unwrap(), bytes);
    }

    #[test]
    fn another_key_never_opens_and_is_named(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let error = open(&key(4), &key(2).seal(&bytes)).unwrap_err();
        let (file, origin) = ("secrets/hub.yaml".into(), "the test".into());
        prop_assert_eq!(error, Error::WrongKey { file, fingerprint: key(4).fingerprint(), origin });
    }

    #[test]
    fn a_changed_byte_never_opens(bytes in prop::collection::vec(any::<u8>(), 0..300), at: prop::sample::Index, flip in 1u8..) {
        let mut sealed = key(2).seal(&bytes);
        let at = at.index(sealed.len());
        sealed[at] ^= flip;
        prop_assert!(open(&key(2), &sealed).is_err(), "byte {at}");
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = open(&key(2), &bytes);
        let _ = open(&key(2), &[b"\0GITCRYPT\0", bytes.as_slice()].concat());
    }
}

/// Counter mode leaves the rest of a changed text legible, which tells it from a wrong key.
#[test]
fn a_change_to_sealed_text_is_told_from_a_wrong_key() {
    let sealed = key(2).seal(TEXT);
    let tampered = Error::Tampered { file: "secrets/hub.yaml".into(), fingerprint: key(2).fingerprint() };
    for at in 22..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 0x80;
        assert_eq!(open(&key(2), &changed).unwrap_err(), tampered, "byte {at}");
    }
    for size in 54..sealed.len() {
        assert_eq!(open(&key(2), &sealed[..size]).unwrap_err(), tampered, "cut at {size}");
    }
    assert_eq!(open(&key(2), &[&sealed[..], b"\n"].concat()).unwrap_err(), tampered);
    // A nonce that was changed spoils everything, so the key is what is named.
    for at in 10..22 {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(matches!(open(&key(2), &changed), Err(Error::WrongKey { .. })), "byte {at}");
    }
}

/// git drops carriage returns from ciphertext where `text` is set on its path.
#[test]
fn ciphertext_after_a_line_ending_conversion_counts_as_changed() {
    let text = TEXT.repeat(40);
    let mut lost = key(2).seal(&text);
    lost.truncate(lost.len() - 3);
    assert!(matches!(open(&key(2), &lost), Err(Error::Tampered { .. })));
}

#[test]
fn plaintext_of_every_length_is_refused_not_emptied() {
    // Up to 22 bytes, git-crypt itself checks such a file out empty, and succeeds.
    for size in 0..TEXT.len() {
        assert_eq!(
            open(&key(2), &TEXT[..size]).unwrap_err(),
            Error::Plaintext { file: "secrets/hub.yaml".into() },
            "{size}"
        );
    }
    assert!(matches!(open(&key(2), b"\0"), Err(Error::Plaintext { .. })));
}

#[test]
fn a_file_that_ends_within_its_header_is_cut_off() {
    let sealed = key(2).seal(TEXT);
    for size in 2..22 {
        let wanted = Error::Truncated { file: "secrets/hub.yaml".into(), size };
        assert_eq!(open(&key(2), &sealed[..size]).unwrap_err(), wanted);
    }
}

#[test]
fn a_file_sealed_twice_is_refused() {
    let twice = key(2).seal(&key(2).seal(TEXT));
    assert!(matches!(open(&key(2), &twice), Err(Error::SealedTwice { .. })));
    let by_two = key(2).seal(&key(4).seal(TEXT));
    assert!(matches!(open(&key(2), &by_two), Err(Error::SealedTwice { .. })));
}

#[test]
fn the_same_text_seals_to_the_same_bytes() {
    assert_eq!(key(2).seal(TEXT), key(2).seal(TEXT));
    assert_ne!(key(2).seal(TEXT), key(4).seal(TEXT));
}

#[test]
fn debug_output_shows_no_plaintext() {
    let opened = key(2).open("secrets/hub.yaml".into(), &key(2).seal(TEXT)).unwrap();
    let text = format!("{opened:?} {:?}", opened.secrets());
    assert!(text.contains("secrets/hub.yaml"), "{text}");
    assert!(!text.contains("hunter2") && !text.contains("104, 117, 110"), "{text}");
}
