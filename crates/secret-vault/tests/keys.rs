//! Keys as operators hand them over, and keys that are refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use problem::Diagnose as _;
use proptest::prelude::*;
use secret_vault::{Error, Key, Notice};

const DEFAULT: &[u8] = include_bytes!("golden/default.key");
const LEGACY: &[u8] = include_bytes!("golden/legacy.key");

/// Places in the key file of one version.
const FORMAT: usize = 12;
const ENTRY: usize = 20;
const AES: usize = ENTRY + 12;
const HMAC: usize = AES + 40;

fn code(bytes: &[u8]) -> &'static str {
    Key::from_bytes("k", bytes).unwrap_err().code().as_str()
}

fn field(id: u32, data: &[u8]) -> Vec<u8> {
    [&id.to_be_bytes(), &u32::try_from(data.len()).unwrap().to_be_bytes(), data].concat()
}

fn key_file(header: &[u8], entries: &[u8]) -> Vec<u8> {
    [b"\0GITCRYPTKEY".as_slice(), &2u32.to_be_bytes(), header, &0u32.to_be_bytes(), entries].concat()
}

fn entry(version: u32, fill: u8) -> Vec<u8> {
    let fields = [field(1, &version.to_be_bytes()), field(3, &[fill; 32]), field(5, &[fill; 64])];
    [fields.concat(), 0u32.to_be_bytes().to_vec()].concat()
}

#[test]
fn a_variable_may_hold_the_key_in_any_dress() {
    let plain = STANDARD.encode(DEFAULT);
    let wrapped = |ending: &str| {
        plain
            .as_bytes()
            .chunks(76)
            .map(|line| format!("{}{ending}", std::str::from_utf8(line).unwrap()))
            .collect::<String>()
    };
    for text in [
        plain.clone(),
        format!("{plain}\n"),
        format!("  {plain}\r\n"),
        wrapped("\n"),
        wrapped("\r\n"),
        STANDARD_NO_PAD.encode(DEFAULT),
    ] {
        let key = Key::from_base64("GIT_CRYPT_KEY", text.as_bytes()).unwrap();
        assert_eq!((key.to_bytes().as_slice(), key.notices()), (DEFAULT, &[][..]), "{text:?}");
    }
    let raw = Key::from_base64("GIT_CRYPT_KEY", DEFAULT).unwrap();
    assert_eq!((raw.to_bytes().as_slice(), raw.notices()), (DEFAULT, &[Notice::NotEncoded][..]));
    let newline = Key::from_base64("K", STANDARD.encode([DEFAULT, b"\n"].concat()).as_bytes()).unwrap();
    assert_eq!(newline.notices(), [Notice::LineEnding]);
}

#[test]
fn a_line_ending_after_the_key_is_accepted_with_a_notice() {
    for ending in [&b"\n"[..], b"\r\n"] {
        for (bytes, notices) in
            [(DEFAULT, &[Notice::LineEnding][..]), (LEGACY, &[Notice::Legacy, Notice::LineEnding])]
        {
            let key = Key::from_bytes("k", &[bytes, ending].concat()).unwrap();
            assert_eq!((key.to_bytes().as_slice(), key.notices()), (DEFAULT, notices));
        }
    }
    assert_eq!(code(&[DEFAULT, b"x"].concat()), "vault.key_truncated");
    assert_eq!(code(&[DEFAULT, b"\n\n\n\n\n"].concat()), "vault.key_truncated");
}

#[test]
fn every_cut_of_a_key_is_refused_and_says_so() {
    for size in 1..DEFAULT.len() {
        // After the header the file holds no key yet; everywhere else it breaks off.
        let wanted = if size == ENTRY { "vault.key_empty" } else { "vault.key_truncated" };
        assert_eq!(code(&DEFAULT[..size]), wanted, "{size}");
    }
}

#[test]
fn empty_and_foreign_files_are_refused() {
    let sealed = include_bytes!("golden/0023.sealed");
    for (bytes, wanted) in [
        (&b""[..], "vault.key_empty"),
        (b"\n", "vault.key_empty"),
        (&key_file(&[], &[]), "vault.key_empty"),
        (sealed, "vault.not_a_key"),
        (b"-----BEGIN PGP MESSAGE-----\n", "vault.not_a_key"),
        (STANDARD.encode(DEFAULT).as_bytes(), "vault.not_a_key"),
        (&[b'a'; 96], "vault.not_a_key"),
        (&[200; 95], "vault.not_a_key"),
        (&[200; 99], "vault.not_a_key"),
    ] {
        assert_eq!(code(bytes), wanted, "{bytes:?}");
    }
}

#[test]
fn keys_without_key_material_are_refused() {
    let mut no_aes = DEFAULT.to_vec();
    no_aes[AES + 8..AES + 40].fill(0);
    let mut no_hmac = DEFAULT.to_vec();
    no_hmac[HMAC + 8..HMAC + 72].fill(0);
    let without = |id: u32| {
        let fields = [field(1, &[0; 4]), field(8 - id, &[7; 64][..if id == 3 { 64 } else { 32 }])];
        key_file(&[], &[fields.concat(), vec![0; 4]].concat())
    };
    let newer = [entry(1, 0), entry(0, 7)].concat();
    for bytes in
        [no_aes, no_hmac, without(3), without(5), key_file(&[], &[0; 4]), vec![0; 96], key_file(&[], &newer)]
    {
        assert_eq!(code(&bytes), "vault.key_zero", "{bytes:?}");
    }
}

#[test]
fn what_must_be_understood_is_refused_and_what_need_not_be_is_skipped() {
    let mut format = DEFAULT.to_vec();
    format[FORMAT + 3] = 3;
    assert_eq!(code(&format), "vault.key_incompatible");
    let entry = entry(0, 7);
    for (header, odd) in [(field(7, b"x"), true), (field(8, b"x"), false), (field(2, &[]), false)] {
        let result = Key::from_bytes("k", &key_file(&header, &entry));
        assert_eq!(
            matches!(result, Err(Error::KeyIncompatible { what: "field", number: 7, .. })),
            odd,
            "{result:?}"
        );
        let result = Key::from_bytes("k", &key_file(&[], &[header, entry.clone()].concat()));
        assert_eq!(result.is_err(), odd, "{result:?}");
    }
    assert_eq!(code(&key_file(&field(2, &vec![0; 1024 * 1024 + 1]), &entry)), "vault.key_malformed");
}

#[test]
fn names_are_those_of_git_crypt() {
    let entry = entry(0, 7);
    for name in ["team", "a-b_C9", &"x".repeat(128)] {
        let bytes = key_file(&field(1, name.as_bytes()), &entry);
        let key = Key::from_bytes("k", &bytes).unwrap();
        assert_eq!((key.name(), key.to_bytes().as_slice()), (Some(name), bytes.as_slice()));
    }
    for name in ["", "default", "a b", "ü", "a/b", &"x".repeat(129)] {
        assert_eq!(code(&key_file(&field(1, name.as_bytes()), &entry)), "vault.key_malformed", "{name}");
    }
    for (id, size) in [(1, 3), (3, 31), (3, 33), (5, 63), (5, 65)] {
        let bytes = key_file(&[], &[field(id, &vec![7; size]), entry.clone()].concat());
        assert_eq!(code(&bytes), "vault.key_malformed", "{id} {size}");
    }
}

/// git-crypt opens with version 0 alone, whatever it sealed with.
#[test]
fn of_several_versions_the_oldest_seals_and_all_open() {
    let one = |fill| Key::from_bytes("k", &key_file(&[], &entry(0, fill))).unwrap();
    let bytes = key_file(&[], &[entry(2, 9), entry(1, 8), entry(0, 7)].concat());
    let all = Key::from_bytes("k", &bytes).unwrap();
    assert_eq!((all.notices(), all.to_bytes().as_slice()), (&[Notice::Versions(3)][..], bytes.as_slice()));
    assert_eq!(all.seal(b"text"), one(7).seal(b"text"));
    for fill in [7, 8, 9] {
        assert_eq!(all.open("f".into(), &one(fill).seal(b"text")).unwrap().expose(), b"text");
    }
    let twice = Key::from_bytes("k", &key_file(&[], &[entry(0, 9), entry(0, 7)].concat())).unwrap();
    assert_eq!(twice.seal(b"text"), one(7).seal(b"text"), "the last one of a version wins");
}

#[test]
fn text_that_is_no_base64_is_refused_at_its_place() {
    for (text, at) in [("AEdJ-VDUlk", 5), ("\"AEdJ\"", 1), ("A\nE\0", 4), ("AE=dJ", 5), ("A", 1), ("Ä", 1)] {
        let error = Key::from_base64("V", text.as_bytes()).unwrap_err();
        assert_eq!(error, Error::KeyNotBase64 { origin: "V".into(), at }, "{text:?}");
    }
    assert_eq!(Key::from_base64("V", b" \n").unwrap_err().code().as_str(), "vault.key_empty");
    let twice = STANDARD.encode(STANDARD.encode(DEFAULT));
    assert_eq!(Key::from_base64("V", twice.as_bytes()).unwrap_err().code().as_str(), "vault.not_a_key");
}

#[test]
fn debug_output_shows_a_fingerprint_and_no_key() {
    let text = format!("{:?}", Key::from_bytes("a/key", DEFAULT).unwrap());
    assert!(text.contains("a/key") && text.contains("fingerprint"), "{text}");
    let hex: String = DEFAULT[AES + 8..AES + 40].iter().map(|byte| format!("{byte:02x}")).collect();
    let decimal = format!("{:?}", &DEFAULT[AES + 8..AES + 12]);
    assert!(!text.contains(&hex[..8]) && !text.contains(decimal.trim_matches(['[', ']'])), "{text}");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0usize..148, value: u8) {
        let _ = Key::from_bytes("k", &bytes);
        let _ = Key::from_base64("k", &bytes);
        let _ = Key::from_bytes("k", &key_file(&[], &bytes));
        let mut changed = DEFAULT.to_vec();
        changed[at] = value;
        let _ = Key::from_bytes("k", &changed);
    }

    #[test]
    fn a_key_survives_its_own_file(material in prop::collection::vec(1u8.., 96)) {
        let Ok(key) = Key::from_bytes("k", &material) else { return Ok(()) };
        let again = Key::from_bytes("k", &key.to_bytes()).unwrap();
        prop_assert_eq!(key.to_bytes().len(), 148);
        prop_assert_eq!(key.to_bytes(), again.to_bytes());
        prop_assert_eq!(key.seal(b"x"), again.seal(b"x"));
    }
}
