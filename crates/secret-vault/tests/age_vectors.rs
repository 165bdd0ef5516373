//! Every vector of the age format's own test suite, judged as it says.
#![cfg(feature = "age")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secret_vault::age::{Error, Identities, open};
use sha2::{Digest as _, Sha256};

/// Vectors that are judged otherwise than the suite says, each with its reason: none.
const DEVIATIONS: &[(&str, &str)] = &[];

struct Vector {
    says: BTreeMap<String, Vec<String>>,
    file: Vec<u8>,
}

fn vectors() -> BTreeMap<String, Vector> {
    let text = std::fs::read_to_string(test_support::fixtures().join("cctv-age/index.js")).unwrap();
    let named = text.lines().filter_map(|line| {
        let (name, data) = line.strip_prefix("var ")?.split_once("_default = __toBinary(\"")?;
        Some((name.to_owned(), vector(&STANDARD.decode(data.strip_suffix("\");")?).unwrap())))
    });
    named.collect()
}

fn vector(bytes: &[u8]) -> Vector {
    let end = bytes.windows(2).position(|two| two == b"\n\n").unwrap();
    let (head, body) = bytes.split_at(end);
    let mut says: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in std::str::from_utf8(head).unwrap().lines() {
        let (key, value) = line.split_once(": ").unwrap();
        says.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    let mut file = body.strip_prefix(b"\n\n").unwrap().to_vec();
    if says.get("compressed").is_some_and(|how| how == &["zlib"]) {
        let mut inflated = Vec::new();
        flate2::read::ZlibDecoder::new(file.as_slice()).read_to_end(&mut inflated).unwrap();
        file = inflated;
    }
    Vector { says, file }
}

fn judged(vector: &Vector) -> String {
    let mut identities = Identities::default();
    let told = |key: &str| vector.says.get(key).cloned().unwrap_or_default();
    for text in told("identity") {
        identities.extend(Identities::parse("the vector", text.as_bytes(), &mut |_| None).unwrap());
    }
    for passphrase in told("passphrase") {
        identities.extend(Identities::of_passphrase(passphrase.into()));
    }
    match open("vector".into(), &vector.file, &identities) {
        Ok(opened) => {
            let digest = Sha256::digest(opened.expose());
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            if told("payload") == [hex] { "success" } else { "wrong content" }
        }
        Err(Error::Header { .. } | Error::Stanza { .. } | Error::Work { .. } | Error::Plaintext { .. }) => {
            "header failure"
        }
        Err(Error::HeaderChanged { .. }) => "HMAC failure",
        Err(Error::Armor { .. }) => "armor failure",
        Err(Error::Changed { .. }) => "payload failure",
        Err(Error::NotForUs { .. }) => "no match",
        Err(other) => panic!("{other}"),
    }
    .to_owned()
}

#[test]
fn all_143_vectors_are_judged_as_the_suite_says() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 143);
    let mut wrong = Vec::new();
    for (name, vector) in &vectors {
        let (is, should) = (judged(vector), vector.says["expect"].concat());
        if is != should && !DEVIATIONS.iter().any(|(known, _)| known == name) {
            wrong.push(format!("{name}: {is}, should be {should} ({:?})", vector.says.get("comment")));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What the `age` crate alone reads, and must not: the reason for a check of our own.
#[test]
fn the_two_headers_that_the_age_crate_reads_are_refused() {
    let vectors = vectors();
    for name in ["stanza_missing_body", "stanza_missing_final_line"] {
        let vector = &vectors[name];
        let identity: age::x25519::Identity = vector.says["identity"].concat().parse().unwrap();
        assert!(age::decrypt(&identity, &vector.file).is_ok(), "{name}: the check may go");
        assert_eq!(judged(vector), "header failure", "{name}");
    }
}
